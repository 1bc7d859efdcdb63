#pragma once

#include "exahca/report/summary.hpp"

#include <string>
#include <vector>

namespace exahca {

/// Whether the answer may be quoted: the lower end of its support's interval reaches settled_support, even if every
/// failed resample had given another, and the likelihood of the data themselves decides.
[[nodiscard]] bool is_settled(SettingSummary const& setting);

/// Finds settings of the joint estimator that differ in their number of factors alone, and sets their factor_choice.
void compare_factor_numbers(std::vector<SettingSummary>& settings);

/// All that a reader should know before quoting, the setting's notes included.
[[nodiscard]] std::vector<Warning> warnings_of(SettingSummary const& setting);

} // namespace exahca
