#pragma once

namespace exahca {

/// Leading eigenvector of a symmetric positive semidefinite matrix.
///
/// Repeated squaring of A / trace A; M = A^(2^s) / trace tends to h h'. For eigenvalues mu_i >= 0 of M that add up to
/// 1, 1 - trace(M^2) >= mu_1 (1 - mu_1) + ... bounds what is left beside the leading one, so the loop ends on a
/// certificate, not on a small step. When the gap is too small for that, cyclic Jacobi decides.
///
/// \param matrix  n x n, both triangles, finite; destroyed
/// \param vector  n values, unit length; the first axis for the zero matrix
/// \pre n >= 1
/// Pure loops in a fixed order: equal input gives equal bits.
void leading_eigenvector(double* matrix, int n, double* vector);

} // namespace exahca
