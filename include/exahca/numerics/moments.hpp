#pragma once

#include "exahca/numerics/matrix.hpp"

#include <span>

namespace exahca {

/// First and second moments of some rows.
struct Moments
{
    Index count = 0;   ///< n rows
    Vector mean;       ///< d
    Matrix covariance; ///< d x d, divisor n
};

/// Moments of the rows of an n x d matrix, n >= 1. Two passes: rounding does not grow with the mean.
[[nodiscard]] Moments moments_of(Matrix const& rows);

/// Moments of all rows of several groups taken together, the spread of the groups' means included.
/// \pre at least one group, equal d
[[nodiscard]] Moments pool(std::span<Moments const> groups);

} // namespace exahca
