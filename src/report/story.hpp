#pragma once

#include "exahca/report/certainty.hpp"

#include <optional>
#include <string>
#include <vector>

namespace exahca {

/// A direction of score space in words: the benchmarks that weigh most, and those that weigh against them:
/// "IFEval against MMLU-PRO + BBH". Left out are those below 0.4 of the largest weight (0.25 against it).
[[nodiscard]] std::string direction_words(std::vector<double> const& weights,
                                          std::vector<std::string> const& benchmarks);

/// The same of a factor's weights, whose sign is that of the benchmark it is named by: "against" means less of the
/// factor. Empty when nothing is positive.
[[nodiscard]] std::string signed_words(std::vector<double> weights, std::vector<std::string> const& benchmarks);

/// What a support like that of these data was worth where the truth is known; nothing without --calibrate and
/// resamples.
[[nodiscard]] std::optional<Statement> calibrated(SettingSummary const& setting);

} // namespace exahca
