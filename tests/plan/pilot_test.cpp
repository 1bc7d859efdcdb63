#include "exahca/plan/pilot.hpp"

#include "exahca/core/random.hpp"
#include "exahca/estimate/influence.hpp"
#include "exahca/parallel/communicator.hpp"
#include "exahca/plan/rank_forecast.hpp"
#include "exahca/simulate/simulator.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <numeric>
#include <set>

namespace exahca {
namespace {

TEST(Sampling, interval_of_a_mean_is_students)
{
    // Mean 2, standard deviation 1; 2.920 is the 95 % quantile of t with 2 degrees of freedom.
    std::vector<double> const samples{1, 2, 3};
    auto const range = mean_with_range(samples);
    EXPECT_DOUBLE_EQ(range.middle, 2);
    EXPECT_NEAR(range.high - range.middle, 2.920 / std::sqrt(3.0), 1e-12);
    EXPECT_NEAR(range.middle - range.low, 2.920 / std::sqrt(3.0), 1e-12);
    std::vector<double> const one{4};
    EXPECT_EQ(mean_with_range(one).low, 2);
    EXPECT_EQ(mean_with_range(one).high, 8);
    std::vector<double> const alike(7, 0.5);
    EXPECT_EQ(mean_with_range(alike).low, mean_with_range(alike).high);
}

TEST(Sampling, mirrored_numbers_cover_a_list_once)
{
    EXPECT_EQ(mirrored(1), 0.5);
    EXPECT_EQ(mirrored(2), 0.25);
    EXPECT_EQ(mirrored(6), 0.375);
    std::set<int> positions;
    for (std::size_t i = 0; i < 64; ++i) positions.insert(static_cast<int>(mirrored(i) * 64));
    EXPECT_EQ(positions.size(), 64);
}

class TaskPilotTest : public testing::Test
{
protected:
    static Experiment make_experiment(ReplicateCounts const& counts)
    {
        Setting published;
        published.domains = scores().truth->domains;
        published.factors = 2;
        published.estimator = Estimator::published;
        published.restarts = 2;
        auto joint = published;
        joint.estimator = Estimator::joint;
        joint.restarts = Setting{}.restarts;
        joint.starts = 1;
        joint.density = DensityFamily::sas;
        joint.all_orders = true;
        return {{published, joint}, counts, 1, scores().benchmarks};
    }
    static ScoreMatrix const& scores()
    {
        static auto const all = simulate({Design::base, 2, {80, 70}, {}, 1});
        return all;
    }
    static Pilot try_all(Experiment const& experiment, Share const& share, double seconds)
    {
        auto const bytes =
            std::as_bytes(std::span(scores().scores.data(), static_cast<std::size_t>(scores().scores.size())));
        auto const copy = aligned_copy(bytes);
        Dataset const dataset(
            {reinterpret_cast<double const*>(copy.get()), scores().scores.rows(), scores().scores.cols()},
            rows_by_domain(scores()));
        return run_task_pilot(experiment, dataset, share, seconds);
    }
};

TEST_F(TaskPilotTest, parts_add_up_to_the_whole)
{
    ReplicateCounts counts;
    counts.bootstrap = 7;
    counts.placebo_rotation = counts.placebo_gaussian = 2;
    counts.influence = 4;
    auto const experiment = make_experiment(counts);
    auto const tasks = [&](Share const& share, Stage stage) {
        std::int64_t total = 0;
        for (auto const& group : count_tasks(experiment, share).groups)
            if (stage_of(group.kind) == stage) total += group.tasks;
        return total;
    };
    std::int64_t all = 0, replicates = 0;
    for (int s = 0; s < stages; ++s) all += tasks({}, static_cast<Stage>(s));
    EXPECT_EQ(all, experiment.task_count());
    for (std::int64_t part = 0; part < 5; ++part) {
        replicates += tasks({part, 5}, Stage::replicates);
        EXPECT_EQ(tasks({part, 5}, Stage::estimates), 2); // every part computes the estimates
    }
    EXPECT_EQ(replicates, tasks({}, Stage::replicates));
}

TEST_F(TaskPilotTest, a_pilot_of_everything_is_the_estimate)
{
    ReplicateCounts counts;
    counts.bootstrap = 3;
    counts.no_control = 1;
    auto const experiment = make_experiment(counts);
    auto const pilot = try_all(experiment, {}, 600);
    EXPECT_EQ(pilot.tasks_tried, experiment.task_count());
    double sum = 0;
    for (auto const& group : pilot.groups) {
        EXPECT_EQ(static_cast<std::int64_t>(group.seconds.size()), group.tasks) << to_string(group.kind);
        EXPECT_EQ(group.failed, 0) << to_string(group.kind);
        sum = std::accumulate(group.seconds.begin(), group.seconds.end(), sum);
    }
    auto const forecast = forecast_work(experiment, pilot);
    EXPECT_NEAR(forecast.core.low, sum, 1e-9 * sum);
    EXPECT_NEAR(forecast.core.high, sum, 1e-9 * sum);
    EXPECT_EQ(forecast.groups, forecast.groups_tried);
    ASSERT_EQ(forecast.stages.size(), 3); // landscape, estimates, replicates
}

TEST_F(TaskPilotTest, what_is_not_tried_is_predicted_with_more_doubt)
{
    ReplicateCounts counts;
    counts.bootstrap = 1000;
    auto const first = make_experiment(counts).settings()[0];
    auto second = first;
    second.restarts = first.restarts + 1;
    Experiment const experiment({first, second}, counts, 1, scores().benchmarks);
    auto const pilot = try_all(experiment, {}, 1e-6); // the first setting alone
    auto const forecast = forecast_work(experiment, pilot);
    EXPECT_LT(forecast.groups_tried, forecast.groups);
    double sum = 0;
    for (auto const& group : pilot.groups) sum = std::accumulate(group.seconds.begin(), group.seconds.end(), sum);
    EXPECT_GE(forecast.core.low, sum);
    EXPECT_GT(forecast.core.middle, forecast.core.low);
    EXPECT_GT(forecast.core.high, forecast.core.middle);
}

// Seconds of a task that was left are a lower bound, and so is everything that is guessed from them.
TEST_F(TaskPilotTest, without_a_task_at_its_end_only_a_lower_bound_is_known)
{
    ReplicateCounts counts;
    counts.bootstrap = 10;
    auto const experiment = make_experiment(counts);
    auto pilot = count_tasks(experiment, {});
    for (auto& group : pilot.groups) {
        if (group.kind != ReplicateKind::estimate) continue;
        group.seconds = std::vector(static_cast<std::size_t>(group.tasks), 2.0);
        group.left = group.tasks;
    }
    auto const unknown = forecast_work(experiment, pilot);
    EXPECT_GT(unknown.core.low, 0);
    EXPECT_FALSE(std::isfinite(unknown.core.middle));
    EXPECT_EQ(advise_ranks(unknown, RankZeroComputes::yes, 16).limit, RankLimit::unknown);
    for (auto& group : pilot.groups) group.left = 0;
    auto const known = forecast_work(experiment, pilot);
    EXPECT_TRUE(std::isfinite(known.core.high));
    EXPECT_NE(advise_ranks(known, RankZeroComputes::yes, 16).limit, RankLimit::unknown);
}

// What tasks of one estimator cost says little of those of another.
TEST_F(TaskPilotTest, an_estimator_that_was_not_tried_has_no_upper_end)
{
    ReplicateCounts counts;
    counts.bootstrap = 10;
    auto const experiment = make_experiment(counts);
    auto pilot = count_tasks(experiment, {});
    auto const try_tasks_of = [&](Estimator estimator) {
        for (auto& group : pilot.groups)
            if (group.kind == ReplicateKind::estimate && experiment.setting(group.setting).estimator == estimator)
                group.seconds = std::vector(static_cast<std::size_t>(group.tasks), 2.0);
    };
    try_tasks_of(Estimator::published);
    auto const unknown = forecast_work(experiment, pilot);
    EXPECT_GT(unknown.core.low, 0);
    EXPECT_FALSE(std::isfinite(unknown.core.middle));
    EXPECT_EQ(advise_ranks(unknown, RankZeroComputes::yes, 16).limit, RankLimit::unknown);
    try_tasks_of(Estimator::joint);
    EXPECT_TRUE(std::isfinite(forecast_work(experiment, pilot).core.high))
        << "kinds of one estimator tell of each other";
}

std::vector<Matrix> random_matrices(int domains, int factors, int benchmarks)
{
    RandomStream random({7, "test", 0, {}, 0});
    std::vector<Matrix> matrices;
    for (int k = 0; k < domains; ++k) {
        Matrix matrix(factors, benchmarks);
        for (Index i = 0; i < matrix.size(); ++i) matrix.data()[i] = random.normal();
        matrices.push_back(matrix);
    }
    return matrices;
}

TEST(SearchForecast, a_search_that_ends_is_its_own_forecast)
{
    auto const matrices = random_matrices(3, 3, 4);
    OrderProblem const problem(matrices, Objective::mic);
    auto const preview = preview_search(problem, {}, 600);
    auto const whole = search_orders(problem, {});
    EXPECT_TRUE(preview.forecast.proven);
    EXPECT_EQ(preview.forecast.tuples.low, static_cast<double>(whole.tuples_visited));
    EXPECT_EQ(preview.forecast.tuples.high, static_cast<double>(whole.tuples_visited));
    EXPECT_EQ(preview.found.best[0].order.rows, whole.best[0].order.rows);
}

TEST(SearchForecast, a_search_cut_short_knows_a_lower_bound)
{
    auto const matrices = random_matrices(8, 4, 6); // 10^11 orders of noise: minutes at least
    OrderProblem const problem(matrices, Objective::mic);
    auto const forecast = preview_search(problem, {}, 0.05).forecast;
    EXPECT_FALSE(forecast.proven);
    EXPECT_NEAR(forecast.log10_orders, 8 * std::log10(24.0), 1e-9);
    EXPECT_GE(forecast.tuples.low, static_cast<double>(forecast.tuples_visited));
    EXPECT_GE(forecast.tuples.middle, forecast.tuples.low);
    EXPECT_GE(forecast.tuples.high, forecast.tuples.middle);
    EXPECT_GE(forecast.core_seconds.low, forecast.seconds);
}

// The root of the tree has 3^10 parts, more than a step enumerates: what is left of them holds nearly all orders.
TEST(SearchForecast, what_is_left_of_the_first_level_counts)
{
    auto const matrices = random_matrices(10, 3, 5);
    OrderProblem const problem(matrices, Objective::mic);
    auto const whole = search_orders(problem, {});
    ASSERT_EQ(whole.outcome, SearchOutcome::optimum_proven);
    auto const actual = static_cast<double>(whole.tuples_visited);
    SearchOptions options;
    options.incumbent = whole.best[0].value; // so that as much as possible is left out, as late in the whole search
    auto const forecast = preview_search(problem, options, 0.3).forecast;
    EXPECT_LT(forecast.tuples.low, 1.5 * actual);
    EXPECT_GT(forecast.tuples.high, actual / 1.5);
}

} // namespace
} // namespace exahca
