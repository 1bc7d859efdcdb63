// The comparison with an answer without screening, through the tasks of a search.

#include "exahca/simulate/simulator.hpp"
#include "exahca/work/task_runner.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

/// Degrees between the answers with and without screening, as they are stored.
std::vector<double> unscreened_angles(ScoreMatrix const& scores, double screen)
{
    Dataset const dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()}, rows_by_domain(scores));
    Setting setting{.domains = scores.truth->domains, .factors = 2};
    setting.noise = NoiseModel::span;
    setting.screen = screen;
    Experiment const experiment({setting}, {}, 3, scores.benchmarks);
    TaskRunner runner(experiment, dataset);
    auto const record = runner.compute(experiment.id_of({SettingId(0), ReplicateKind::estimate, 0}));
    EXPECT_EQ(record.status, TaskStatus::done) << record.reason;
    RecordView const estimate(experiment.layout(SettingId(0), ReplicateKind::estimate), record.values);
    auto const angles = estimate.values("unscreened_angle");
    return {angles.begin(), angles.end()};
}

TEST(UnscreenedAngles, are_there_only_where_a_model_was_left_out)
{
    SimulationOptions options;
    options.design = Design::base;
    options.sizes = {120, 100};
    options.factors = 2;
    auto scores = simulate(options);
    for (double const angle : unscreened_angles(scores, 1e-6)) EXPECT_TRUE(std::isnan(angle)) << angle;
    scores.scores.row(0).setZero();
    for (double const angle : unscreened_angles(scores, 0.1)) EXPECT_TRUE(std::isfinite(angle));
}

} // namespace
} // namespace exahca
