#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

namespace exahca::detail {

/// The value at the place `share` (n - 1), rounded down, of n in ascending order, which are put into another order.
/// \pre there is one
[[nodiscard]] inline double quantile(std::vector<double>& values, double share)
{
    auto const place = values.begin() + static_cast<std::ptrdiff_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), place, values.end());
    return *place;
}

} // namespace exahca::detail
