#pragma once

#include "exahca/read/summary.hpp"
#include "exahca/read/words.hpp"

#include <string>

namespace exahca {

/// "general problem solving (MMLU-PRO)".
[[nodiscard]] std::string factor_title(FactorSummary const& factor);
/// Factors in causal order with arrows between.
[[nodiscard]] std::string direction_text(SettingSummary const& setting);

} // namespace exahca
