#pragma once

#include "exahca/core/random.hpp"
#include "exahca/numerics/matrix.hpp"

#include <optional>

namespace exahca {

/// (W W')^{-1/2} W: the nearest matrix with orthonormal rows. Nothing when rows of W are (nearly) linearly dependent:
/// an eigenvalue of W W' below 1e-12 of the largest, or a value that is not finite.
[[nodiscard]] std::optional<Matrix> decorrelate_rows(Matrix const& rows);

/// An m x m orthogonal matrix, uniformly distributed.
[[nodiscard]] Matrix random_orthogonal(RandomStream& stream, Index m);

} // namespace exahca
