#include "exahca/numerics/normal.hpp"

#include "exahca/numerics/bivariate_normal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

// Mills' ratio (1 - Phi(x))/phi(x) for x > 0 by Laplace's continued fraction, in long double: another formula than the
// tested one uses anywhere.
long double mills_ratio(long double x)
{
    long double fraction = x;
    for (int n = 4000; n >= 1; --n) fraction = x + static_cast<long double>(n) / fraction;
    return 1 / fraction;
}

long double log_density(long double x) { return -x * x / 2 - std::log(2 * std::numbers::pi_v<long double>) / 2; }

// P(Z1 <= h, Z2 <= k) relative to e^scale, by the trapezoidal rule, which converges faster than any power of the step
// for the smooth integrand over the whole line. Integrates over what both have in common: Z_i = sqrt(rho) U + ...,
// valid for rho > 0; negative correlations come from P(Z1 <= h) - P(Z1 <= h, -Z2 <= -k).
double log_common_factor_probability(double h, double k, double rho)
{
    double const a = std::sqrt(rho), b = std::sqrt(1 - rho);
    auto const log_integrand = [&](double u) {
        return -0.5 * u * u - 0.5 * std::log(2 * std::numbers::pi) + log_normal_cdf((h - a * u) / b) +
               log_normal_cdf((k - a * u) / b);
    };
    double top = -std::numeric_limits<double>::infinity();
    for (double u = -150; u < 150; u += 0.01) top = std::max(top, log_integrand(u));
    double const step = 0.002;
    double sum = 0;
    for (int i = -75000; i <= 75000; ++i) sum += std::exp(log_integrand(i * step) - top);
    return top + std::log(sum * step);
}

TEST(LogNormalCdf, agrees_with_the_error_function_and_a_continued_fraction)
{
    for (double const x : {0.0, 0.3, 1.7, 5.0, 9.0, -0.2, -1.0, -3.0}) {
        long double const upper = std::erfc(static_cast<long double>(x) / std::numbers::sqrt2_v<long double>) / 2;
        long double const expected = std::log1p(-upper);
        EXPECT_NEAR(log_normal_cdf(x), static_cast<double>(expected), 1e-14 * std::abs(static_cast<double>(expected)))
            << x;
    }
    for (double const x : {-4.0, -8.0, -20.0, -29.9999, -30.0001, -37.0, -40.0, -1e3, -1e6}) {
        long double const ratio = mills_ratio(-static_cast<long double>(x));
        double const expected = static_cast<double>(log_density(x) + std::log(ratio));
        EXPECT_NEAR(log_normal_cdf(x), expected, 1e-14 * std::abs(expected)) << x;
        EXPECT_NEAR(normal_cdf_slope(x) * static_cast<double>(ratio), 1, 1e-12) << x;
    }
    EXPECT_EQ(log_normal_cdf(-std::numeric_limits<double>::infinity()), -std::numeric_limits<double>::infinity());
    EXPECT_EQ(log_normal_cdf(std::numeric_limits<double>::infinity()), 0);
}

TEST(BivariateNormal, known_values)
{
    for (double const rho : {-0.999, -0.6, 0.0, 0.3, 0.95}) {
        // Sheppard (1899): the probability of a quadrant.
        double const quadrant = 0.25 + std::asin(rho) / (2 * std::numbers::pi);
        EXPECT_NEAR(BivariateNormal(rho).log_cdf(0, 0), std::log(quadrant), 1e-12) << rho;
        // The other bound is no bound.
        EXPECT_NEAR(BivariateNormal(rho).log_cdf(-1.3, 60), log_normal_cdf(-1.3), 1e-12) << rho;
        EXPECT_NEAR(BivariateNormal(rho).log_cdf(60, 0), std::log(0.5), 1e-12) << rho;
    }
    for (double const h : {-300.0, -40.0, -3.0, -0.5, 0.0, 2.0})
        for (double const k : {-100.0, -6.0, 0.0, 1.0}) {
            double const expected = log_normal_cdf(h) + log_normal_cdf(k);
            EXPECT_NEAR(BivariateNormal(0).log_cdf(h, k), expected, 1e-11 * std::max(1.0, std::abs(expected)));
        }
}

TEST(BivariateNormal, agrees_with_numerical_integration)
{
    for (double const rho : {0.05, 0.5, 0.9, 0.99})
        for (double const h : {-30.0, -4.0, -1.0, 0.0, 0.7, 3.0})
            for (double const k : {-25.0, -6.0, -0.5, 0.0, 2.0}) {
                double const together = log_common_factor_probability(h, k, rho);
                EXPECT_NEAR(BivariateNormal(rho).log_cdf(h, k), together, 1e-10 * std::max(1.0, std::abs(together)))
                    << h << " " << k << " " << rho;
                // What is left of P(Z1 <= h), as far as the difference has digits.
                double const rest = std::exp(log_normal_cdf(h)) - std::exp(together);
                EXPECT_NEAR(std::exp(BivariateNormal(-rho).log_cdf(h, -k)), rest,
                            1e-12 * std::exp(log_normal_cdf(h)) + 1e-10 * rest)
                    << h << " " << -k << " " << -rho;
            }
}

// d log P/dh = phi(h) Phi((k - rho h)/s)/P, also where probabilities are far below the smallest double.
TEST(BivariateNormal, derivatives_hold_in_the_far_tail)
{
    for (double const rho : {-0.97, -0.4, 0.2, 0.99})
        for (double const h : {-80.0, -9.0, -1.0, 1.0})
            for (double const k : {-70.0, -3.0, 0.5}) {
                double const s = std::sqrt(1 - rho * rho), step = 1e-4;
                double const slope = std::exp(-0.5 * h * h - 0.5 * std::log(2 * std::numbers::pi) +
                                              log_normal_cdf((k - rho * h) / s) - BivariateNormal(rho).log_cdf(h, k));
                double const difference =
                    (BivariateNormal(rho).log_cdf(h + step, k) - BivariateNormal(rho).log_cdf(h - step, k)) /
                    (2 * step);
                EXPECT_NEAR(difference, slope, 1e-6 * std::max(1.0, std::abs(slope))) << h << " " << k << " " << rho;
            }
}

TEST(TruncatedNormal, moments_agree_with_integration)
{
    for (double const bound : {-12.0, -3.0, -0.5, 0.0, 2.0}) {
        double const step = 1e-4;
        double mass = 0, first = 0, second = 0;
        for (int i = 0; i < 300000; ++i) { // midpoints
            double const x = bound - (i + 0.5) * step;
            double const weight = std::exp(0.5 * (bound * bound - x * x));
            mass += weight, first += weight * x, second += weight * x * x;
        }
        TruncatedNormal const z = truncate_normal(bound);
        EXPECT_NEAR(z.mean, first / mass, 1e-7) << bound;
        EXPECT_NEAR(z.variance, second / mass - first * first / (mass * mass), 1e-6) << bound;
        EXPECT_EQ(z.log_probability, log_normal_cdf(bound));
    }
    EXPECT_GE(truncate_normal(-1e9).variance, 0);
}

TEST(TruncatedPair, moments_agree_with_integration)
{
    for (double const rho : {-0.7, 0.0, 0.8})
        for (double const h : {-5.0, -0.4, 1.5})
            for (double const k : {-4.0, 0.6}) {
                // Given Z1 the other number is a truncated normal of one dimension.
                double const s = std::sqrt(1 - rho * rho), step = 1e-3;
                double mass = 0;
                Eigen::Vector2d first = Eigen::Vector2d::Zero();
                Eigen::Matrix2d second = Eigen::Matrix2d::Zero();
                double const log_p = BivariateNormal(rho).log_cdf(h, k);
                for (int i = 0; i < 20000; ++i) {
                    double const x = h - (i + 0.5) * step;
                    TruncatedNormal const z = truncate_normal((k - rho * x) / s);
                    double const weight =
                        std::exp(-0.5 * x * x - 0.5 * std::log(2 * std::numbers::pi) + z.log_probability - log_p);
                    Eigen::Vector2d const mean(x, rho * x + s * z.mean);
                    mass += weight;
                    first += weight * mean;
                    second += weight * mean * mean.transpose();
                    second(1, 1) += weight * s * s * z.variance;
                }
                first /= mass;
                second = second / mass - first * first.transpose();
                EXPECT_NEAR(mass * step, 1, 1e-5);
                TruncatedPair const pair = BivariateNormal(rho).truncate(h, k);
                EXPECT_LT((pair.mean - first).norm(), 2e-5) << h << " " << k << " " << rho;
                EXPECT_LT((pair.covariance - second).norm(), 2e-4) << h << " " << k << " " << rho;
            }
}

} // namespace
} // namespace exahca
