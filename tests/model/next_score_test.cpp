#include "exahca/model/next_score.hpp"

#include "exahca/model/source_mixtures.hpp"
#include "support/noisy_scores.hpp"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

using test::group_all;
using test::random_noise_parameters;
using test::random_noisy_scores;

LinearTarget factor(NoiseParameters const& parameters, Index i)
{
    return {0, Vector(parameters.mixing[0].row(i).transpose()), 0};
}

// One component per source: all is Gaussian, and a covariance of what is known and what is to come says everything.
TEST(NextScore, is_a_regression_where_all_is_gaussian)
{
    RandomStream random({1, "next-score-test", 0, "", 0});
    auto const parameters = random_noise_parameters(random, 5, 2, 1, 1);
    auto scores = random_noisy_scores(random, parameters, 1);
    for (Index const j : {1, 3}) scores[0].kinds(0, j) = ScoreKind::missing;
    auto const domain = group_all(scores)[0];
    NextScore next(parameters, 0, domain.patterns[0], {factor(parameters, 0), factor(parameters, 1)}, {1, 3});
    auto const result = next.evaluate(domain.scores.row(0));

    Matrix const loadings = parameters.loadings * parameters.mixing[0];
    Vector const spread = source_moments(source_mixtures(parameters.shapes[0])).variances;
    auto const left = [&](std::vector<Index> const& known, Index target) {
        Matrix covariance = loadings(known, Eigen::all) * spread.asDiagonal() * loadings(known, Eigen::all).transpose();
        for (std::size_t i = 0; i < known.size(); ++i)
            covariance(static_cast<Index>(i), static_cast<Index>(i)) +=
                std::exp(parameters.log_psi[known[i]] + parameters.log_scales[0]);
        Vector const row = parameters.mixing[0].row(target).transpose();
        Vector const shared = loadings(known, Eigen::all) * spread.asDiagonal() * row;
        return row.dot(spread.cwiseProduct(row)) - shared.dot(covariance.inverse() * shared);
    };
    for (Index t = 0; t < 2; ++t) {
        EXPECT_NEAR(result.variances[t], left({0, 2, 4}, t), 1e-9);
        EXPECT_NEAR(result.expected(t, 0), left({0, 1, 2, 4}, t), 1e-9);
        EXPECT_NEAR(result.expected(t, 1), left({0, 2, 3, 4}, t), 1e-9);
    }
}

// By draws: scores to come from their predictive distribution (quantiles of uniform numbers), and for each of them the
// variance that RowPosterior gives once it is known. The mean of 400 is within four of its own standard errors.
TEST(NextScore, is_the_mean_of_variances_after_the_score)
{
    RandomStream random({2, "next-score-test", 0, "", 0});
    for (int round = 0; round < 6; ++round) {
        auto const parameters = random_noise_parameters(random, 5, 2, 3, 1);
        auto scores = random_noisy_scores(random, parameters, 1);
        for (Index j = round < 3 ? 2 : 0; j < 5; ++j) scores[0].kinds(0, j) = ScoreKind::missing;
        auto const before = group_all(scores)[0];
        auto const target = factor(parameters, round % 2);
        NextScore next(parameters, 0, before.patterns[0], {target}, {4});
        auto const result = next.evaluate(before.scores.row(0));
        RowPosterior now(parameters, 0, before.patterns[0], {target, score_target(parameters, 0, 4)});
        now.condition(before.scores.row(0));
        EXPECT_NEAR(result.variances[0], std::pow(now.deviation(0), 2), 1e-8 * result.variances[0]);

        scores[0].kinds(0, 4) = ScoreKind::observed;
        double sum = 0, squares = 0;
        constexpr int draws = 400;
        for (int i = 0; i < draws; ++i) {
            scores[0].scores(0, 4) = now.quantile(1, random.uniform());
            auto const after = group_all(scores)[0];
            RowPosterior then(parameters, 0, after.patterns[0], {target});
            then.condition(after.scores.row(0));
            double const variance = std::pow(then.deviation(0), 2);
            sum += variance;
            squares += variance * variance;
        }
        double const mean = sum / draws, error = std::sqrt((squares / draws - mean * mean) / draws);
        EXPECT_NEAR(result.expected(0, 0), mean, 4 * error + 1e-9);
        EXPECT_LT(result.expected(0, 0), result.variances[0]);
    }
}

// Two sharp and distant components: the score tells which it is, and nothing else.
TEST(NextScore, resolves_components_that_a_score_tells_apart)
{
    NoiseParameters parameters;
    parameters.loadings = Matrix::Ones(1, 1);
    parameters.mixing = {Matrix::Ones(1, 1)};
    parameters.means = {Vector::Zero(1)};
    parameters.log_psi = Vector::Constant(1, std::log(0.01));
    parameters.log_scales = Vector::Zero(1);
    Matrix shapes(5, 1);
    shapes << 0, -50, 50, std::log(1.0), std::log(1.0); // half at -50, half at 50, variance 1
    parameters.shapes = {shapes};
    NextScore next(parameters, 0, {}, {{0, Vector::Ones(1), 0}}, {0});
    auto const result = next.evaluate(Eigen::RowVectorXd::Zero(1));
    EXPECT_NEAR(result.variances[0], 2501, 1e-9);
    EXPECT_NEAR(result.expected(0, 0), 1 - 1 / 1.01, 1e-6); // of one component
}

// The same by the sources: given the others' scores they have the covariance (V^-1 + A' Psi^-1 A)^-1, and the true
// score what that leaves of it.
TEST(ShareExplainedByOthers, is_what_sources_given_the_others_leave)
{
    RandomStream random({3, "next-score-test", 0, "", 0});
    auto const parameters = random_noise_parameters(random, 5, 2, 3, 2);
    std::vector<bool> const counts{true, true, false, true, true};
    auto const shares = share_explained_by_others(parameters, Eigen::Vector2d(0, 3), counts);
    Matrix const loadings = parameters.loadings * parameters.mixing[1];
    Vector const spread = source_moments(source_mixtures(parameters.shapes[1])).variances;
    for (Index j = 0; j < 5; ++j) {
        if (!counts[static_cast<std::size_t>(j)]) {
            EXPECT_TRUE(std::isnan(shares[j]));
            continue;
        }
        Matrix precision = spread.cwiseInverse().asDiagonal();
        for (Index i = 0; i < 5; ++i)
            if (i != j && counts[static_cast<std::size_t>(i)])
                precision += loadings.row(i).transpose() * loadings.row(i) /
                             std::exp(parameters.log_psi[i] + parameters.log_scales[1]);
        Vector const own = loadings.row(j).transpose();
        EXPECT_NEAR(shares[j], 1 - own.dot(precision.inverse() * own) / own.dot(spread.cwiseProduct(own)), 1e-10);
    }
    // Weights matter in proportion; over equal domains the pooled share is that of each.
    auto twins = parameters;
    twins.mixing[0] = twins.mixing[1];
    twins.shapes[0] = twins.shapes[1];
    twins.log_scales[0] = twins.log_scales[1];
    auto const pooled = share_explained_by_others(twins, Eigen::Vector2d(1, 5), counts);
    for (Index const j : {0, 1, 3, 4}) EXPECT_NEAR(pooled[j], shares[j], 1e-10);
}

} // namespace
} // namespace exahca
