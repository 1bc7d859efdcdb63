#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Total effect of factor j (column) on factor i (row) in one domain: W[i,j] / W[j,j], what one unit of j does to i
/// along all paths. Unit diagonal, zeros above it. Source: method.md, section 7.
///
/// \param mixing  W_k, m x m lower triangular, diagonal nowhere zero, in any units of the factors
[[nodiscard]] Matrix total_effects(Matrix const& mixing);

/// What one unit of factor j (column) does to benchmark i (row), in points, along all paths: loadings W diag(W)^-1.
/// Does not depend on which earlier factors' parts were taken out of a factor. Source: method.md, section 7.
///
/// \param loadings  d x m, in the same units of the factors as `mixing`
[[nodiscard]] Matrix benchmark_effects(Matrix const& loadings, Matrix const& mixing);

} // namespace exahca
