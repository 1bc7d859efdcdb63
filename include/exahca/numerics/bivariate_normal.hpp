#pragma once

#include <Eigen/Core>
#include <array>
#include <cstddef>

namespace exahca {

/// Two standard normal numbers, each known to be at most its bound.
struct TruncatedPair
{
    double log_probability = 0;                               ///< of lying there
    Eigen::Vector2d mean = Eigen::Vector2d::Zero();           ///< E[Z]
    Eigen::Matrix2d covariance = Eigen::Matrix2d::Identity(); ///< Cov[Z]
};

/// log P(Z1 <= h, Z2 <= k) and what its derivatives are made of.
struct PairSlopes
{
    double log_probability; ///< log P
    double first, second;   ///< d log P/dh, d log P/dk
    double density;         ///< d^2 P/(dh dk)/P, the density at (h, k) over P
};

/// Two standard normal numbers Z1, Z2 of a given correlation rho, whose bounds change.
///
/// Their probability is an integral of their density over the correlation (R. L. Plackett, Biometrika 41 (1954), 351).
/// From 0 to rho by a Gauss-Legendre rule in asin r, as in Z. Drezner and G. O. Wesolowsky, J. Stat. Comput. Simul. 35
/// (1990), 101, where that leaves enough digits: |rho| <= .95 and a probability above 1e-3. Else from 0 (rho > 0) or
/// from -1 (rho < 0), so that nothing is subtracted, with r = tanh t, cut into pieces around the integrand's one
/// maximum. The relative accuracy is 3e-13 and better for all bounds (of the logarithm where that is below -1), and
/// nothing underflows.
class BivariateNormal
{
public:
    /// \pre |correlation| < 1
    explicit BivariateNormal(double correlation);

    /// log P(Z1 <= h, Z2 <= k). \pre h and k finite
    [[nodiscard]] double log_cdf(double h, double k) const;

    /// With its derivatives. \pre h and k finite
    [[nodiscard]] PairSlopes slopes(double h, double k) const;

    /// Moments by S. Rosenbaum, J. R. Stat. Soc. B 23 (1961), 405: with s^2 = 1 - rho^2, P the probability,
    ///
    ///     u_1 = phi(h) Phi((k - rho h)/s) / P,   u_2 = phi(k) Phi((h - rho k)/s) / P,   b = s phi(h) phi((k - rho
    ///     h)/s) / P E Z1 = -u_1 - rho u_2,   E Z1^2 = 1 - h u_1 - rho^2 k u_2 + rho b,   E Z1 Z2 = rho (1 - h u_1 - k
    ///     u_2) + b
    ///
    /// \pre h and k finite
    [[nodiscard]] TruncatedPair truncate(double h, double k) const;

private:
    /// A correlation r between 0 and rho, at which the density is exp(h k by_product - (h^2 + k^2) by_squares).
    struct Node
    {
        double by_product, by_squares; ///< r/(1 - r^2), 1/(2 (1 - r^2))
        double weight;
    };

    template <unsigned points>
    void place_nodes();
    [[nodiscard]] double sum_nodes(double h, double k) const;
    [[nodiscard]] double log_integral(double h, double k) const;

    double rho_, s_;
    std::size_t count_ = 0;
    std::array<Node, 25> nodes_;
};

} // namespace exahca
