#include "exahca/model/row_posterior.hpp"

#include "exahca/model/score_posterior.hpp"
#include "support/noisy_scores.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace exahca {
namespace {

using test::add_known_noise;
using test::group_all;
using test::random_noise_parameters;
using test::random_noisy_scores;
using test::spoil;

RowPattern const& pattern_of_row(PatternedScores const& domain, Index row)
{
    for (RowPattern const& pattern : domain.patterns)
        if (std::find(pattern.rows.begin(), pattern.rows.end(), row) != pattern.rows.end()) return pattern;
    throw std::logic_error("a row without pattern");
}

// missing_score is derived on its own; where nothing is cut off both are exact.
TEST(RowPosterior, agrees_with_missing_scores)
{
    RandomStream random({1, "row-posterior-test", 0, "", 0});
    for (bool const known : {false, true}) {
        auto parameters = random_noise_parameters(random, 5, 2, 3, 2);
        if (known) add_known_noise(random, parameters);
        auto scores = random_noisy_scores(random, parameters, 8);
        scores[1].kinds.col(2).setConstant(ScoreKind::missing);
        for (Index i = 3; i < 6; ++i) scores[1].kinds(i, 0) = ScoreKind::missing;
        auto const domain = group_all(scores)[1];
        for (Index i = 0; i < 8; ++i) {
            RowPosterior posterior(parameters, 1, pattern_of_row(domain, i), {score_target(parameters, 1, 2)});
            posterior.condition(domain.scores.row(i));
            auto const reference = missing_score(parameters, 1, domain, i, 2);
            EXPECT_NEAR(posterior.mean(0), reference.mean(), 1e-9);
            for (double const p : {1e-5, 0.05, 0.5, 0.95}) {
                double const quantile = posterior.quantile(0, p);
                EXPECT_NEAR(quantile, reference.quantile(p), 1e-7);
                EXPECT_NEAR(posterior.distribution(0, quantile), p, 1e-9);
                EXPECT_NEAR(std::erfc(-posterior.normal_score(0, quantile) / std::sqrt(2.0)) / 2, p, 1e-9);
            }
        }
    }
}

// A normal number more is a score with so much more noise, whether scores are cut off or not.
TEST(RowPosterior, widens_as_noise_does)
{
    RandomStream random({5, "row-posterior-test", 0, "", 0});
    auto const parameters = random_noise_parameters(random, 5, 2, 3, 1);
    auto scores = random_noisy_scores(random, parameters, 2);
    scores[0].kinds(1, 0) = ScoreKind::at_floor;
    auto const domain = group_all(scores)[0];
    auto target = score_target(parameters, 0, 4);
    target.variance = 0;
    auto noisy = target;
    noisy.variance = 2;
    for (Index i = 0; i < 2; ++i) {
        RowPosterior posterior(parameters, 0, pattern_of_row(domain, i), {target, noisy});
        posterior.condition(domain.scores.row(i));
        EXPECT_LT(posterior.deviation(0), posterior.deviation(1));
        posterior.widen(0, 2);
        EXPECT_NEAR(posterior.deviation(0), posterior.deviation(1), 1e-12);
        EXPECT_NEAR(posterior.quantile(0, 0.05), posterior.quantile(1, 0.05), 1e-8);
        posterior.condition(domain.scores.row(i));
        EXPECT_LT(posterior.deviation(0), posterior.deviation(1));
    }
}

double log_likelihood_of_first(NoiseParameters const& parameters, IncompleteScores const& row)
{
    auto const grouped = group_all({row});
    return NoiseLikelihood(grouped).row_log_likelihoods(parameters)[0][0];
}

// The density of a missing score y is p(y and all that is known) / p(all that is known), and NoiseLikelihood gives
// both. Simpson's rule over y makes a distribution function of it, whatever is cut off.
TEST(RowPosterior, integrates_ratios_of_likelihoods_where_scores_are_cut_off)
{
    RandomStream random({2, "row-posterior-test", 0, "", 0});
    Index tested = 0;
    for (int round = 0; round < 12; ++round) {
        auto const parameters = random_noise_parameters(random, 5, 2, 2, 1);
        auto scores = random_noisy_scores(random, parameters, 1);
        spoil(random, scores[0], 2);
        scores[0].kinds(0, 4) = ScoreKind::missing;
        auto const domain = group_all(scores)[0];
        if (domain.patterns[0].censored.empty()) continue;
        ++tested;
        RowPosterior posterior(parameters, 0, domain.patterns[0], {score_target(parameters, 0, 4)});
        posterior.condition(domain.scores.row(0));
        double const marginal = log_likelihood_of_first(parameters, scores[0]);
        auto observed = scores[0];
        observed.kinds(0, 4) = ScoreKind::observed;
        auto const density = [&](double y) {
            observed.scores(0, 4) = y;
            return std::exp(log_likelihood_of_first(parameters, observed) - marginal);
        };
        double const first = posterior.quantile(0, 1e-9), step = 0.02 * posterior.deviation(0);
        double sum = 0, mean = 0, y = first;
        for (int i = 0; i < 2000 && posterior.distribution(0, y) < 1 - 1e-9; ++i, y += step) {
            double const left = density(y), middle = density(y + step / 2), right = density(y + step);
            sum += step / 6 * (left + 4 * middle + right);
            mean += step / 6 * (left * y + 4 * middle * (y + step / 2) + right * (y + step));
            if (i % 40 == 0) {
                EXPECT_NEAR(posterior.distribution(0, y + step), sum, 1e-6);
            }
        }
        EXPECT_NEAR(sum, 1, 1e-6);
        EXPECT_NEAR(posterior.mean(0), mean, 1e-5 * posterior.deviation(0));
    }
    EXPECT_GE(tested, 6);
}

// The mixture is the distribution itself where nothing is cut off. A score that is cut off is divided into cells, whose
// number bounds the error (CellMixture).
TEST(RowPosterior, is_a_mixture_of_normal_numbers)
{
    RandomStream random({6, "row-posterior-test", 0, "", 0});
    Index cut = 0;
    for (int round = 0; round < 20; ++round) {
        auto const parameters = random_noise_parameters(random, 5, 2, 2, 1);
        auto scores = random_noisy_scores(random, parameters, 1);
        if (round % 2 == 1) spoil(random, scores[0], 2);
        scores[0].kinds(0, 4) = ScoreKind::missing;
        auto const domain = group_all(scores)[0];
        RowPosterior posterior(parameters, 0, domain.patterns[0], {score_target(parameters, 0, 4)});
        posterior.condition(domain.scores.row(0));
        posterior.widen(0, 0.3);
        auto const mixture = posterior.mixture(0);
        auto const bounds = domain.patterns[0].censored.size();
        cut += bounds > 0;
        // Components of 1e-9 may be left out, wherever they are. Two bounds: as CellMixture's own test has it.
        double const moments = bounds < 2 ? 1e-6 : 0.01, values = bounds == 0 ? 2e-9 : bounds == 1 ? 1. / 32 : 1. / 12;
        EXPECT_NEAR(mixture.mean(), posterior.mean(0), moments * posterior.deviation(0));
        EXPECT_NEAR(mixture.deviation(), posterior.deviation(0), moments * posterior.deviation(0));
        for (double const p : {0.01, 0.05, 0.3, 0.5, 0.8, 0.95})
            EXPECT_NEAR(mixture.distribution(posterior.quantile(0, p)), p, values);
    }
    EXPECT_GE(cut, 5);
}

// A factor is a score without noise: of a benchmark with its loadings and next to no noise, the difference is that
// noise.
TEST(RowPosterior, takes_factors_as_scores_without_noise)
{
    RandomStream random({3, "row-posterior-test", 0, "", 0});
    auto parameters = random_noise_parameters(random, 5, 2, 3, 1);
    parameters.log_psi[4] = std::log(1e-14);
    auto scores = random_noisy_scores(random, parameters, 5);
    scores[0].kinds.col(4).setConstant(ScoreKind::missing);
    scores[0].kinds(2, 1) = ScoreKind::at_floor;
    auto const domain = group_all(scores)[0];
    auto const noisy = score_target(parameters, 0, 4);
    for (Index i = 0; i < 5; ++i) {
        RowPosterior posterior(parameters, 0, pattern_of_row(domain, i), {noisy, {noisy.offset, noisy.weights, 0}});
        posterior.condition(domain.scores.row(i));
        EXPECT_NEAR(posterior.quantile(0, 0.05), posterior.quantile(1, 0.05), 1e-6);
        EXPECT_NEAR(posterior.deviation(0), posterior.deviation(1), 1e-6);
    }
}

// If the model holds, where truth stands in its own posterior is uniform, whatever is missing or cut off: 3,000 models,
// each alone, are within Kolmogorov's bound of 1 in 1,000 (1.95/sqrt(n)) of that.
TEST(RowPosterior, holds_what_was_drawn)
{
    RandomStream random({4, "row-posterior-test", 0, "", 0});
    auto const parameters = random_noise_parameters(random, 5, 2, 2, 1);
    Matrix const mixing = parameters.loadings * parameters.mixing[0];
    Matrix const& shapes = parameters.shapes[0];
    LinearTarget const factor{1, Vector(parameters.mixing[0].row(0).transpose()), 0};
    std::vector<double> places;
    for (int model = 0; model < 3000; ++model) {
        Vector sources(2);
        for (Index j = 0; j < 2; ++j) {
            Index const c = random.uniform() < 1 / (1 + std::exp(-shapes(0, j))) ? 0 : 1;
            sources[j] = shapes(1 + c, j) + std::exp(shapes(3 + c, j)) * random.normal();
        }
        IncompleteScores row{Matrix(1, 5), ScoreKinds::Constant(1, 5, ScoreKind::observed)};
        for (Index j = 0; j < 5; ++j) {
            double const noise = std::exp(0.5 * (parameters.log_psi[j] + parameters.log_scales[0]));
            double const score = parameters.means[0][j] + mixing.row(j).dot(sources) + noise * random.normal();
            // Floors near the mean for the first two benchmarks; half of the third are missing.
            bool const at_floor = j < 2 && score <= parameters.means[0][j] - 1;
            row.scores(0, j) = at_floor ? parameters.means[0][j] - 1 : score;
            if (at_floor) row.kinds(0, j) = ScoreKind::at_floor;
            if (j == 2 && random.uniform() < 0.5) row.kinds(0, j) = ScoreKind::missing;
        }
        auto const domain = group_all({row})[0];
        RowPosterior posterior(parameters, 0, domain.patterns[0], {factor});
        posterior.condition(domain.scores.row(0));
        places.push_back(posterior.distribution(0, factor.offset + factor.weights.dot(sources)));
    }
    std::sort(places.begin(), places.end());
    double largest = 0;
    auto const count = static_cast<double>(places.size());
    for (std::size_t i = 0; i < places.size(); ++i)
        largest = std::max(largest, std::abs(places[i] - (static_cast<double>(i) + 0.5) / count));
    EXPECT_LT(largest, 1.95 / std::sqrt(count));
}

} // namespace
} // namespace exahca
