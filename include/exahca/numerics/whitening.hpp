#pragma once

#include "exahca/numerics/moments.hpp"

namespace exahca {

/// The leading principal components of some rows, scaled to unit variance (divisor n).
struct Whitened
{
    Moments moments;      ///< of the rows
    Matrix transform;     ///< m x d: white = transform (x - mean)
    Vector variances;     ///< m, falling: the variances along the components
    double explained = 0; ///< share of the total variance that the m components hold, 0 to 1
    Matrix data;          ///< n x m, the whitened rows; covariance (divisor n) is the identity
};

/// Projects rows on their m leading principal components and whitens them (method.md, section 2).
///
/// Signs: the first coordinate of each component's direction is not negative.
///
/// \param rows  n x d
/// \param components  m, 1 <= m <= d
/// \throws NumericalFailure  when n <= m, a value is not finite, or the rows span fewer than m dimensions (an
///         eigenvalue of the covariance below 1e-12 of the largest)
[[nodiscard]] Whitened whiten(Matrix const& rows, Index components);

} // namespace exahca
