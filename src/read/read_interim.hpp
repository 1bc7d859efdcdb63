#pragma once

#include "exahca/results/data_tree.hpp"

#include <string>

namespace exahca {

/// Why a setting has no estimate yet, with what its searches for orders had found where the run was stopped inside one.
[[nodiscard]] std::string not_computed_text(DataGroup const& results, std::string const& setting);

} // namespace exahca
