#include "exahca/numerics/bivariate_normal.hpp"

#include "exahca/numerics/normal.hpp"

#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/owens_t.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>

namespace exahca {
namespace {

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

// The same by D. B. Owen's formula (Ann. Math. Statist. 27 (1956), 1075) in long double; h and k are not 0.
long double owen_probability(long double h, long double k, long double rho)
{
    long double const s = std::sqrt((1 - rho) * (1 + rho));
    auto const phi = [](long double x) { return std::erfc(-x / std::numbers::sqrt2_v<long double>) / 2; };
    auto const part = [&](long double at, long double other) {
        return boost::math::owens_t(at, (other / at - rho) / s);
    };
    return (phi(h) + phi(k)) / 2 - part(h, k) - part(k, h) - (h * k < 0 ? 0.5L : 0.0L);
}

// The same by integrating the density of Z1 times what it leaves to Z2.
double log_conditional_probability(double h, double k, double rho)
{
    double const s = std::sqrt((1 - rho) * (1 + rho));
    auto const log_integrand = [&](double y) {
        double const x = h - y;
        return -0.5 * x * x - 0.5 * std::log(2 * std::numbers::pi) + log_normal_cdf((k - rho * x) / s);
    };
    double const step = 0.01;
    double top = -std::numeric_limits<double>::infinity(), sum = 0;
    for (int i = 0; i < 10000; ++i) top = std::max(top, log_integrand(i * step));
    for (int i = 0; i < 10000; ++i) {
        auto const scaled = [&](double y) { return std::exp(log_integrand(y) - top); };
        if (scaled(i * step) + scaled((i + 1) * step) == 0) continue;
        sum += boost::math::quadrature::gauss<double, 10>::integrate(scaled, i * step, (i + 1) * step);
    }
    return top + std::log(sum);
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

// On both sides of each limit between rules and methods, and where one bound is about minus the other.
TEST(BivariateNormal, agrees_with_owens_formula)
{
    for (double const size : {1e-9, 0.01, 0.2, 0.39, 0.41, 0.7, 0.84, 0.86, 0.94, 0.96, 0.999, 0.9999999})
        for (double const rho : {size, -size})
            for (double h = -3.9; h < 4; h += 0.31)
                for (double const k : {h + 1e-3, -h + 1e-3, -h - 1e-3, h + 0.5, -1.7, 0.3, 2.2}) {
                    auto const expected = owen_probability(h, k, rho);
                    if (expected < 1e-6L) continue;
                    EXPECT_NEAR(BivariateNormal(rho).log_cdf(h, k), static_cast<double>(std::log(expected)), 1e-12)
                        << h << " " << k << " " << rho;
                }
}

TEST(BivariateNormal, small_probabilities_agree_with_integration)
{
    for (double const rho : {-0.97, -0.6, -0.1, 0.3, 0.9})
        for (double const h : {-45.0, -11.0, -3.3})
            for (double const k : {-38.0, -5.0, 3.2, 12.0}) {
                double const expected = log_conditional_probability(h, k, rho);
                EXPECT_NEAR(BivariateNormal(rho).log_cdf(h, k), expected, 1e-12 * std::max(1.0, std::abs(expected)))
                    << h << " " << k << " " << rho;
            }
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
