#include "exahca/model/item_noise.hpp"

#include "exahca/core/random.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace exahca {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

double noise_of(double score, BenchmarkItems const& items)
{
    std::vector<Matrix> const scores{Matrix::Constant(3, 1, score)};
    return item_noise(scores, items)[0][0];
}

// A mean of 100 items of which each is solved with probability .3 has the variance .3 * .7 / 100.
TEST(ItemNoise, is_binomial)
{
    EXPECT_NEAR(noise_of(30, {{100}, {1}}), 1e4 * 0.3 * 0.7 / 100, 1e-12);
    EXPECT_NEAR(noise_of(30, {{100}, {0.25}}), 0.25 * 1e4 * 0.3 * 0.7 / 100, 1e-12);
    EXPECT_NEAR(noise_of(0.3, {{100}, {1}, {}, {1}}), 0.3 * 0.7 / 100, 1e-15); // shares in place of per cent
}

// Four choices, 40 % solved: the normalised score is 100 (.4 - .25)/.75 = 20, and a point of it is .75 % of the items.
TEST(ItemNoise, of_a_normalised_score_counts_in_its_points)
{
    EXPECT_NEAR(noise_of(20, {{500}, {1}, {0.25}}), 1e4 * 0.4 * 0.6 / 500 / (0.75 * 0.75), 1e-12);
}

// The same by drawing answers: 4,000 scores have the variance to within five standard errors, of sqrt(2 / 4000) each.
TEST(ItemNoise, is_the_variance_of_scores_with_guessing)
{
    RandomStream random({1, "item-noise-test", 0, "", 0});
    constexpr int models = 4000, items = 50;
    double const chance = 0.2, ability = 0.3; // solved for certain, else guessed
    double sum = 0, squares = 0;
    for (int model = 0; model < models; ++model) {
        int solved = 0;
        for (int item = 0; item < items; ++item)
            solved += random.uniform() < ability || random.uniform() < chance ? 1 : 0;
        double const score = 100 * (solved / static_cast<double>(items) - chance) / (1 - chance);
        sum += score;
        squares += score * score;
    }
    double const mean = sum / models, variance = squares / models - mean * mean;
    EXPECT_NEAR(variance / noise_of(100 * ability, {{items}, {1}, {chance}}), 1, 5 * std::sqrt(2.0 / models));
}

TEST(ItemNoise, is_never_nothing_at_the_ends_of_the_scale)
{
    double const half = 0.5 / 100;
    for (double const score : {0.0, 100.0, -30.0, 130.0})
        EXPECT_NEAR(noise_of(score, {{100}, {1}}), 1e4 * half * (1 - half) / 100, 1e-12) << score;
    EXPECT_GT(noise_of(0, {{1}, {1}}), 0);
}

TEST(ItemNoise, is_that_of_each_domain_and_leaves_gaps_out)
{
    Matrix first(3, 3), second(2, 3);
    first << 10, 50, nan, 30, nan, nan, nan, 70, nan;
    second << 40, 5, 60, 60, 5, 60;
    std::vector<Matrix> const scores{first, second};
    auto const noise = item_noise(scores, {{100, 0, 10}, {1, 1, 1}});
    EXPECT_NEAR(noise[0][0], 1e4 * 0.2 * 0.8 / 100, 1e-12);
    EXPECT_NEAR(noise[1][0], 1e4 * 0.5 * 0.5 / 100, 1e-12);
    EXPECT_EQ(noise[0][1], 0); // number unknown
    EXPECT_NEAR(noise[1][2], 1e4 * 0.6 * 0.4 / 10, 1e-12);
    EXPECT_EQ(noise[0][2], noise[1][2]); // never observed there
    EXPECT_TRUE(item_noise(scores, {}).empty());
    EXPECT_TRUE(item_noise(scores, {{0, 0, 0}, {1, 1, 1}}).empty());
    EXPECT_TRUE(item_noise(scores, with_item_share({{100, 0, 10}, {1, 1, 1}}, 0)).empty());
}

TEST(ItemNoise, ranges_of_scores_are_seen_in_the_table)
{
    Matrix scores(2, 3);
    scores << 0.2, 20, nan, 1, 0.5, -3;
    BenchmarkItems const items = with_full_scores({{5, 5, 5}, {1, 1, 1}}, scores);
    EXPECT_EQ(items.full, (std::vector<double>{1, 100, 1}));
    EXPECT_TRUE(with_full_scores({}, scores).full.empty());
    std::vector<std::string> const names{"A", "B", "C"};
    EXPECT_TRUE(item_scale_fault(items, scores, names).empty());
    scores(0, 1) = 1200; // a rating
    EXPECT_NE(item_scale_fault(items, scores, names).find("B has a score of 1200"), std::string::npos);
    EXPECT_TRUE(item_scale_fault({{5, 0, 5}, {1, 1, 1}}, scores, names).empty());
}

} // namespace
} // namespace exahca
