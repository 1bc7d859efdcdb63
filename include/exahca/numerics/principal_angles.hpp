#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Largest principal angle between the spans of the rows of two matrices with equally many rows, in degrees, 0 to 90.
///
/// Taken from sine and cosine together, sin = |(I - P_a) Q_b| and cos = smallest singular value of Q_a Q_b', so that
/// small angles keep their relative accuracy (Björck and Golub 1973). Rows need not be orthonormal. \param a, b  j x d
/// each, full row rank, j <= d
[[nodiscard]] double largest_principal_angle(Matrix const& a, Matrix const& b);

/// All principal angles between the spans of the rows, ascending, in degrees. Same shapes and accuracy as above.
[[nodiscard]] Vector principal_angles(Matrix const& a, Matrix const& b);

/// Orthonormal rows q_1 .. q_m with span(q_i .. q_m) = span(r_i .. r_m) for every i: Gram and Schmidt from the last row
/// up, each row in the direction of its original. \param rows  m x d, full row rank
[[nodiscard]] Matrix orthonormal_rows_from_last(Matrix const& rows);

} // namespace exahca
