#pragma once

#include "exahca/results/data_tree.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace exahca {

struct CompareOptions
{
    /// Groups below the root that may differ between equal runs.
    std::vector<std::string> ignored_groups = {"provenance"};
    /// Differences listed at most; one more line says that there are others.
    std::size_t most = 100;
};

/// Every difference between two trees, one line each: names and their order, types, shapes, dimensions, units,
/// descriptions, attributes and the bits of every value (a NaN equals one of the same bits; 0 differs from -0).
///
/// Empty when the trees are equal.
[[nodiscard]] std::vector<std::string> compare_trees(DataGroup const& a, DataGroup const& b,
                                                     CompareOptions const& options = {});

} // namespace exahca
