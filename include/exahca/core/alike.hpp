#pragma once

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <vector>

namespace exahca {

/// Positions 0 .. count-1 in groups of those that are alike, each rising, in n log n comparisons.
/// \param less  strict weak order of two positions; those are alike of which neither is less
template <class Less>
[[nodiscard]] std::vector<std::vector<std::size_t>> groups_of_alike(std::size_t count, Less less)
{
    std::vector<std::size_t> order(count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), less);
    std::vector<std::vector<std::size_t>> groups;
    for (std::size_t i = 0; i < count; ++i) {
        if (i == 0 || less(order[i - 1], order[i])) groups.emplace_back();
        groups.back().push_back(order[i]);
    }
    return groups;
}

} // namespace exahca
