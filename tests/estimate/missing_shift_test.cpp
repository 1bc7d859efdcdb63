#include "estimate/missing_shift.hpp"

#include "exahca/model/noise_data.hpp"
#include "exahca/model/noise_starts.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace exahca {
namespace {

struct Gaps
{
    JointSimulation simulation = simulate_joint(5, 2, 5, {150, 120}, 2);
    ReplicateData data{simulation.scores, no_bounds(5)};
    NoiseParameters parameters;

    Gaps()
    {
        RandomStream random({6, "missing-shift-test", 0, "", 0});
        for (Matrix& scores : data.scores)
            for (double& score : scores.reshaped())
                if (random.uniform() < 0.2) score = std::nan("");
        data.scores[1].col(3).setConstant(std::nan("")); // the second base model was never tried on it
        auto const standardised = noise_data(data.scores, data.bounds);
        parameters = in_score_units(
            analyse_factors(standardised.domains, principal_component_start(standardised.domains, 2)).parameters,
            standardised);
    }
    [[nodiscard]] ReplicateData filled(double shift) const
    {
        return fill_missing(data, parameters, simulation.names, shift, {1, "missing-shift", 0, {}, 0});
    }
};

TEST(MissingShift, fills_what_is_missing_and_leaves_the_rest)
{
    Gaps const gaps;
    auto const drawn = gaps.filled(0), lower = gaps.filled(-5);
    double sum = 0, count = 0;
    for (std::size_t k = 0; k < 2; ++k)
        for (Index j = 0; j < 5; ++j)
            for (Index i = 0; i < gaps.data.scores[k].rows(); ++i) {
                double const known = gaps.data.scores[k](i, j);
                if (!std::isnan(known)) {
                    EXPECT_EQ(drawn.scores[k](i, j), known);
                    EXPECT_EQ(lower.scores[k](i, j), known);
                } else if (k == 1 && j == 3) {
                    EXPECT_TRUE(std::isnan(drawn.scores[k](i, j)));
                } else {
                    EXPECT_NEAR(lower.scores[k](i, j), drawn.scores[k](i, j) - 5, 1e-9);
                    sum += drawn.scores[k](i, j) - gaps.simulation.scores[k](i, j);
                    ++count;
                }
            }
    // What was removed at random has the mean that the model predicts: errors of a prediction and of a draw, each with
    // at most the standard deviation of all scores.
    double const deviation = std::sqrt(
        (gaps.simulation.scores[0].rowwise() - gaps.simulation.scores[0].colwise().mean()).array().square().mean());
    EXPECT_GT(count, 150);
    EXPECT_LT(std::abs(sum / count), 4 * deviation * std::sqrt(2 / count));
}

TEST(MissingShift, stays_within_the_bounds_of_a_scale)
{
    Gaps gaps;
    auto const& scores = gaps.data.scores[0].col(0);
    gaps.data.bounds.floor[0] =
        scores.array().isNaN().select(std::numeric_limits<double>::infinity(), scores).minCoeff();
    auto const filled = gaps.filled(-1000);
    for (Index i = 0; i < filled.scores[0].rows(); ++i) {
        EXPECT_GE(filled.scores[0](i, 0), gaps.data.bounds.floor[0]);
        if (std::isnan(gaps.data.scores[0](i, 0))) {
            EXPECT_EQ(filled.scores[0](i, 0), gaps.data.bounds.floor[0]);
        }
    }
}

} // namespace
} // namespace exahca
