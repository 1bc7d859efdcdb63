#include "exahca/model/completion.hpp"

#include "exahca/core/random.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

double const gap = std::nan("");

TEST(Completion, means_add_up)
{
    // Deviations 1 and 2. The second row is 3 above the first column's mean of 1, so 3 deviations above in the second.
    Matrix scores(3, 2);
    scores << -2, 10, 4, gap, 1, 12;
    Matrix const filled = complete_by_means(scores, Eigen::Vector2d(1, 2));
    EXPECT_DOUBLE_EQ(filled(1, 1), 11 + 3 * 2);
    EXPECT_EQ(filled(0, 1), 10);
    scores.row(1).setConstant(gap);
    EXPECT_DOUBLE_EQ(complete_by_means(scores, Eigen::Vector2d(1, 2))(1, 0), -0.5);
}

// Where only the second column has gaps, the likelihood is that of the first column times that of a regression on it
// (T. W. Anderson, J. Am. Stat. Assoc. 52 (1957), 200): predictions are those of least squares on complete rows.
TEST(Completion, gaussian_is_a_regression_where_gaps_are_monotone)
{
    RandomStream random({1, "completion-test", 0, "", 0});
    constexpr Index rows = 400, complete = 250;
    Matrix scores(rows, 2);
    for (Index i = 0; i < rows; ++i) {
        scores(i, 0) = 10 + 3 * random.normal();
        scores(i, 1) = i < complete ? 5 - 2 * scores(i, 0) + random.normal() : gap;
    }
    Vector const x = scores.col(0).head(complete), y = scores.col(1).head(complete);
    double const slope = (x.array() - x.mean()).matrix().dot(y) / (x.array() - x.mean()).square().sum();
    Vector const left = (y.array() - y.mean()) - slope * (x.array() - x.mean());
    double const deviation = std::sqrt(left.squaredNorm() / complete);
    auto const filled = complete_by_gaussian(scores);
    // The ridge adds a thousandth of both variances: a thousandth of the slope, and at most twice a thousandth of the
    // second variance to what is left. Rows with a gap repeat what they were given, so that it counts rows / complete
    // times.
    double const ridge = 2 * 0.001 * (y.array() - y.mean()).square().mean() * rows / complete;
    for (Index i = complete; i < rows; ++i) {
        EXPECT_NEAR(filled.means(i, 1), y.mean() + slope * (scores(i, 0) - x.mean()), 0.05);
        EXPECT_GE(filled.deviations(i, 1), deviation);
        EXPECT_LE(filled.deviations(i, 1), std::sqrt(deviation * deviation + ridge) + 0.01);
    }
    EXPECT_EQ(filled.means.col(0), scores.col(0));
    EXPECT_EQ(filled.deviations(0, 1), 0);
}

TEST(Completion, gaussian_leaves_columns_that_do_not_vary)
{
    Matrix scores(4, 4);
    scores << 1, 7, gap, 3, 2, gap, gap, 5, 4, 7, gap, gap, 3, 7, gap, 8;
    auto const filled = complete_by_gaussian(scores);
    EXPECT_EQ(filled.means(1, 1), 7);
    EXPECT_TRUE(filled.means.col(2).array().isNaN().all());
    EXPECT_TRUE(std::isfinite(filled.means(2, 3)));
}

// Of a matrix of rank 1 without noise the known entries of row and column tell the others.
TEST(Completion, low_rank_finds_a_product)
{
    RandomStream random({2, "completion-test", 0, "", 0});
    Matrix product(60, 5);
    for (Index i = 0; i < 60; ++i) {
        double const factor = random.normal();
        for (Index j = 0; j < 5; ++j) product(i, j) = factor * (0.5 + 0.2 * static_cast<double>(j));
    }
    Matrix scores = product;
    for (Index i = 0; i < 60; ++i) scores(i, i % 5) = gap;
    Matrix const filled = complete_by_low_rank(scores, 1);
    EXPECT_LT((filled - product).cwiseAbs().maxCoeff(), 1e-3);
}

} // namespace
} // namespace exahca
