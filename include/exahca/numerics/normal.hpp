#pragma once

#include <Eigen/Core>

namespace exahca {

/// log Phi(x), Phi the standard normal distribution function; to about 1e-14 of the value for every finite x, and minus
/// infinity only for x = -infinity.
///
/// Through erfc; below -30 by the asymptotic series of Mills' ratio (Abramowitz and Stegun 26.2.12).
[[nodiscard]] double log_normal_cdf(double x);

/// phi(x) / Phi(x), the derivative of log Phi; about -x far below zero.
[[nodiscard]] double normal_cdf_slope(double x);

/// log P(Z1 <= h, Z2 <= k) for standard normal Z1, Z2 of correlation rho.
///
/// Owen's T function (Owen 1956) where the probability is above 1e-3. Smaller ones, which that formula would leave as
/// differences of numbers about equal, by Gauss-Legendre quadrature of phi(x) Phi((k - rho x)/sqrt(1 - rho^2)) around
/// its one maximum: the result keeps a relative accuracy of about 1e-11 and never underflows.
///
/// \pre h and k finite, |rho| < 1
[[nodiscard]] double log_bivariate_normal_cdf(double h, double k, double rho);

/// A standard normal number that is known to be at most some bound.
struct TruncatedNormal
{
    double log_probability = 0; ///< of lying there, log Phi(bound)
    double mean = 0;            ///< -lambda, lambda = phi/Phi at the bound
    double variance = 1;        ///< 1 - lambda (bound + lambda), in [0, 1]
};

[[nodiscard]] TruncatedNormal truncate_normal(double bound);

/// Two standard normal numbers, each known to be at most its bound.
struct TruncatedPair
{
    double log_probability = 0;                               ///< log_bivariate_normal_cdf of the bounds
    Eigen::Vector2d mean = Eigen::Vector2d::Zero();           ///< E[Z]
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Identity(); ///< Cov[Z]
};

/// Moments by S. Rosenbaum, J. R. Stat. Soc. B 23 (1961), 405: with s^2 = 1 - rho^2, P the probability,
///
///     u_1 = phi(h) Phi((k - rho h)/s) / P,   u_2 = phi(k) Phi((h - rho k)/s) / P,   b = phi(h) phi((k - rho h)/s) s /
///     P E Z1 = -u_1 - rho u_2,   E Z1^2 = 1 - h u_1 - rho^2 k u_2 + rho b,   E Z1 Z2 = rho (1 - h u_1 - k u_2) + b
///
/// \pre h and k finite, |rho| < 1
[[nodiscard]] TruncatedPair truncate_normal_pair(double h, double k, double rho);

} // namespace exahca
