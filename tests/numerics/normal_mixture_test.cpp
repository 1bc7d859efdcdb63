#include "exahca/numerics/normal_mixture.hpp"

#include "exahca/numerics/cell_mixture.hpp"
#include "exahca/numerics/normal.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <utility>

namespace exahca {
namespace {

NormalMixture skewed()
{
    return {Eigen::Vector3d(0.5, 0.3, 0.2), Eigen::Vector3d(0, 2, -4), Eigen::Vector3d(1, 0.2, 3)};
}
NormalMixture far_apart() { return {Eigen::Vector2d(0.5, 0.5), Eigen::Vector2d(-100, 100), Eigen::Vector2d(1, 0.01)}; }

TEST(NormalMixture, quantiles_undo_the_distribution)
{
    for (auto const& mixture : {skewed(), far_apart()})
        for (double const p : {1e-6, 0.05, 0.3, 0.5, 0.7, 0.95}) {
            double const value = mixture.quantile(p);
            // 1e-9 of the deviation, times a density of at most 20 at deviations of at most 100.
            EXPECT_NEAR(mixture.distribution(value), p, 2e-6);
            EXPECT_NEAR(mixture.distribution(value) + mixture.beyond(value), 1, 1e-14);
        }
    // 20 deviations below every component: Phi(-20) and less, of which 1 - P would leave nothing.
    EXPECT_NEAR(std::log(far_apart().beyond(100.2) / (0.5 * normal_cdf(-20))), 0, 1e-9);
}

TEST(NormalMixture, moments_are_those_of_its_components)
{
    // E y = .6 - .8, E y^2 = .5 (0 + 1) + .3 (4 + .04) + .2 (16 + 9).
    EXPECT_NEAR(skewed().mean(), -0.2, 1e-15);
    EXPECT_NEAR(skewed().deviation(), std::sqrt(0.5 + 1.212 + 5 - 0.04), 1e-14);
    auto const moved = widened(shifted(skewed(), 3), 2);
    EXPECT_NEAR(moved.mean(), 2.8, 1e-14);
    EXPECT_NEAR(moved.deviation(), std::sqrt(0.5 + 1.212 + 5 - 0.04 + 2), 1e-14);
}

// P(a - b <= t) = integral of P(a <= y + t) times the density of b at y, by the trapezoidal rule, which is exact to
// rounding for such densities at a tenth of their least deviation.
TEST(NormalMixture, difference_is_a_convolution)
{
    auto const a = skewed();
    NormalMixture const b{Eigen::Vector2d(0.9, 0.1), Eigen::Vector2d(1, 5), Eigen::Vector2d(0.5, 2)};
    auto const apart = difference(a, b);
    EXPECT_NEAR(apart.mean(), a.mean() - b.mean(), 1e-8);
    for (double const t : {-6.0, -1.0, 0.0, 0.7, 4.0}) {
        double sum = 0;
        double const step = 0.05;
        for (double y = -20; y < 30; y += step) sum += step * a.distribution(y + t) * b.density(y);
        EXPECT_NEAR(apart.distribution(t), sum, 2e-9) << t; // pairs of 1e-9 may be left out
    }
}

TEST(NormalMixture, leaves_out_the_least_likely)
{
    NormalMixture const mixture{Eigen::Vector4d(0.02, 0.5, 0.03, 0.45), Eigen::Vector4d(1, 2, 3, 4),
                                Eigen::Vector4d::Constant(1)};
    auto const left = without_unlikely(mixture, 0.04); // .02 is below, .02 + .03 is not
    EXPECT_EQ(left.means, Vector(Eigen::Vector3d(2, 3, 4)));
    EXPECT_NEAR(left.weights.sum(), 1, 1e-15);
    EXPECT_EQ(without_unlikely(mixture, 0).means, mixture.means);
}

// Cut off scores: a bound in the middle, one that is far away, one far beyond what is expected; with little noise
// beside the score that is cut off, and with much.
TEST(CellMixture, has_the_moments_and_nearly_the_distribution_of_a_cut_off_number)
{
    for (double const bound : {-3.0, -0.5, 0.0, 1.0, 8.0})
        for (double const correlation : {0.3, 0.9, 0.9999}) {
            CutOffNormals const cut{Vector::Constant(1, bound), Matrix::Constant(1, 1, 4),
                                    Vector::Constant(1, correlation * 2 * 3)};
            double const h = bound / 2;
            auto const z = truncate_normal(h);
            double const mean = 7 + 3 * correlation * z.mean;
            double const variance = 9 * (1 - correlation * correlation * (1 - z.variance));
            CellMixture cells;
            cells.add(0.4, 7, 9, cut);
            auto const mixture = cells.mixture();
            EXPECT_NEAR(mixture.mean(), mean, 1e-10);
            EXPECT_NEAR(mixture.deviation(), std::sqrt(variance), 1e-9);
            ConditionedNormal const exact(7, 9, cut, mean, std::sqrt(variance));
            for (double t = -3; t <= 3; t += 0.25) {
                double const value = mean + t * std::sqrt(variance);
                // All cells but the one at the value are on the right side of it, or spread by more than a cell.
                EXPECT_NEAR(mixture.distribution(value), exact.distribution(value), 1.0 / CellMixture::cells_of_one);
                if (correlation < 0.5) {
                    EXPECT_NEAR(mixture.distribution(value), exact.distribution(value), 1e-3);
                }
            }
        }
    // Beyond what the normal distribution function tells from 0.
    CellMixture cells;
    cells.add(1, 0, 1, {Vector::Constant(1, -50), Matrix::Constant(1, 1, 1), Vector::Constant(1, 0.5)});
    EXPECT_NEAR(cells.mixture().mean(), 0.5 * truncate_normal(-50).mean, 1e-12);
}

// Two bounds: moments of the bivariate truncation (BivariateNormal::truncate).
TEST(CellMixture, has_nearly_the_moments_of_two_bounds)
{
    for (double const correlation : {-0.6, 0.0, 0.7})
        for (auto const& [h, k] : {std::pair(0.0, 0.5), std::pair(-1.5, -1.0), std::pair(2.0, -0.5)}) {
            Matrix covariance(2, 2);
            covariance << 1, correlation, correlation, 1;
            Vector const shared = Eigen::Vector2d(0.5, 0.3), gains = covariance.inverse() * shared;
            auto const z = BivariateNormal(correlation).truncate(h, k);
            double const mean = gains.dot(z.mean);
            double const variance = 1 - gains.dot(shared) + gains.dot(z.covariance * gains);
            CellMixture cells;
            cells.add(1, 0, 1, {Eigen::Vector2d(h, k), covariance, shared});
            auto const mixture = cells.mixture();
            // A cell of a twelfth is off by the square of its width, a few hundredths of a deviation of y, if at all.
            EXPECT_NEAR(mixture.mean(), mean, 0.01);
            EXPECT_NEAR(mixture.deviation(), std::sqrt(variance), 0.01);
        }
}

} // namespace
} // namespace exahca
