#pragma once

#include "exahca/estimate/setting.hpp"
#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <vector>

namespace exahca {

/// Whether a setting's estimator can use a model only when no score of it is missing. It then takes scores at a bound
/// at face value, too (Analyser::needs_complete_rows).
[[nodiscard]] bool needs_complete_rows(Setting const& setting);

/// Which models of a domain a setting's estimator can use: the complete ones or, where it needs no complete rows, those
/// with any score. Ascending row numbers.
/// \param scores  models x benchmarks, NaN where missing
[[nodiscard]] std::vector<std::int64_t> usable_rows(Setting const& setting, Matrix const& scores);

/// Which of these its screening leaves: judged among the usable ones, as if there were no others. Ascending row
/// numbers.
[[nodiscard]] std::vector<std::int64_t> analysed_rows(Setting const& setting, Matrix const& scores);

/// Domains of which a setting cannot use all models: how many are used before screening, of how many. Empty when every
/// model can be used.
/// \param scores  one matrix per domain of the setting
[[nodiscard]] std::string unused_rows_text(Setting const& setting, std::vector<Matrix> const& scores);

} // namespace exahca
