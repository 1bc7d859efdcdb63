#pragma once

#include "exahca/numerics/matrix.hpp"

#include <string_view>

namespace exahca {

/// Contrast functions Gc of FastICA (Hyvärinen and Oja 2000, section 4).
enum class Contrast {
    logcosh, ///< log cosh s: general purpose
    exp,     ///< -exp(-s^2/2): heavy tails, outliers
    cube,    ///< s^4/4: kurtosis, not robust
};

/// "logcosh", "exp" or "cube".
[[nodiscard]] std::string_view name_of(Contrast contrast);
/// \throws UsageError  for any other name
[[nodiscard]] Contrast contrast_from_name(std::string_view name);

/// The first derivative g of the contrast at every source, and the mean of the second.
///
/// \param sources  n x m
/// \param slopes   n x m, overwritten with g(s)
/// \param mean_curvatures  m, overwritten with the mean of g'(s) over each column
void differentiate(Contrast contrast, Matrix const& sources, Matrix& slopes, Vector& mean_curvatures);

/// Per source E Gc(s) - E Gc(nu), nu standard normal: how far from normal each unit-variance source is.
/// \param sources  n x m; returns m values
[[nodiscard]] Vector excess_contrast(Contrast contrast, Matrix const& sources);

} // namespace exahca
