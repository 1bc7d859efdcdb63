#pragma once

#include "exahca/results/data_tree.hpp"

namespace exahca {

/// An integer coordinate: first, first + 1, ...
[[nodiscard]] Variable index_coordinate(std::string const& dim, std::int64_t count, std::int32_t first,
                                        std::string description);

/// Gives every group, `root` and all below it, a coordinate of its own for each dimension that it uses, since many
/// readers open one group and look no further: a copy of the coordinate above it where there is one of that length,
/// else numbers.
///
/// Levels, sources and factors count from 1, everything else from 0.
void add_missing_coordinates(DataGroup& root);

} // namespace exahca
