#pragma once

#include "exahca/read/summary.hpp"

#include <nlohmann/json_fwd.hpp>

namespace exahca {

/// What all settings say together, as docs/user_guide.md describes it. \pre summary.overview
[[nodiscard]] nlohmann::ordered_json overview_json(Summary const& summary);

} // namespace exahca
