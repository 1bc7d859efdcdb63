#pragma once

#include "exahca/experiment/experiment.hpp"
#include "exahca/work/workload.hpp"

#include <deque>
#include <map>
#include <vector>

namespace exahca {

/// Seconds that a task takes, before any was measured: only the order of magnitude matters.
[[nodiscard]] double guessed_seconds(Setting const& setting, ReplicateKind kind);
/// The same of a task of an experiment, which may be about all the settings that a choice is made among.
[[nodiscard]] double guessed_seconds(Experiment const& experiment, SettingId setting, ReplicateKind kind);

/// Task ids as they travel to a computing rank.
[[nodiscard]] Bytes write_task_ids(std::span<TaskId const> ids);
/// \throws InvalidInput  for a damaged message
[[nodiscard]] std::vector<TaskId> read_task_ids(std::span<std::byte const> chunk);

/// A finished task as it travels back.
struct FinishedTask
{
    TaskId id;
    TaskRecord record;
};
[[nodiscard]] Bytes write_finished_tasks(std::span<FinishedTask const> tasks);
[[nodiscard]] std::vector<FinishedTask> read_finished_tasks(std::span<std::byte const> reply);

/// Hands out the missing tasks of an experiment, the costliest first, in chunks of equal duration.
///
/// Durations are learnt per setting and kind from the replies. Results do not depend on them: a record is stored under
/// its task, whenever it arrives.
class TaskSource final : public WorkSource
{
public:
    /// \param wanted  tasks to compute; those whose records are not missing are passed over
    TaskSource(Experiment const& experiment, RecordStore& records, std::span<TaskId const> wanted);

    [[nodiscard]] std::optional<Bytes> next_chunk(ChunkRequest const& request) override;
    void absorb(std::span<std::byte const> reply, double seconds_spent) override;
    [[nodiscard]] bool finished() const override;
    [[nodiscard]] std::pair<double, double> progress() const override;

    [[nodiscard]] std::int64_t tasks_done() const { return done_; }
    [[nodiscard]] std::int64_t tasks_total() const { return total_; }

private:
    struct Cost
    {
        double seconds = 0;
        std::int64_t count = 0;
    };
    struct Group // tasks of one kind of all settings of one shape, which cost alike
    {
        std::deque<TaskId> queue;
        double guess; ///< seconds, before any was measured
        Cost measured;
        std::int64_t done = 0, total = 0, outstanding = 0;
        [[nodiscard]] double seconds_each() const;
    };

    /// Settings that differ in the names of their base models alone share their layouts.
    using Shape = std::pair<RecordLayout const*, ReplicateKind>;

    [[nodiscard]] Shape shape_of(TaskId id) const;
    [[nodiscard]] Group& group_of(TaskId id);
    [[nodiscard]] double seconds_left() const;

    Experiment const& experiment_;
    RecordStore& records_;
    std::vector<Group> groups_; ///< the costliest first, by guess
    std::map<Shape, std::size_t> position_;
    std::int64_t done_ = 0, total_ = 0;
};

} // namespace exahca
