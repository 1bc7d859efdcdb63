#pragma once

namespace exahca {

/// Probability that a number from the chi-squared distribution exceeds x. \pre x >= 0, degrees > 0
[[nodiscard]] double chi_squared_tail(double x, double degrees);

} // namespace exahca
