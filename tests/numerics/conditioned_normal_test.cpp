#include "exahca/numerics/conditioned_normal.hpp"

#include "exahca/numerics/normal.hpp"

#include <Eigen/LU>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace exahca {
namespace {

TEST(NormalQuantile, undoes_the_distribution_function)
{
    for (double const p : {1e-300, 1e-20, 1e-6, 0.05, 0.3, 0.5, 0.8, 0.95, 1 - 1e-9})
        EXPECT_NEAR(normal_cdf(normal_quantile(p)) / p, 1, 1e-12) << p;
    EXPECT_NEAR(normal_quantile(0.95), 1.6448536269514722, 1e-14); // Abramowitz and Stegun, table 26.5, continued
}

// y and one x, both with their own mean and deviation: y <= t and x <= b is a bivariate normal probability.
TEST(ConditionedNormal, with_one_bound_is_a_bivariate_probability)
{
    double const mean = 3, deviation = 2, x_deviation = 0.7;
    for (double const rho : {-0.999, -0.6, 0.0, 0.3, 0.9, 0.9999})
        for (double const b : {-12.0, -5.0, -1.0, 0.0, 2.5}) { // bound, in deviations of x
            CutOffNormals const cut{Vector::Constant(1, b * x_deviation),
                                    Matrix::Constant(1, 1, x_deviation * x_deviation),
                                    Vector::Constant(1, rho * deviation * x_deviation)};
            auto const z = truncate_normal(b);
            double const true_mean = mean + deviation * rho * z.mean;
            double const true_deviation = deviation * std::sqrt(1 - rho * rho * (1 - z.variance));
            ConditionedNormal const y(mean, deviation * deviation, cut, true_mean, true_deviation);
            BivariateNormal const both(rho);
            for (double const t : {-6.0, -2.0, -0.7, 0.0, 0.4, 1.5, 3.0}) { // in deviations after what is known
                double const value = true_mean + t * true_deviation;
                double const expected = std::exp(both.log_cdf((value - mean) / deviation, b) - log_normal_cdf(b));
                EXPECT_NEAR(y.distribution(value), expected, 2e-9) << rho << ' ' << b << ' ' << t;
            }
            double const h = 1e-4 * true_deviation, at = true_mean + 0.3 * true_deviation;
            if (std::abs(rho) < 0.95) { // smooth on that scale
                double const slope = (y.distribution(at + h) - y.distribution(at - h)) / (2 * h);
                EXPECT_NEAR(slope, y.density(at), 1e-5 * y.density(at));
            }
        }
}

// Sheppard's formulas: three standard normal numbers are all below 0 with probability 1/8 + (sum of the arcsines of
// their correlations)/(4 pi), two with 1/4 + asin(r)/(2 pi).
TEST(ConditionedNormal, with_two_bounds_has_the_probabilities_of_orthants)
{
    struct Case
    {
        double pair, first, second;
    };
    double const pi = std::numbers::pi;
    for (Case const r : {Case{0, 0, 0}, {0.5, 0.3, -0.2}, {-0.2, 0.6, 0.5}, {0.9, 0.8, 0.7}, {0.2, -0.9, 0.1}}) {
        Matrix covariance(2, 2);
        covariance << 1, r.pair, r.pair, 1;
        Vector shared(2);
        shared << r.first, r.second;
        auto const z = BivariateNormal(r.pair).truncate(0, 0);
        Vector const gain = covariance.inverse() * shared;
        double const variance = 1 - shared.dot(gain) + gain.dot(z.covariance * gain);
        ConditionedNormal const y(0, 1, {Vector::Zero(2), covariance, shared}, gain.dot(z.mean), std::sqrt(variance));
        double const three = 0.125 + (std::asin(r.pair) + std::asin(r.first) + std::asin(r.second)) / (4 * pi);
        double const two = 0.25 + std::asin(r.pair) / (2 * pi);
        EXPECT_NEAR(y.distribution(0), three / two, 1e-9);
        EXPECT_EQ(y.distribution(-1e6), 0);
        EXPECT_EQ(y.distribution(1e6), 1);
    }
}

} // namespace
} // namespace exahca
