// What is known of a search for orders that a request to stop ends, and what whoever goes on makes of it.

#include "exahca/core/error.hpp"
#include "exahca/estimate/interim_search.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/results/results.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/task_runner.hpp"
#include "exahca/work/task_source.hpp"
#include "support/joint_simulation.hpp"

#include <gtest/gtest.h>

#include <cstring>

namespace exahca {
namespace {

ScoreMatrix simulated()
{
    SimulationOptions options;
    options.design = Design::base;
    options.sizes = std::vector<std::int64_t>(6, 60);
    return simulate(options);
}

/// One setting whose estimate can be computed with and without a request to stop.
class StoppedEstimate : public ::testing::TestWithParam<Estimator>
{
protected:
    StoppedEstimate()
        : scores_(simulated()),
          dataset_({scores_.scores.data(), scores_.scores.rows(), scores_.scores.cols()}, rows_by_domain(scores_)),
          experiment_({setting()}, {.bootstrap = 1}, 3, scores_.benchmarks)
    {
    }

    Setting setting() const
    {
        Setting setting{.domains = scores_.truth->domains, .factors = 3, .estimator = GetParam()};
        setting.restarts = 1;
        setting.starts = 1;
        setting.search_tuples = 1000;
        return setting;
    }
    TaskId task(ReplicateKind kind) const { return experiment_.id_of({SettingId(0), kind, 0}); }

    TaskRecord stopped() const
    {
        StopFlag stop;
        stop.request();
        StopScope const scope(&stop, StopScope::Reach::searches);
        return TaskRunner(experiment_, dataset_).compute(task(ReplicateKind::estimate));
    }
    TaskRecord whole() const { return TaskRunner(experiment_, dataset_).compute(task(ReplicateKind::estimate)); }

    ScoreMatrix scores_;
    Dataset dataset_;
    Experiment experiment_;
};

TEST_P(StoppedEstimate, tells_the_best_order_so_far_and_the_bound)
{
    auto const record = stopped();
    EXPECT_EQ(record.status, TaskStatus::missing);
    EXPECT_TRUE(record.values.empty());
    ASSERT_EQ(record.interim.size(), 1U);
    auto const& search = record.interim[0];
    EXPECT_EQ(search.outcome, SearchOutcome::stopped);
    EXPECT_EQ(search.objective, GetParam() == Estimator::joint ? Objective::n_weighted : Objective::mic);
    EXPECT_GE(search.lower_bound, 0);
    EXPECT_LE(search.lower_bound, search.value);
    EXPECT_LT(search.value, 1);
    EXPECT_EQ(search.labels.size(), 3U);
}

TEST_P(StoppedEstimate, stands_in_interim_results_and_nowhere_else)
{
    RecordStore records(experiment_);
    TaskSource source(experiment_, records, std::vector{task(ReplicateKind::estimate)});
    ASSERT_TRUE(source.next_chunk({0.01, 1}));
    auto const record = stopped();
    source.absorb(write_finished_tasks(std::vector{FinishedTask{task(ReplicateKind::estimate), record}}), 0.0);
    EXPECT_FALSE(source.finished());

    auto const results = build_results(experiment_, records, scores_, {"memory", "print"});
    EXPECT_FALSE(records.complete());
    auto const* interim = results.find_group("interim/" + setting_name(experiment_.settings()[0]));
    ASSERT_NE(interim, nullptr);
    EXPECT_EQ(interim->doubles("value"), std::vector{record.interim[0].value});
    EXPECT_EQ(interim->doubles("lower_bound"), std::vector{record.interim[0].lower_bound});
    EXPECT_EQ(interim->integers("search_outcome"), std::vector<std::int64_t>{3});
    EXPECT_EQ(interim->strings("label").at(0),
              scores_.benchmarks.at(static_cast<std::size_t>(record.interim[0].labels[0])));

    RecordStore resumed(experiment_);
    EXPECT_EQ(restore_records(results, experiment_, "print", resumed).taken, 0);
    resumed.put(task(ReplicateKind::estimate), whole());
    auto const after = build_results(experiment_, resumed, scores_, {"memory", "print"});
    EXPECT_EQ(after.find_group("interim"), nullptr);
}

TEST_P(StoppedEstimate, computed_anew_is_the_same_as_never_stopped)
{
    TaskRunner runner(experiment_, dataset_);
    {
        StopFlag stop;
        stop.request();
        StopScope const scope(&stop, StopScope::Reach::searches);
        ASSERT_EQ(runner.compute(task(ReplicateKind::estimate)).status, TaskStatus::missing);
    }
    auto const again = runner.compute(task(ReplicateKind::estimate)), fresh = whole();
    ASSERT_EQ(again.status, TaskStatus::done) << again.reason;
    EXPECT_EQ(std::memcmp(again.values.data(), fresh.values.data(), fresh.values.size() * sizeof(double)), 0);
    EXPECT_TRUE(again.interim.empty());
}

INSTANTIATE_TEST_SUITE_P(Estimators, StoppedEstimate, ::testing::Values(Estimator::published, Estimator::joint),
                         [](auto const& tested) { return std::string(to_string(tested.param)); });

// A request that comes in fits, after the searches for orders: what these found is not lost.
TEST(InterimSearch, of_searches_that_are_over_is_told_when_fits_are_stopped)
{
    auto const simulation = simulate_joint(3, 2, 5, {80, 90}, 2);
    JointOptions options;
    options.factors = 2;
    options.density = DensityFamily::mog2;
    auto const context = joint_context(simulation.scores, simulation.names, options);
    StopFlag stop;
    stop.request();
    StopScope const scope(&stop, StopScope::Reach::everything); // the searches are given no flag
    try {
        (void)estimate_joint(context, simulation.names, options);
        FAIL() << "fits did not stop";
    } catch (SearchStopped const& stopped) {
        ASSERT_EQ(stopped.known().size(), 2U);
        EXPECT_EQ(stopped.known()[0].objective, Objective::n_weighted);
        EXPECT_EQ(stopped.known()[1].objective, Objective::mic);
        for (auto const& search : stopped.known()) {
            EXPECT_EQ(search.outcome, SearchOutcome::optimum_proven);
            EXPECT_EQ(search.lower_bound, search.value);
            EXPECT_EQ(search.labels.size(), 2U);
        }
    }
}

TEST(InterimSearch, of_the_outermost_computation_counts_where_it_knows_something)
{
    InterimSearch const inner{Objective::mic, SearchOutcome::stopped, 0.5, 0.25, {}};
    InterimSearch const outer{Objective::mean, SearchOutcome::optimum_proven, 0.5, 0.5, {}};
    auto const value_told = [&](std::vector<InterimSearch> const& known, bool told_inside) {
        try {
            telling_when_stopped(known, [&] {
                if (told_inside) throw SearchStopped({inner});
                throw StopRequested();
            });
        } catch (SearchStopped const& stopped) {
            return stopped.known().at(0).lower_bound;
        } catch (StopRequested const&) {
        }
        return -1.0;
    };
    EXPECT_EQ(value_told({outer}, true), 0.5);
    EXPECT_EQ(value_told({outer}, false), 0.5);
    EXPECT_EQ(value_told({}, true), 0.25);
    EXPECT_EQ(value_told({}, false), -1);
    EXPECT_EQ(telling_when_stopped({outer}, [] { return 3; }), 3);
}

TEST(InterimSearch, is_no_part_of_a_finished_record_and_names_known_benchmarks)
{
    Experiment const experiment({Setting{.domains = {"a", "b"}, .factors = 1, .estimator = Estimator::published}}, {},
                                5, {"x", "y"});
    RecordStore records(experiment);
    TaskRecord record{TaskStatus::failed, "why", {}, 0};
    record.interim = {{Objective::mic, SearchOutcome::stopped, 0.5, 0.25, {1}}};
    records.put(TaskId(0), record);
    EXPECT_TRUE(records.at(TaskId(0)).interim.empty());
    record.interim[0].labels = {2};
    EXPECT_THROW(records.put(TaskId(0), record), InvalidInput);
}

TEST(InterimSearch, travels_between_ranks_unchanged)
{
    ByteWriter writer;
    write_interim(writer, {{Objective::n_weighted, SearchOutcome::stopped, 0.5, 0.25, {1, 0}}});
    auto const message = writer.take();
    ByteReader reader(message);
    auto const read = read_interim(reader);
    ASSERT_EQ(read.size(), 1U);
    EXPECT_EQ(read[0].objective, Objective::n_weighted);
    EXPECT_EQ(read[0].value, 0.5);
    EXPECT_EQ(read[0].lower_bound, 0.25);
    EXPECT_EQ(read[0].labels, (std::vector<Index>{1, 0}));
    for (std::size_t size = 0; size < message.size(); ++size) {
        ByteReader cut(std::span<std::byte const>(message).first(size));
        EXPECT_THROW((void)read_interim(cut), InvalidInput) << size;
    }
}

} // namespace
} // namespace exahca
