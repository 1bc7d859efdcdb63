#include "exahca/numerics/normal.hpp"

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

} // namespace
} // namespace exahca
