#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Singular values, descending: min(rows, columns) of them, to full relative accuracy (one-sided Jacobi).
///
/// Where memory runs out it throws std::bad_alloc, which a decomposition of Eigen's own does not survive.
[[nodiscard]] Vector singular_values(Matrix const& matrix);

} // namespace exahca
