#pragma once

#include "exahca/read/summary.hpp"

#include <vector>

namespace exahca {

/// All that a reader should know before quoting, the setting's notes included; nothing of a setting without an
/// estimate.
[[nodiscard]] std::vector<Warning> warnings_of(SettingSummary const& setting);

} // namespace exahca
