#include "exahca/numerics/mixture_regression.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace exahca {
namespace {

// Against the trapezoidal rule, which is exact to rounding for such integrands at a small share of the least deviation:
// components that overlap, one within another, and one that is narrow and far away.
TEST(MixtureRegression, explains_what_a_fine_sum_does)
{
    MixtureRegression mixture{Eigen::Vector4d(0.4, 0.3, 0.2, 0.1), Matrix(4, 2), Eigen::Vector4d(0, 0.3, 2, -9),
                              Eigen::Vector4d(1, 0.2, 1.5, 0.05), Matrix(4, 2)};
    mixture.means << 1, 0, -1, 2, 0.5, -1, -2, 5;
    mixture.slopes << 0.5, 1, -0.1, 0.2, 0, 3, 0.01, -0.05;
    mixture.means.rowwise() -= (mixture.weights.transpose() * mixture.means).eval();
    Vector sums = Vector::Zero(2);
    double const step = 0.0025;
    for (double x = -14; x < 18; x += step) {
        double density = 0;
        Vector numerator = Vector::Zero(2);
        for (Index c = 0; c < 4; ++c) {
            double const z = (x - mixture.known_means[c]) / mixture.known_deviations[c];
            double const here = mixture.weights[c] * std::exp(-0.5 * z * z) /
                                (mixture.known_deviations[c] * std::sqrt(2 * std::numbers::pi));
            density += here;
            numerator += here * (mixture.means.row(c) + z * mixture.slopes.row(c)).transpose();
        }
        if (density > 0) sums += step / density * numerator.cwiseAbs2();
    }
    Vector const explained = explained_variances(mixture);
    for (Index t = 0; t < 2; ++t) EXPECT_NEAR(explained[t] / sums[t], 1, 1e-7);
}

} // namespace
} // namespace exahca
