#include "exahca/profile/model_comparison.hpp"

#include "exahca/model/source_mixtures.hpp"
#include "exahca/numerics/normal.hpp"
#include "exahca/profile/model_ranks.hpp"
#include "exahca/profile/next_benchmark.hpp"
#include "support/noisy_scores.hpp"

#include <Eigen/Dense>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace exahca {
namespace {

constexpr Index d = 5, m = 2;

/// A fit that is the truth: two base models with five benchmarks, two factors and sources of two components.
StoredModel true_model(RandomStream& random)
{
    StoredModel model;
    model.name = "truth";
    model.setting.domains = {"a", "b"};
    model.setting.factors = m;
    model.benchmarks = {"p", "q", "r", "s", "t"};
    model.parameters = test::random_noise_parameters(random, d, m, 2, 2);
    model.factor_weights = model.parameters.loadings.completeOrthogonalDecomposition().pseudoInverse();
    model.labels = {0, 1};
    model.bounds = no_bounds(d);
    model.bounds.floor[0] = model.parameters.means[0][0] - 3; // within reach of the first base model
    model.kept_columns = {0, 1, 2, 3, 4};
    model.unknown.setConstant(2, d, false);
    return model;
}

/// Models of domain k drawn from the model: a fifth of the scores are missing, and those below a floor stand there.
struct Drawn
{
    Matrix scores;
    Matrix truth; ///< models x quantities, less the domain's means
};

Drawn draw(StoredModel const& model, std::size_t k, Index count, RandomStream& random)
{
    auto const& parameters = model.parameters;
    Matrix const& shapes = parameters.shapes[k];
    Matrix const loadings = parameters.loadings * parameters.mixing[k];
    Vector const centre = source_moments(source_mixtures(shapes)).means;
    // Standard deviations of scores, over both domains alike.
    Vector variances = Vector::Zero(d);
    for (std::size_t other = 0; other < 2; ++other) {
        Matrix const a = parameters.loadings * parameters.mixing[other];
        Vector const spread = source_moments(source_mixtures(parameters.shapes[other])).variances;
        double const scale = std::exp(parameters.log_scales[static_cast<Index>(other)]);
        variances += 0.5 * (a.cwiseAbs2() * spread + scale * Vector(parameters.log_psi.array().exp()));
    }
    Drawn drawn{Matrix(count, d), Matrix(count, m + d + 1)};
    for (Index i = 0; i < count; ++i) {
        Vector sources(m);
        for (Index j = 0; j < m; ++j) {
            Index const c = random.uniform() < 1 / (1 + std::exp(-shapes(0, j))) ? 0 : 1;
            sources[j] = shapes(1 + c, j) + std::exp(shapes(3 + c, j)) * random.normal();
        }
        Vector const moved = sources - centre, scores = loadings * moved;
        drawn.truth.row(i) << (parameters.mixing[k] * moved).transpose(), scores.transpose(),
            scores.cwiseQuotient(variances.cwiseSqrt()).mean();
        for (Index j = 0; j < d; ++j) {
            double const noise = std::exp(0.5 * (parameters.log_psi[j] + parameters.log_scales[static_cast<Index>(k)]));
            double const score = parameters.means[k][j] + loadings.row(j).dot(sources) + noise * random.normal();
            drawn.scores(i, j) = random.uniform() < 0.2 ? std::nan("") : std::max(score, model.bounds.floor[j]);
        }
    }
    return drawn;
}

std::vector<ModelPosterior> posteriors_of(ModelComparer const& comparer, std::size_t k, Matrix const& scores)
{
    std::vector<ModelPosterior> posteriors(static_cast<std::size_t>(scores.rows()));
    comparer.visit(k, scores,
                   [&](Index row, ModelPosterior const& model) { posteriors[static_cast<std::size_t>(row)] = model; });
    return posteriors;
}

/// Comparisons whose truths are known and independent.
struct Judged
{
    std::vector<std::vector<Difference>> differences;
    std::vector<Vector> truths;
};

// What a Bayesian says holds on average if the truth is drawn from the prior. Given the scores, comparison i is wrong
// with a probability q_i that it states, independently: sums of n such events are within four of their standard errors
// sqrt(sum q_i (1 - q_i)) of sum q_i.
void judge(Judged judged)
{
    std::vector<std::vector<Difference>*> all;
    for (auto& differences : judged.differences) all.push_back(&differences);
    set_rates(all);
    auto const count = static_cast<double>(all.size());
    for (std::size_t q = 0; q < judged.differences.front().size(); ++q) {
        double held = 0, excess = 0, variance = 0, told = 0, wrong = 0, expected = 0, wrong_variance = 0;
        for (std::size_t i = 0; i < all.size(); ++i) {
            auto const& at = judged.differences[i][q];
            double const truth = judged.truths[i][static_cast<Index>(q)];
            held += at.low <= truth && truth <= at.high;
            excess += (truth > 0) - at.better;
            variance += at.better * at.worse;
            EXPECT_NEAR(at.better + at.worse, 1, 1e-9);
            auto const verdict = verdict_of(at, 0.05);
            if (verdict != Verdict::open) {
                EXPECT_LE(at.rate, 0.05);
                EXPECT_EQ(verdict == Verdict::better, at.better >= 0.8);
            } else {
                EXPECT_TRUE(at.rate > 0.05 || std::min(at.better, at.worse) > 0.2);
            }
            if (at.rate > 0.05) continue;
            ++told;
            wrong += (at.better > at.worse) != (truth > 0);
            double const error = std::min(at.better, at.worse);
            expected += error;
            wrong_variance += error * (1 - error);
        }
        EXPECT_NEAR(held / count, 0.9, 4 * std::sqrt(0.09 / count)) << q;
        EXPECT_LT(std::abs(excess), 4 * std::sqrt(variance)) << q;
        // Enough is told for a rate to be seen, the stated rate is kept, and it is not kept by being too careful.
        EXPECT_GT(told, 100) << q;
        EXPECT_LE(expected, 0.05 * told + 1e-9) << q;
        if (told < count) {
            // One more, with q <= .5, would pass it: (expected + q)/(told + 1) > .05.
            EXPECT_GT(expected, 0.05 * (told + 1) - 0.5) << q;
        }
        EXPECT_LT(std::abs(wrong - expected), 4 * std::sqrt(wrong_variance)) << q;
    }
}

TEST(ModelComparison, keeps_its_false_discovery_rate_and_its_intervals)
{
    RandomStream random({1, "model-comparison-test", 0, "", 0});
    auto const model = true_model(random);
    ModelComparer const comparer(model);
    constexpr Index pairs = 1000;
    auto const first = draw(model, 0, 2 * pairs, random), second = draw(model, 1, pairs, random);
    auto const a = posteriors_of(comparer, 0, first.scores), b = posteriors_of(comparer, 1, second.scores);

    Judged siblings, strangers, medians;
    Vector const between = (comparer.centres().row(0) - comparer.centres().row(1)).transpose();
    // The population's median of a quantity, from many draws: its standard error is below .02 deviations.
    Matrix many = draw(model, 0, 20000, random).truth;
    Vector median(many.cols());
    for (Index q = 0; q < many.cols(); ++q) {
        auto column = many.col(q);
        std::nth_element(column.begin(), column.begin() + 10000, column.end());
        median[q] = column[10000];
    }
    for (std::size_t i = 0; i < pairs; ++i) {
        auto const row = static_cast<Index>(i);
        siblings.differences.push_back(comparer.compare(a[2 * i], a[2 * i + 1]));
        siblings.truths.emplace_back((first.truth.row(2 * row) - first.truth.row(2 * row + 1)).transpose());
        strangers.differences.push_back(comparer.compare(a[2 * i], b[i]));
        strangers.truths.emplace_back((first.truth.row(2 * row) - second.truth.row(row)).transpose() + between);
        medians.differences.push_back(comparer.compare_with_median(a[2 * i]));
        medians.truths.emplace_back(first.truth.row(2 * row).transpose() - median);
    }
    {
        SCOPED_TRACE("siblings");
        judge(siblings);
    }
    {
        SCOPED_TRACE("models of different base models");
        judge(strangers);
    }
    {
        SCOPED_TRACE("medians");
        judge(medians);
    }
}

TEST(ModelComparison, of_a_model_with_a_copy_is_even)
{
    RandomStream random({2, "model-comparison-test", 0, "", 0});
    auto const model = true_model(random);
    ModelComparer const comparer(model);
    auto const one = posteriors_of(comparer, 1, draw(model, 1, 1, random).scores)[0];
    for (auto const& at : comparer.compare(one, one)) {
        EXPECT_NEAR(at.mean, 0, 1e-9);
        EXPECT_NEAR(at.better, 0.5, 1e-9);
        EXPECT_NEAR(at.low, -at.high, 1e-6 * at.high);
    }
}

// Resamples that turn the factors much more than scores leave open: differences are theirs alone.
TEST(ModelComparison, adds_what_resamples_do_to_both_models)
{
    RandomStream random({3, "model-comparison-test", 0, "", 0});
    auto model = true_model(random);
    auto const drawn = draw(model, 0, 2, random);
    for (int r = 0; r < 12; ++r) model.drifts.push_back(1000 * test::normal_matrix(random, m, m));
    ModelComparer const comparer(model);
    auto const both = posteriors_of(comparer, 0, drawn.scores);
    auto const differences = comparer.compare(both[0], both[1]);
    Vector const apart = both[0].factors - both[1].factors;
    for (Index i = 0; i < m; ++i) {
        double squares = 0;
        for (Matrix const& drift : model.drifts) squares += std::pow(drift.row(i).dot(apart), 2) / 12;
        auto const& at = differences[static_cast<std::size_t>(i)];
        EXPECT_NEAR((at.high - at.low) / (2 * normal_quantile(0.95)) / std::sqrt(squares), 1, 1e-3);
        EXPECT_NEAR(comparer.shifts(both[0], i)[3] - comparer.shifts(both[1], i)[3], model.drifts[3].row(i).dot(apart),
                    1e-8 * std::sqrt(squares));
    }
    EXPECT_TRUE(comparer.shifts(both[0], m).empty());
}

TEST(ModelComparison, knows_nothing_of_benchmarks_that_a_domain_lacks)
{
    RandomStream random({4, "model-comparison-test", 0, "", 0});
    auto model = true_model(random);
    auto const first = draw(model, 0, 2, random), second = draw(model, 1, 1, random);
    model.unknown(0, 3) = true;
    ModelComparer const comparer(model);
    auto const a = posteriors_of(comparer, 0, first.scores), b = posteriors_of(comparer, 1, second.scores);
    auto const known = [](std::vector<Difference> const& differences) {
        std::vector<bool> values;
        for (auto const& at : differences) values.push_back(!std::isnan(at.mean));
        return values;
    };
    // Factors of models of one domain can be compared all the same; those of another one stand on means that nobody
    // knows.
    std::vector<bool> const within{true, true, true, true, true, false, true, true};
    std::vector<bool> const across{false, false, true, true, true, false, true, true};
    EXPECT_EQ(known(comparer.compare(a[0], a[1])), within);
    EXPECT_EQ(known(comparer.compare_with_median(a[0])), within);
    EXPECT_EQ(known(comparer.compare(a[0], b[0])), across);
    EXPECT_EQ(known(comparer.compare_with_median(b[0])), std::vector<bool>(8, true));
}

TEST(FalseSignRates, are_means_of_what_is_at_least_as_sure)
{
    double const nan = std::nan("");
    std::vector<double> const wrong{0.2, 0.01, nan, 0.05, 0.05, 0.5};
    auto const rates = false_sign_rates(wrong);
    EXPECT_NEAR(rates[1], 0.01, 1e-15);
    EXPECT_NEAR(rates[3], 0.11 / 3, 1e-15); // both of .05 or none
    EXPECT_NEAR(rates[4], 0.11 / 3, 1e-15);
    EXPECT_NEAR(rates[0], 0.31 / 4, 1e-15);
    EXPECT_NEAR(rates[5], 0.81 / 5, 1e-15);
    EXPECT_TRUE(std::isnan(rates[2]));
    EXPECT_TRUE(false_sign_rates({}).empty());
}

NormalMixture normal(double mean, double deviation)
{
    return {Vector::Ones(1), Vector::Constant(1, mean), Vector::Constant(1, deviation)};
}

// Ranks of independent normal numbers: the mean rank is one more than the sum of the probabilities that others are
// higher; a rank is 1 .. n, so that the mean of 2,000 draws has a standard error of at most (n - 1)/2/sqrt(2000).
TEST(ModelRanks, have_the_means_of_pairwise_probabilities)
{
    std::vector<RankedPosterior> models;
    for (int i = 0; i < 6; ++i)
        models.push_back({std::string(1, static_cast<char>('a' + i)), 0, normal(i * 0.4, 1 + 0.1 * i), {}});
    auto const ranks = rank_models(models);
    double sum = 0;
    for (std::size_t i = 0; i < models.size(); ++i) {
        double expected = 1;
        for (std::size_t j = 0; j < models.size(); ++j)
            if (j != i) expected += difference(models[j].value, models[i].value).beyond(0);
        EXPECT_NEAR(ranks[i].expected, expected, 4 * 2.5 / std::sqrt(2000.0));
        EXPECT_LE(ranks[i].low, ranks[i].expected);
        EXPECT_GE(ranks[i].high, ranks[i].expected);
        sum += ranks[i].expected;
    }
    EXPECT_NEAR(sum, 21, 1e-9); // each rank once in each draw
    // In another order, or among fewer, each has the same random numbers.
    std::vector<RankedPosterior> const turned(models.rbegin(), models.rend());
    auto const again = rank_models(turned);
    for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(again[5 - i].expected, ranks[i].expected);
    auto const other = rank_models(models, {.draws = 2000, .seed = 2});
    EXPECT_NE(other[0].expected, ranks[0].expected);
}

TEST(ModelRanks, move_with_resamples_together)
{
    // Known to the last digit; two resamples turn them round in one of two draws.
    std::vector<RankedPosterior> const models{{"a", 0, normal(1, 1e-9), {0, 0}}, {"b", 0, normal(0, 1e-9), {0, 5}}};
    auto const ranks = rank_models(models);
    EXPECT_EQ(ranks[0].expected, 1.5);
    EXPECT_EQ(ranks[0].first, 0.5);
    EXPECT_EQ(ranks[0].low, 1);
    EXPECT_EQ(ranks[0].high, 2);
    // Two rows that are the same in everything are two models: neither is always first.
    std::vector<RankedPosterior> const twins{{"a", 7, normal(0, 1), {}}, {"a", 7, normal(0, 1), {}}};
    EXPECT_NEAR(rank_models(twins)[0].first, 0.5, 4 * 0.5 / std::sqrt(2000.0));
}

// Intervals of ranks hold the true ranks of models that were drawn. Ranks are whole numbers, so that they hold a little
// more than 90 %: with 200 models 2,000 of them, .90 to .90 + 2/(width) and four standard errors of .02 for ranks of
// one table, which hang together.
TEST(ModelRanks, hold_true_ranks)
{
    RandomStream random({5, "model-comparison-test", 0, "", 0});
    auto const model = true_model(random);
    ModelComparer const comparer(model);
    double held = 0, all = 0;
    for (int table = 0; table < 10; ++table) {
        auto const drawn = draw(model, 0, 200, random);
        for (Index const q : {Index{0}, m + 1}) {
            std::vector<RankedPosterior> models;
            auto const posteriors = posteriors_of(comparer, 0, drawn.scores);
            for (std::size_t i = 0; i < posteriors.size(); ++i)
                models.push_back({std::to_string(i),
                                  static_cast<std::uint64_t>(table),
                                  posteriors[i].quantities[static_cast<std::size_t>(q)],
                                  {}});
            auto const ranks = rank_models(models, {.draws = 500, .seed = 1});
            for (std::size_t i = 0; i < ranks.size(); ++i) {
                auto const rank = 1 + (drawn.truth.col(q).array() > drawn.truth(static_cast<Index>(i), q)).count();
                held += ranks[i].low <= rank && rank <= ranks[i].high;
                ++all;
            }
        }
    }
    EXPECT_GT(held / all, 0.9 - 0.04);
    EXPECT_LT(held / all, 0.9 + 0.06);
}

// Each missing score that the fit knows something of, once; shares are those of variances of whole posteriors.
TEST(NextBenchmark, says_what_each_missing_score_would_add)
{
    RandomStream random({6, "model-comparison-test", 0, "", 0});
    auto model = true_model(random);
    auto const drawn = draw(model, 0, 60, random);
    model.unknown(0, 3) = true;
    ModelComparer const comparer(model);
    Index const wanted[] = {0, m + 1}; // the first factor and the second benchmark's true score
    auto const gains = next_scores(model, comparer, 0, wanted, drawn.scores);
    auto const posteriors = posteriors_of(comparer, 0, drawn.scores);
    auto const population = posteriors_of(comparer, 0, Matrix::Constant(1, d, std::nan("")))[0];
    std::size_t next = 0;
    for (Index i = 0; i < drawn.scores.rows(); ++i)
        for (Index j = 0; j < d; ++j) {
            if (!std::isnan(drawn.scores(i, j)) || j == 3) continue;
            ASSERT_LT(next, gains.size());
            auto const& gain = gains[next++];
            EXPECT_EQ(gain.model, i);
            EXPECT_EQ(gain.benchmark, j);
            double left = 0;
            for (Index const q : wanted) {
                auto const place = static_cast<std::size_t>(q);
                auto const& all = population.quantities[place];
                left += 0.5 *
                        std::pow(
                            posteriors[static_cast<std::size_t>(i)].quantities[place].deviation() / all.deviation(), 2);
            }
            EXPECT_NEAR(gain.known, 1 - left, 1e-6);
            EXPECT_GE(gain.gain, 0);
            EXPECT_LE(gain.gain, left);
        }
    EXPECT_EQ(next, gains.size());
    // Of a new model: what the benchmark itself says of its own true score is its reliability, or more.
    Index const own[] = {m + 1};
    auto const first = next_scores(model, comparer, 0, own, Matrix::Constant(1, d, std::nan("")));
    ASSERT_EQ(first.size(), 4U);
    EXPECT_NEAR(first[1].known, 0, 1e-9);
    auto const score = score_target(model.parameters, 0, 1);
    double const variance = std::pow(population.quantities[m + 1].deviation(), 2);
    EXPECT_GE(first[1].gain, variance / (variance + score.variance) - 1e-9);
    EXPECT_LT(first[1].gain, 1);
}

TEST(NextBenchmark, knows_what_benchmarks_have_in_common)
{
    RandomStream random({7, "model-comparison-test", 0, "", 0});
    auto model = true_model(random);
    model.unknown(1, 2) = true;
    auto const shares = redundancy_of(model, Eigen::Vector2d(10, 30));
    EXPECT_TRUE(std::isnan(shares.pooled[2]));
    EXPECT_TRUE(std::isnan(shares.by_domain(1, 2)));
    EXPECT_FALSE(std::isnan(shares.by_domain(0, 2)));
    for (Index const j : {0, 1, 3, 4}) {
        EXPECT_GT(shares.pooled[j], 0);
        EXPECT_LT(shares.pooled[j], 1);
    }
}

} // namespace
} // namespace exahca
