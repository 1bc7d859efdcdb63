#include "exahca/model/score_posterior.hpp"

#include "exahca/model/noise_data.hpp"
#include "exahca/model/noise_fit.hpp"
#include "support/noisy_scores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace exahca {
namespace {

using test::group_all;
using test::random_noise_parameters;
using test::random_noisy_scores;

// p(x_q | x_O) = p(x_q, x_O)/p(x_O), two values of the likelihood.
TEST(ScorePosterior, is_the_ratio_of_two_likelihoods)
{
    RandomStream random({1, "score-posterior-test", 0, "", 0});
    for (bool const known : {false, true})
        for (Index const components : {Index{1}, Index{2}, Index{3}}) {
            auto parameters = random_noise_parameters(random, 5, 2, components, 1);
            if (known) test::add_known_noise(random, parameters);
            auto complete = random_noisy_scores(random, parameters, 6);
            auto gaps = complete;
            gaps[0].kinds.col(1).setConstant(ScoreKind::missing);
            gaps[0].kinds(2, 3) = complete[0].kinds(2, 3) = ScoreKind::missing;
            auto const all = group_all(complete), fewer = group_all(gaps);
            Vector const joint = NoiseLikelihood(all).row_log_likelihoods(parameters)[0];
            Vector const marginal = NoiseLikelihood(fewer).row_log_likelihoods(parameters)[0];
            for (Index row = 0; row < 6; ++row) {
                auto const posterior = missing_score(parameters, 0, fewer[0], row, 1);
                double const density = posterior.density(complete[0].scores(row, 1));
                EXPECT_NEAR(std::log(density), joint[row] - marginal[row], 1e-9);
            }
        }
}

NoiseParameters truth_of(RandomStream& random)
{
    auto truth = random_noise_parameters(random, 6, 2, 2, 2);
    for (Matrix& shapes : truth.shapes) shapes.middleRows(1, 2) << -1.2, -0.8, 0.6, 1.5;
    return truth;
}

Matrix draw(RandomStream& random, NoiseParameters const& truth, std::size_t k, Index rows)
{
    Matrix const& shapes = truth.shapes[k];
    Matrix scores(rows, truth.benchmarks());
    for (Index i = 0; i < rows; ++i) {
        Vector sources(truth.factors());
        for (Index j = 0; j < sources.size(); ++j) {
            Index const c = random.uniform() < 1 / (1 + std::exp(-shapes(0, j))) ? 0 : 1;
            sources[j] = shapes(1 + c, j) + std::exp(shapes(3 + c, j)) * random.normal();
        }
        Vector row = truth.means[k] + truth.loadings * truth.mixing[k] * sources;
        for (Index j = 0; j < row.size(); ++j)
            row[j] += std::exp(0.5 * (truth.log_psi[j] + truth.log_scales[static_cast<Index>(k)])) * random.normal();
        scores.row(i) = row.transpose();
    }
    return scores;
}

// 30 % of 2 x 1,000 x 6 scores are removed, about 3,600, and the model is fitted to the rest. Hits of one row depend on
// each other at most as if they were one: with 2.3 removed scores to a row that has any, each with the variance .9 x
// .1, the standard error of their share is at most sqrt(.09 x 2.3 / 3600) = .0076, of which .03 are four.
TEST(ScorePosterior, intervals_hold_what_was_removed)
{
    RandomStream random({3, "score-posterior-test", 0, "", 0});
    NoiseParameters const truth = truth_of(random);
    std::vector<Matrix> complete, scores;
    for (std::size_t k = 0; k < 2; ++k) {
        complete.push_back(draw(random, truth, k, 1000));
        scores.push_back(complete.back());
        for (double& score : scores.back().reshaped())
            if (random.uniform() < 0.3) score = std::numeric_limits<double>::quiet_NaN();
    }
    auto const data = noise_data(scores, {});
    auto const fit = fit_noise(data.domains, in_standard_units(truth, data));
    double removed = 0, held = 0;
    for (std::size_t k = 0; k < 2; ++k)
        for (Index i = 0; i < 1000; ++i)
            for (Index j = 0; j < 6; ++j) {
                if (!std::isnan(scores[k](i, j))) continue;
                auto const posterior = missing_score(fit.parameters, k, data.domains[k], i, j);
                double const score = (complete[k](i, j) - data.centres[j]) / data.deviations[j];
                ++removed;
                held += posterior.quantile(0.05) <= score && score <= posterior.quantile(0.95) ? 1 : 0;
            }
    EXPECT_NEAR(removed, 3600, 5 * std::sqrt(12000 * 0.3 * 0.7));
    EXPECT_NEAR(held / removed, 0.9, 0.03);
}

// Drawn scores have the distribution of missing_score: their places in it are uniform. Some 1,000 draws, of which those
// of one row share its sources; 1.36/sqrt(n) is the 5 % point of Kolmogorov's test of independent ones, and four times
// that is far beyond what dependence of 2.3 scores to a row can add.
TEST(ScorePosterior, draws_have_the_distribution_of_what_is_missing)
{
    RandomStream random({4, "score-posterior-test", 0, "", 0});
    NoiseParameters const truth = truth_of(random);
    Matrix scores = draw(random, truth, 0, 600);
    for (double& score : scores.reshaped())
        if (random.uniform() < 0.3) score = std::numeric_limits<double>::quiet_NaN();
    IncompleteScores const classified = classify_scores(scores, no_bounds(6));
    std::vector<IncompleteScores> const all{classified};
    auto const domain = group_rows(classified, columns_by_censoring(all));
    Matrix const drawn = draw_missing(truth, 0, domain, random);
    std::vector<double> places;
    for (Index i = 0; i < scores.rows(); ++i) {
        for (Index j = 0; j < scores.cols(); ++j)
            if (std::isnan(scores(i, j)))
                places.push_back(missing_score(truth, 0, domain, i, j).distribution(drawn(i, j)));
            else
                EXPECT_EQ(drawn(i, j), scores(i, j));
    }
    std::sort(places.begin(), places.end());
    auto const count = static_cast<double>(places.size());
    double largest = 0;
    for (std::size_t i = 0; i < places.size(); ++i)
        largest = std::max(largest, std::abs(places[i] - (static_cast<double>(i) + 0.5) / count));
    EXPECT_GT(count, 800);
    EXPECT_LT(largest, 4 * 1.36 / std::sqrt(count));
}

} // namespace
} // namespace exahca
