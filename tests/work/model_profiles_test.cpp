#include "exahca/profile/model_profiles.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/profile/prediction_check.hpp"
#include "exahca/profile/stored_model.hpp"
#include "exahca/results/results.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/task_runner.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

/// A simulated table with gaps, a floor and a benchmark that one base model lacks, and the results of its search.
struct Searched
{
    Searched()
    {
        SimulationOptions options;
        options.design = Design::parametric;
        options.factors = 2;
        options.sizes = {200, 150};
        options.seed = 3;
        options.missing = 0.1;
        table = simulate(options);
        for (Index i = 0; i < table.scores.rows(); ++i) {
            if (table.base_models[static_cast<std::size_t>(i)] == table.truth->domains[1])
                table.scores(i, 4) = std::nan("");
            if (table.scores(i, 3) < 4) table.scores(i, 3) = 4;
        }
        table.bounds = no_bounds(6);
        table.bounds->floor[3] = 4;
        Setting setting;
        setting.domains = table.truth->domains;
        setting.factors = 2;
        setting.noise = NoiseModel::aware;
        setting.density = DensityFamily::mog2;
        Dataset const dataset({table.scores.data(), table.scores.rows(), table.scores.cols()}, rows_by_domain(table),
                              column_facts(table));
        Experiment const experiment({setting}, {}, 3, table.benchmarks);
        TaskRunner runner(experiment, dataset);
        RecordStore records(experiment);
        auto const id = experiment.id_of({SettingId(0), ReplicateKind::estimate, 0});
        records.put(id, runner.compute(id));
        results = build_results(experiment, records, table, {"table", "digits"});
        for (auto const& domain : setting.domains) scores.push_back(dataset.domain(domain));
        name = stored_setting_names(results).front();
    }

    ScoreMatrix table;
    DataGroup results;
    std::vector<Matrix> scores;
    std::string name;
};

Searched const& searched()
{
    static Searched const one;
    return one;
}

// The likelihood of the scores under what was read is the one that the fit ended at, and was stored on its own.
TEST(StoredModel, has_the_likelihood_of_the_fit)
{
    auto const& run = searched();
    ASSERT_EQ(settings_with_model(run.results), std::vector<std::string>{run.name});
    auto const model = read_stored_model(run.results, run.name);
    EXPECT_TRUE(model.unknown(1, 4));
    EXPECT_EQ(model.unknown.count(), 1);
    EXPECT_EQ(model.bounds.floor[3], 4);
    EXPECT_EQ(fitted_fingerprint(run.results), "digits");
    std::vector<PatternedScores> domains;
    for (std::size_t k = 0; k < 2; ++k) domains.push_back(patterned_scores(model, k, run.scores[k]));
    NoiseParameters gradient;
    double const value = NoiseLikelihood(domains).evaluate(model.parameters, gradient);
    double const stored = run.results.doubles("estimate/" + run.name + "/answer_log_likelihood").at(0);
    EXPECT_NEAR(value, stored, 1e-3); // the fit rounds scores to 2^-24 deviations
    // Factors are weighted sums of scores: weights times loadings is the identity.
    EXPECT_LT((model.factor_weights * model.parameters.loadings - Matrix::Identity(2, 2)).norm(), 1e-9);
    EXPECT_EQ(model.domain(model.setting.domains[1]), 1U);
    EXPECT_THROW((void)model.domain("another"), InvalidInput);
}

TEST(StoredModel, says_what_is_damaged)
{
    auto results = searched().results;
    auto& group = results.group("estimate").group(searched().name);
    for (auto& variable : group.variables)
        if (variable.name == "fitted_loading") std::get<std::vector<double>>(variable.values)[0] += 100;
    EXPECT_THROW((void)read_stored_model(results, searched().name), InvalidInput);
    EXPECT_THROW((void)read_stored_model(results, "another"), InvalidInput);
}

TEST(ModelProfiles, place_models_among_those_of_their_domain)
{
    auto const& run = searched();
    auto const model = read_stored_model(run.results, run.name);
    for (std::size_t k = 0; k < 2; ++k) {
        auto const profiles = profile_models(model, k, run.scores[k]);
        ASSERT_EQ(std::ssize(profiles), run.scores[k].rows());
        std::vector<double> surprises;
        Vector sums = Vector::Zero(2), percentiles = sums;
        for (std::size_t i = 0; i < profiles.size(); ++i) {
            auto const row = static_cast<Index>(i);
            for (Index f = 0; f < 2; ++f) {
                auto const& at = profiles[i].factors[static_cast<std::size_t>(f)];
                EXPECT_LT(at.low, at.mean);
                EXPECT_LT(at.mean, at.high);
                EXPECT_LT(at.percentile_low, at.percentile_high);
                sums[f] += at.mean;
                percentiles[f] += at.percentile;
            }
            for (Index j = 0; j < 6; ++j) {
                double const z = profiles[i].surprises[static_cast<std::size_t>(j)].deviations;
                bool const usable = !std::isnan(run.scores[k](row, j)) && !(j == 3 && run.scores[k](row, j) <= 4);
                EXPECT_EQ(std::isnan(z), !usable);
                if (usable) surprises.push_back(z);
            }
        }
        // Means of posterior means are those of the population, within four standard errors of some 10 points / sqrt n.
        auto const n = static_cast<double>(profiles.size());
        for (Index f = 0; f < 2; ++f) {
            EXPECT_LT(std::abs(sums[f] / n), 4 * 10 / std::sqrt(n));
            EXPECT_NEAR(percentiles[f] / n, 50, 4 * 29 / std::sqrt(n)); // a uniform number has deviation 29
        }
        // Standard normal under the fitted model: their mean square is 1, with a standard error of sqrt(2/n) for the n
        // of independent ones; those of one row hang together.
        double square = 0;
        for (double const z : surprises) square += z * z / static_cast<double>(surprises.size());
        EXPECT_NEAR(square, 1, 4 * std::sqrt(2 / n));
        // New models are the same as old ones: a profile depends on no other row.
        auto const alone = profile_models(model, k, run.scores[k].row(5));
        EXPECT_EQ(alone[0].factors[1].high, profiles[5].factors[1].high);
    }
    auto const means = factor_means(model);
    EXPECT_TRUE(means.row(0).allFinite());
    EXPECT_TRUE(means.row(1).array().isNaN().all()); // its MUSR is unknown
}

// Resamples that stretch all factors by 1 +- .1 add a tenth of a factor to its deviation, in squares: the posterior of
// a model far out is nearly normal, and the half width of its interval 1.645 deviations.
TEST(ModelProfiles, hold_the_spread_of_resamples)
{
    auto const& run = searched();
    auto model = read_stored_model(run.results, run.name);
    EXPECT_TRUE(model.drifts.empty()); // no resamples were asked for
    auto const known = profile_models(model, 0, run.scores[0]);
    model.drifts = {0.1 * Matrix::Identity(2, 2), -0.1 * Matrix::Identity(2, 2)};
    auto const spread = profile_models(model, 0, run.scores[0]);
    for (std::size_t i = 0; i < known.size(); ++i) {
        auto const &before = known[i].factors[0], &after = spread[i].factors[0];
        EXPECT_EQ(after.mean, before.mean);
        double const added = 0.1 * std::abs(before.mean), width = (before.high - before.low) / 2 / 1.645;
        double const expected = std::hypot(added, width);
        EXPECT_NEAR((after.high - after.low) / 2 / 1.645, expected, 0.25 * expected);
        EXPECT_GT(after.high - after.low, before.high - before.low);
    }
}

TEST(ModelProfiles, predict_what_is_missing_and_nothing_else)
{
    auto const& run = searched();
    auto const model = read_stored_model(run.results, run.name);
    for (std::size_t k = 0; k < 2; ++k) {
        auto const predicted = predict_scores(model, k, run.scores[k]);
        Index missing = 0;
        for (Index j = 0; j < 6; ++j)
            if (!(k == 1 && j == 4)) missing += run.scores[k].col(j).array().isNaN().count();
        EXPECT_EQ(std::ssize(predicted), missing);
        for (auto const& score : predicted) {
            EXPECT_TRUE(std::isnan(run.scores[k](score.model, score.benchmark)));
            EXPECT_LE(score.low, score.mean);
            EXPECT_LE(score.mean, score.high);
            if (score.benchmark == 3) {
                EXPECT_GE(score.low, 4);
            }
        }
    }
}

// 5 folds hide every known score of models with two or more once. Intervals of a fitted model hold about 90 %: the
// standard error is at most sqrt(.09 x 5.4/1700) = .017 were all scores of a model to hang together, and the fit of
// some 60 parameters to 350 models costs some points.
TEST(PredictionCheck, hides_every_known_score_once)
{
    auto const& run = searched();
    auto const model = read_stored_model(run.results, run.name);
    auto const check = check_predictions(model, run.scores, {.folds = 5, .seed = 1});
    std::int64_t known = 0, models = 0, few = 0;
    for (auto const& scores : run.scores)
        for (Index i = 0; i < scores.rows(); ++i) {
            auto const here = (!scores.row(i).array().isNaN()).count();
            here < 2 ? ++few : ++models;
            known += here < 2 ? 0 : here;
        }
    EXPECT_EQ(check.all.scores, known);
    EXPECT_EQ(check.models, models);
    EXPECT_EQ(check.too_few, few);
    EXPECT_EQ(check.unpredicted, 0);
    EXPECT_EQ(check.domains[0].scores + check.domains[1].scores, known);
    EXPECT_NEAR(check.all.held, 0.9, 0.07);
    auto const error = [&](Predictor predictor) { return check.all.error[static_cast<std::size_t>(predictor)]; };
    EXPECT_LT(error(Predictor::model), 1);                       // better than the mean of the base model
    EXPECT_LT(error(Predictor::model), error(Predictor::means)); // these scores are not one factor and constants
    auto const again = check_predictions(model, run.scores, {.folds = 5, .seed = 1});
    EXPECT_EQ(again.all.error, check.all.error);
    auto const other = check_predictions(model, run.scores, {.folds = 5, .seed = 2});
    EXPECT_NE(other.all.error, check.all.error);
}

} // namespace
} // namespace exahca
