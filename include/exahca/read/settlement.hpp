#pragma once

#include "exahca/read/summary.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// Whether the answer may be quoted: the lower end of its support's interval reaches settled_support, even if every
/// failed resample had given another, and the likelihood of the data themselves decides.
[[nodiscard]] bool is_settled(SettingSummary const& setting);

/// Fewer resamples than these settle nothing, even if all of them agree.
[[nodiscard]] std::int64_t fewest_resamples();

/// Whether resampling could not have settled the answer, and does not speak against it either: there are too few
/// resamples, and the interval of their support holds settled_support. Nothing is meant by "not settled" then.
/// \pre the setting is resampled
[[nodiscard]] bool has_too_few_resamples(SettingSummary const& setting);

/// Finds settings of the joint estimator that differ in their number of factors alone, and sets their factor_choice.
void compare_factor_numbers(std::vector<SettingSummary>& settings);

} // namespace exahca
