#pragma once

namespace exahca {

/// Phi(x), the standard normal distribution function, through erfc: small values keep their digits.
[[nodiscard]] double normal_cdf(double x);

/// The x with Phi(x) = p, through the inverse of erfc, to about 1e-15. \pre 0 < p < 1
[[nodiscard]] double normal_quantile(double p);

/// log Phi(x), Phi the standard normal distribution function; to about 1e-14 of the value for every finite x, and minus
/// infinity only for x = -infinity.
///
/// Through erfc; below -30 by the asymptotic series of Mills' ratio (Abramowitz and Stegun 26.2.12).
[[nodiscard]] double log_normal_cdf(double x);

/// phi(x) / Phi(x), the derivative of log Phi; about -x far below zero.
[[nodiscard]] double normal_cdf_slope(double x);

/// A standard normal number that is known to be at most some bound.
struct TruncatedNormal
{
    double log_probability = 0; ///< of lying there, log Phi(bound)
    double mean = 0;            ///< -lambda, lambda = phi/Phi at the bound
    double variance = 1;        ///< 1 - lambda (bound + lambda), in [0, 1]
};

[[nodiscard]] TruncatedNormal truncate_normal(double bound);

} // namespace exahca
