#include "exahca/core/error.hpp"
#include "exahca/work/task_source.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace exahca {
namespace {

Experiment sample()
{
    Setting const setting{.domains = {"a", "b"}, .factors = 1, .estimator = Estimator::published};
    return {{setting}, {.bootstrap = 100}, 5, {"x", "y"}};
}

std::vector<TaskId> all_tasks(Experiment const& experiment)
{
    std::vector<TaskId> ids;
    for (std::int64_t i = 0; i < experiment.task_count(); ++i) ids.emplace_back(i);
    return ids;
}

Bytes failed_reply(std::vector<TaskId> const& ids, double seconds)
{
    std::vector<FinishedTask> finished;
    for (auto const id : ids) finished.push_back({id, {TaskStatus::failed, "none", {}, seconds}});
    return write_finished_tasks(finished);
}

TEST(TaskSource, hands_out_every_missing_task_once)
{
    auto const experiment = sample();
    RecordStore records(experiment);
    records.put(TaskId(3), {TaskStatus::failed, "known", {}, 0});
    TaskSource source(experiment, records, all_tasks(experiment));
    std::set<TaskId> seen;
    while (auto const chunk = source.next_chunk({0.01, 2})) {
        auto const ids = read_task_ids(*chunk);
        for (auto const id : ids) EXPECT_TRUE(seen.insert(id).second);
        source.absorb(failed_reply(ids, 0.001), 0.001);
    }
    EXPECT_TRUE(source.finished());
    EXPECT_EQ(seen.size(), 100U); // 101 tasks, one known
    EXPECT_FALSE(seen.contains(TaskId(3)));
    EXPECT_EQ(records.at(TaskId(3)).reason, "known");
}

TEST(TaskSource, chunks_follow_measured_durations_and_shrink_towards_the_end)
{
    auto const experiment = sample();
    RecordStore records(experiment);
    TaskSource source(experiment, records, all_tasks(experiment));
    std::vector<std::size_t> sizes;
    while (auto const chunk = source.next_chunk({0.01, 2})) {
        auto const ids = read_task_ids(*chunk);
        sizes.push_back(ids.size());
        source.absorb(failed_reply(ids, 0.001), 0.001);
    }
    EXPECT_EQ(*std::max_element(sizes.begin(), sizes.end()), 10U); // 10 ms of tasks of 1 ms
    EXPECT_EQ(sizes.back(), 1U);
}

TEST(TaskSource, the_costliest_come_first)
{
    // Two domains with one factor take less than three with two, the published estimator less than a joint fit.
    auto const setting = [](std::vector<std::string> domains, int factors, Estimator estimator) {
        return Setting{.domains = std::move(domains), .factors = factors, .estimator = estimator};
    };
    std::vector const cheap_first{setting({"a", "b"}, 1, Estimator::published),
                                  setting({"a", "b"}, 1, Estimator::joint),
                                  setting({"a", "b", "c"}, 2, Estimator::joint)};
    Experiment const experiment(cheap_first, {.bootstrap = 3}, 5, {"x", "y"});
    RecordStore records(experiment);
    TaskSource source(experiment, records, all_tasks(experiment));
    std::vector<std::int64_t> settings;
    while (auto const chunk = source.next_chunk({0.01, 1}))
        for (auto const id : read_task_ids(*chunk)) {
            auto const task = experiment.task(id);
            if (task.kind == ReplicateKind::bootstrap) settings.push_back(task.setting.get());
        }
    EXPECT_EQ(settings, (std::vector<std::int64_t>{2, 2, 2, 1, 1, 1, 0, 0, 0}));
}

TEST(TaskSource, tasks_that_a_stop_left_out_are_handed_out_again)
{
    auto const experiment = sample();
    RecordStore records(experiment);
    TaskSource source(experiment, records, all_tasks(experiment));
    auto const ids = read_task_ids(*source.next_chunk({0.01, 1}));
    source.absorb(write_finished_tasks(std::vector{FinishedTask{ids[0], {}}}), 0.0);
    EXPECT_FALSE(source.finished());
    EXPECT_EQ(read_task_ids(*source.next_chunk({0.01, 1})), ids);
}

TEST(TaskMessages, damaged_ones_are_refused)
{
    auto const message = failed_reply({TaskId(1), TaskId(2)}, 0.5);
    ASSERT_EQ(read_finished_tasks(message).size(), 2U);
    for (std::size_t size = 0; size < message.size(); ++size)
        EXPECT_THROW((void)read_finished_tasks(std::span<std::byte const>(message).first(size)), InvalidInput) << size;
}

} // namespace
} // namespace exahca
