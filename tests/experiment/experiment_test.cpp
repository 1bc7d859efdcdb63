#include "exahca/core/error.hpp"
#include "exahca/estimate/setting_fields.hpp"
#include "exahca/experiment/experiment.hpp"
#include "support/settings.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>
#include <span>
#include <tuple>

namespace exahca {
namespace {

Experiment sample(ReplicateCounts counts = {.bootstrap = 3, .placebo_rotation = 2})
{
    Setting first{.domains = {"a", "b"}, .factors = 2, .estimator = Estimator::published};
    auto second = first;
    second.factors = 1;
    return {{first, second}, counts, 5, {"x", "y", "z"}};
}

TEST(Experiment, ids_and_tasks_correspond_one_to_one)
{
    auto const experiment = sample();
    EXPECT_EQ(experiment.task_count(), 2 * (1 + 3 + 2));
    std::set<std::tuple<std::int64_t, int, std::int64_t>> seen;
    for (std::int64_t i = 0; i < experiment.task_count(); ++i) {
        auto const task = experiment.task(TaskId(i));
        EXPECT_EQ(experiment.id_of(task), TaskId(i));
        EXPECT_TRUE(seen.insert({task.setting.get(), static_cast<int>(task.kind), task.replicate}).second);
    }
}

TEST(Experiment, one_setting_of_each_size_stands_for_all_that_are_chosen_among)
{
    Setting pair{.domains = {"a", "b"}, .factors = 2, .estimator = Estimator::published};
    auto other = pair, third = pair, triple = pair, joint = pair, mean = pair;
    other.domains = {"a", "c"};
    third.domains = {"b", "c"};
    triple.domains = {"a", "b", "c"};
    joint.estimator = Estimator::joint;
    mean.objective = Objective::mean;
    auto another_joint = joint;
    another_joint.domains = {"b", "c"};
    Experiment const experiment({joint, triple, other, pair, mean, third, another_joint},
                                {.choice_rotation = 5, .choice_gaussian = 4}, 5, {"x", "y", "z"});
    // One triple is no choice, mean is another objective, and joint does not minimise the MIC.
    EXPECT_EQ(experiment.task_count(), 7 + 5 + 4);
    EXPECT_EQ(experiment.count(SettingId(2), ReplicateKind::choice_rotation), 5);
    EXPECT_EQ(experiment.count(SettingId(2), ReplicateKind::choice_gaussian), 4);
    auto const choice = experiment.choice(SettingId(5));
    EXPECT_EQ((std::vector<SettingId>{choice.begin(), choice.end()}),
              (std::vector{SettingId(2), SettingId(3), SettingId(5)}));
    EXPECT_FALSE(experiment.has_replicates());
    for (std::int64_t i = 0; i < experiment.task_count(); ++i)
        EXPECT_EQ(experiment.id_of(experiment.task(TaskId(i))), TaskId(i));
}

TEST(Experiment, travels_between_ranks_unchanged)
{
    auto unusual = testing::unusual_setting();
    unusual.screen = 0; // one rule of screening, the other one
    unusual.screening = Screening::fit;
    Experiment const experiment({unusual, {.domains = {"a"}, .estimator = Estimator::given}},
                                {.bootstrap = 3, .placebo_rotation = 2, .nested = 4}, 5, {"x", "y", "z", "u", "v"});
    ByteWriter writer;
    experiment.write(writer);
    auto const message = writer.take();
    ByteReader reader(message);
    auto const copy = Experiment::read(reader);
    EXPECT_NO_THROW(reader.expect_end());
    EXPECT_EQ(copy.task_count(), experiment.task_count());
    EXPECT_EQ(copy.seed(), experiment.seed());
    EXPECT_EQ(copy.benchmarks(), experiment.benchmarks());
    ASSERT_EQ(copy.settings().size(), 2U);
    for (std::size_t s = 0; s < 2; ++s)
        for_each_setting_field([&](auto const& field) {
            EXPECT_EQ(copy.settings()[s].*field.member, experiment.settings()[s].*field.member) << field.name;
        });
}

TEST(Experiment, a_message_that_names_no_enumerator_is_refused)
{
    ByteWriter writer;
    sample().write(writer);
    auto message = writer.take();
    // The first field is the estimator: its name's length, then "published".
    message.at(sizeof(std::uint64_t) * 2) = std::byte{'P'};
    ByteReader reader(message);
    EXPECT_THROW((void)Experiment::read(reader), InvalidInput);
}

TEST(Experiment, layouts_count_every_value_once)
{
    auto const experiment = sample();
    auto const& layout = experiment.layout(SettingId(0), ReplicateKind::estimate);
    std::size_t next = 0;
    for (auto const& field : layout.fields()) {
        EXPECT_EQ(field.offset, next) << field.name;
        next += field.size;
    }
    EXPECT_EQ(layout.size(), next);
    EXPECT_EQ(layout.field("unmixing").size, 10U * 2U * 3U); // 10 orders, 2 levels, 3 benchmarks
}

TEST(Experiment, impossible_requests_are_refused)
{
    EXPECT_THROW((void)sample({.bootstrap = -1}), UsageError);
    EXPECT_THROW((void)sample({.bootstrap = 2'000'000'000}), UsageError);
    Setting const setting{.domains = {"a"}, .factors = 1};
    EXPECT_THROW((void)Experiment({setting, setting}, {}, 1, {"x"}), UsageError);
    EXPECT_THROW((void)Experiment({}, {}, 1, {"x"}), UsageError);
}

TEST(Experiment, counts_whose_sum_would_overflow_are_refused)
{
    auto const most = std::numeric_limits<std::int64_t>::max();
    for (auto const& counts :
         {ReplicateCounts{.bootstrap = most}, ReplicateCounts{.bootstrap = most, .parametric = most},
          ReplicateCounts{.influence = most}})
        EXPECT_THROW(Experiment({Setting{.domains = {"a", "b"}, .factors = 2}}, counts, 1, {"A", "B", "C"}),
                     UsageError);
}

TEST(Experiment, a_damaged_message_is_refused)
{
    Experiment const experiment({Setting{.domains = {"a", "b"}, .factors = 2}}, {}, 1, {"A", "B", "C"});
    ByteWriter writer;
    experiment.write(writer);
    auto const whole = writer.take();
    for (std::size_t size = 0; size < whole.size(); ++size) {
        std::span<std::byte const> const part(whole.data(), size);
        ByteReader reader(part);
        EXPECT_THROW((void)Experiment::read(reader), InvalidInput) << size;
    }
    // The estimator follows: one count of settings, one of names, two names of 8 + 1 bytes, and the factors.
    auto damaged = whole;
    damaged[8 + 8 + 2 * 9 + 4] = std::byte{9};
    ByteReader reader(damaged);
    EXPECT_THROW((void)Experiment::read(reader), InvalidInput);
}

TEST(RecordStore, refuses_records_that_do_not_fit)
{
    auto const experiment = sample();
    RecordStore records(experiment);
    EXPECT_FALSE(records.complete());
    EXPECT_THROW(records.put(TaskId(0), {TaskStatus::done, "", {1, 2, 3}, 0}), InvalidInput);
    EXPECT_THROW(records.put(TaskId(99), {TaskStatus::failed, "", {}, 0}), InvalidInput);
    for (std::int64_t i = 0; i < experiment.task_count(); ++i)
        records.put(TaskId(i), {TaskStatus::failed, "singular", {}, 0});
    EXPECT_TRUE(records.complete());
    EXPECT_EQ(records.count(TaskStatus::failed), experiment.task_count());
}

} // namespace
} // namespace exahca
