// What becomes of missing scores and of ends of scales between the table and an estimator.

#include "exahca/core/error.hpp"
#include "exahca/estimate/replicate_data.hpp"
#include "exahca/model/item_noise.hpp"
#include "exahca/model/screening.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/task_runner.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

SimulationOptions leaderboard(double missing, std::optional<double> floor = {})
{
    SimulationOptions options;
    options.design = Design::base;
    options.sizes = {120, 100};
    options.seed = 5;
    options.missing = missing;
    options.floor = floor;
    return options;
}

Dataset dataset_of(ScoreMatrix const& scores)
{
    return {{scores.scores.data(), scores.scores.rows(), scores.scores.cols()},
            rows_by_domain(scores),
            column_facts(scores)};
}

Setting setting_of(ScoreMatrix const& scores)
{
    return {.domains = scores.truth->domains, .factors = 2, .estimator = Estimator::published, .restarts = 1};
}

bool same(Matrix const& a, Matrix const& b)
{
    if (a.rows() != b.rows() || a.cols() != b.cols()) return false;
    return ((a.array() == b.array()) || (a.array().isNaN() && b.array().isNaN())).all();
}

TEST(IncompleteSimulation, removes_the_share_that_was_asked_for_and_changes_nothing_else)
{
    auto const whole = simulate(leaderboard(0)), holed = simulate(leaderboard(0.3));
    auto const missing = count_missing(holed);
    EXPECT_NEAR(static_cast<double>(missing.scores), 0.3 * 220 * 6, 40);
    for (Index i = 0; i < holed.scores.rows(); ++i) {
        EXPECT_FALSE(holed.scores.row(i).array().isNaN().all());
        for (Index j = 0; j < 6; ++j)
            EXPECT_TRUE(std::isnan(holed.scores(i, j)) || holed.scores(i, j) == whole.scores(i, j));
    }
    EXPECT_TRUE(same(holed.scores, simulate(leaderboard(0.3)).scores));
    auto const most = simulate(leaderboard(0.99));
    for (Index i = 0; i < most.scores.rows(); ++i) EXPECT_FALSE(most.scores.row(i).array().isNaN().all());
    EXPECT_THROW((void)simulate(leaderboard(1)), UsageError);
}

TEST(IncompleteSimulation, floors_are_kept_as_bounds)
{
    auto const floored = simulate(leaderboard(0, 20));
    EXPECT_EQ(floored.scores.minCoeff(), 20);
    ASSERT_TRUE(floored.bounds);
    EXPECT_TRUE((floored.bounds->floor.array() == 20).all());
}

TEST(ColumnFacts, travel_as_bytes)
{
    auto scores = simulate(leaderboard(0.1, 10));
    scores.items = {{541, 0, 0, 1192, 0, 0}, {.5, .5, .5, .7, .5, .5}};
    ByteWriter writer;
    write_column_facts(writer, column_facts(scores));
    auto const bytes = writer.take();
    ByteReader reader(bytes);
    auto const read = read_column_facts(reader);
    EXPECT_TRUE(read.bounds == *scores.bounds);
    EXPECT_EQ(read.items, with_full_scores(scores.items, scores.scores));
    Dataset::Scores const map(scores.scores.data(), scores.scores.rows(), scores.scores.cols());
    EXPECT_TRUE(Dataset(map, rows_by_domain(scores)).bounds() == no_bounds(6));
    EXPECT_THROW(Dataset(map, rows_by_domain(scores), {no_bounds(5), {}}), InvalidInput);
}

TEST(IncompleteData, an_estimator_that_needs_all_scores_gets_the_complete_models)
{
    auto const scores = simulate(leaderboard(0.1));
    auto const dataset = dataset_of(scores);
    auto setting = setting_of(scores);
    for (auto const rule : {Screening::share, Screening::fit}) {
        setting.screening = rule;
        auto const data = observed_data(setting, dataset);
        for (std::size_t k = 0; k < 2; ++k) {
            Matrix complete = dataset.domain(setting.domains[k]);
            complete = gather_rows(complete, complete_rows(complete));
            // Screening judges them as if there were no others.
            if (rule == Screening::fit) complete = gather_rows(complete, rows_that_fit(complete));
            EXPECT_EQ(data.scores[k], complete);
        }
        EXPECT_TRUE(data.bounds == dataset.bounds());
    }
    EXPECT_NE(unused_models(setting, dataset).find(" of 120 of llama-3-8b"), std::string::npos);
    auto const whole = simulate(leaderboard(0));
    EXPECT_EQ(unused_models(setting, dataset_of(whole)), "");
}

TEST(IncompleteData, resamples_take_models_with_their_gaps_and_placebos_complete_ones)
{
    auto const scores = simulate(leaderboard(0.1));
    auto const dataset = dataset_of(scores);
    auto const setting = setting_of(scores);
    RecordLayout const none;
    RandomKey const key{7, "test", 1, {}, 0};
    auto const drawn = drawn_data(setting, dataset, ReplicateKind::bootstrap, key, RecordView(none, {}));
    EXPECT_EQ(drawn.scores[0].rows(), 120);
    EXPECT_TRUE(drawn.scores[0].hasNaN());
    EXPECT_TRUE(drawn.bounds == dataset.bounds());
    auto const complete = observed_data(setting, dataset);
    for (auto const kind :
         {ReplicateKind::placebo_rotation, ReplicateKind::placebo_gaussian, ReplicateKind::no_control}) {
        auto const placebo = drawn_data(setting, dataset, kind, key, RecordView(none, {}));
        for (std::size_t k = 0; k < 2; ++k) {
            EXPECT_EQ(placebo.scores[k].rows(), complete.scores[k].rows()) << to_string(kind);
            EXPECT_FALSE(placebo.scores[k].hasNaN());
        }
    }
}

TEST(IncompleteData, draws_from_the_fit_are_hidden_like_the_data)
{
    auto const scores = simulate(leaderboard(0.1, 5));
    auto const dataset = dataset_of(scores);
    auto const setting = setting_of(scores);
    Experiment const experiment({setting}, {.parametric = 1}, 3, scores.benchmarks);
    TaskRunner runner(experiment, dataset);
    auto const estimate = runner.compute(experiment.id_of({SettingId(0), ReplicateKind::estimate, 0}));
    ASSERT_EQ(estimate.status, TaskStatus::done) << estimate.reason;
    EXPECT_NE(estimate.reason.find("only models without a missing score are used"), std::string::npos);
    RecordView const view(experiment.layout(SettingId(0), ReplicateKind::estimate), estimate.values);
    auto const drawn = drawn_data(setting, dataset, ReplicateKind::parametric, {3, "parametric", 0, {}, 0}, view);
    for (std::size_t k = 0; k < 2; ++k) {
        auto const& rows = drawn.scores[k];
        EXPECT_EQ(rows.rows(), dataset.models(setting.domains[k]));
        double const gaps = rows.array().isNaN().cast<double>().mean();
        EXPECT_NEAR(gaps, 0.1, 0.05);
        EXPECT_GE(rows.array().isNaN().select(5, rows).minCoeff(), 5);
    }
}

} // namespace
} // namespace exahca
