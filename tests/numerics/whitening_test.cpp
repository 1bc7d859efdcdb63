#include "exahca/numerics/whitening.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

Matrix random_matrix(Index rows, Index cols, std::uint64_t seed)
{
    RandomStream stream({seed, "test", 0, "", 0});
    Matrix matrix(rows, cols);
    for (Index j = 0; j < cols; ++j)
        for (Index i = 0; i < rows; ++i) matrix(i, j) = stream.normal();
    return matrix;
}

Matrix skewed_scores()
{
    Matrix scores = random_matrix(200, 5, 1) * random_matrix(5, 5, 2);
    scores.rowwise() += random_matrix(1, 5, 3).row(0) * 40;
    return scores;
}

TEST(Moments, pooling_groups_equals_the_moments_of_all_rows)
{
    Matrix const scores = skewed_scores();
    Moments const groups[] = {moments_of(scores.topRows(60)), moments_of(scores.middleRows(60, 1)),
                              moments_of(scores.bottomRows(139))};
    auto const whole = moments_of(scores);
    auto const pooled = pool(groups);
    EXPECT_EQ(pooled.count, 200);
    EXPECT_LT((pooled.mean - whole.mean).norm(), 1e-11);
    EXPECT_LT((pooled.covariance - whole.covariance).norm(), 1e-10 * whole.covariance.norm());
}

TEST(Whitening, covariance_of_the_whitened_rows_is_the_identity)
{
    for (Index m : {1, 3, 5}) {
        auto const white = whiten(skewed_scores(), m);
        auto const moments = moments_of(white.data);
        EXPECT_LT(moments.mean.norm(), 1e-12);
        EXPECT_LT((moments.covariance - Matrix::Identity(m, m)).norm(), 1e-10);
    }
}

TEST(Whitening, no_other_projection_on_m_dimensions_holds_more_variance)
{
    Matrix const scores = skewed_scores();
    auto const white = whiten(scores, 2);
    Matrix const directions = white.transform.rowwise().normalized();
    EXPECT_LT((directions * directions.transpose() - Matrix::Identity(2, 2)).norm(), 1e-12);
    auto const held = [&](Matrix const& rows) { return (rows * white.moments.covariance * rows.transpose()).trace(); };
    double const ours = held(directions);
    EXPECT_NEAR(ours, white.variances.sum(), 1e-9 * ours);
    EXPECT_NEAR(white.explained, ours / white.moments.covariance.trace(), 1e-12);
    for (std::uint64_t seed = 10; seed < 60; ++seed) {
        Matrix other = directions + 0.1 * random_matrix(2, 5, seed);
        other.row(0).normalize();
        other.row(1) -= other.row(1).dot(other.row(0)) * other.row(0);
        other.row(1).normalize();
        EXPECT_LE(held(other), ours * (1 + 1e-12));
    }
}

TEST(Whitening, refuses_what_cannot_be_whitened)
{
    Matrix constant_column = skewed_scores();
    constant_column.col(2).setConstant(12.5);
    EXPECT_NO_THROW((void)whiten(constant_column, 4));
    EXPECT_THROW((void)whiten(constant_column, 5), NumericalFailure);
    EXPECT_THROW((void)whiten(skewed_scores().topRows(3), 3), NumericalFailure);
    Matrix infinite = skewed_scores();
    infinite(0, 0) = std::numeric_limits<double>::infinity();
    EXPECT_THROW((void)whiten(infinite, 2), NumericalFailure);
    EXPECT_THROW((void)whiten(Matrix::Constant(30, 4, 7.0), 1), NumericalFailure);
}

} // namespace
} // namespace exahca
