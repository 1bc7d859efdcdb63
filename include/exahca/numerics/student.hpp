#pragma once

namespace exahca {

/// Quantile of Student's t distribution. \pre 0 < p < 1, degrees > 0
[[nodiscard]] double student_quantile(double p, double degrees);

/// Probability that a number from it is at least as far from 0 as t. \pre degrees > 0
[[nodiscard]] double student_two_sided(double t, double degrees);

} // namespace exahca
