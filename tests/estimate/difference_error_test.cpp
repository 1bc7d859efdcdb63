#include "estimate/difference_error.hpp"

#include "exahca/estimate/joint_estimator.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

double const missing = std::numeric_limits<double>::quiet_NaN();

TEST(DifferenceError, equal_rows_are_one_group_and_missing_equals_missing)
{
    Matrix scores(5, 2);
    scores << 1, 2, missing, 3, 1, 2, 1, missing, missing, 3;
    auto groups = equal_rows(scores);
    std::sort(groups.begin(), groups.end());
    EXPECT_EQ(groups, (RowGroups{{0, 2}, {1, 4}, {3}}));
}

// sqrt(n) times the standard deviation of the differences, divisor n.
TEST(DifferenceError, is_the_standard_error_of_a_sum_of_independent_differences)
{
    std::vector<RowGroups> const copies{{{0}, {1}}, {{0}, {1}, {2}}};
    std::vector<Vector> const first{Vector{{1, 2}}, Vector{{3, 4, 5}}}, second{Vector{{0, 3}}, Vector{{1, 1, 1}}};
    // differences 1, -1, 2, 3, 4: mean 1.8, variance 14.8/5
    EXPECT_NEAR(difference_error(copies, first, second), std::sqrt(14.8), 1e-12);
}

TEST(DifferenceError, copies_of_a_model_are_no_independent_witnesses)
{
    std::vector<Vector> const first{Vector{{2, 2, -1, -1}}}, second{Vector::Zero(4)};
    std::vector<RowGroups> const apart{{{0}, {1}, {2}, {3}}}, copies{{{0, 1}, {2, 3}}};
    EXPECT_NEAR(difference_error(apart, first, second), 3.0, 1e-12);                 // 4 differences of variance 2.25
    EXPECT_NEAR(difference_error(copies, first, second), 3 * std::sqrt(2.0), 1e-12); // 2 of variance 9
}

// An answer is ahead of its rivals only by what the models' own scatter cannot explain, with exact scores as with
// noise.
TEST(DifferenceError, decides_with_either_likelihood)
{
    int rivals = 0;
    for (NoiseModel const noise : {NoiseModel::span, NoiseModel::aware})
        for (std::uint64_t const seed : {1U, 2U, 3U}) {
            auto const simulation = simulate_joint(seed, 3, 6, {40, 50}, 2);
            JointOptions options;
            options.factors = 3;
            options.noise = noise;
            auto const estimate = estimate_joint(simulation.scores, simulation.names, options);
            bool ahead = true;
            for (std::size_t i = 0; i < estimate.optima.size(); ++i) {
                auto const& optimum = estimate.optima[i];
                if (static_cast<int>(i) == estimate.answer) continue;
                ++rivals;
                EXPECT_GT(optimum.behind_error, 0);
                ahead = ahead && optimum.behind > std::max({1.0, estimate.optimiser_miss, estimate.remaining_miss,
                                                            decisive_errors * optimum.behind_error});
            }
            EXPECT_EQ(estimate.decided, ahead) << seed;
        }
    EXPECT_GT(rivals, 0);
}

} // namespace
} // namespace exahca
