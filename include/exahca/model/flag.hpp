#pragma once

#include "exahca/numerics/matrix.hpp"

namespace exahca {

/// Flags that differ by at most this at every level are one answer, in degrees (method.md, section 1).
inline constexpr double same_flag_degrees = 15;

/// How far apart two answers are: for j = 1 .. m the largest principal angle between the spans of the last j rows, in
/// degrees (method.md, section 1). Entry j - 1 holds the angle of j rows, so entry 0 compares the last level, the first
/// factor of the causal order.
///
/// Orders, labels and single rows say nothing across replicates; the flag is what the data identify.
///
/// \param a, b  m x d, orthonormal rows, level 1 first (the last row is level m)
[[nodiscard]] Vector flag_angles(Matrix const& a, Matrix const& b);

/// Whether the flags agree at every level within `limit_degrees`. Stops at the first level that does not.
[[nodiscard]] bool flags_agree(Matrix const& a, Matrix const& b, double limit_degrees);

/// Turns rows so that the entry of largest modulus of each is positive, the convention that picks one representative.
/// Returns the signs, +1 or -1, that the rows were multiplied with.
Vector fix_row_signs(Matrix& rows);

} // namespace exahca
