#pragma once

#include "exahca/core/format_version.hpp"
#include "exahca/results/data_tree.hpp"

namespace exahca {

/// What the root attribute `format_version` says. \throws InvalidInput  when there is none, or not two integers
[[nodiscard]] FormatVersion format_version_of(DataGroup const& root);

} // namespace exahca
