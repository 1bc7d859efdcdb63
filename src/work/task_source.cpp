#include "exahca/work/task_source.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace exahca {
double guessed_seconds(Setting const& setting, ReplicateKind kind)
{
    return analyser_of(setting).guessed_seconds(setting, kind);
}

double guessed_seconds(Experiment const& experiment, SettingId id, ReplicateKind kind)
{
    auto const one = guessed_seconds(experiment.setting(id), kind);
    return placebo_of_choice(kind) ? one * static_cast<double>(experiment.choice(id).size()) : one;
}

Bytes write_task_ids(std::span<TaskId const> ids)
{
    ByteWriter writer;
    writer.put_span(ids);
    return writer.take();
}

std::vector<TaskId> read_task_ids(std::span<std::byte const> chunk)
{
    ByteReader reader(chunk);
    auto ids = reader.get_vector<TaskId>();
    reader.expect_end();
    return ids;
}

Bytes write_finished_tasks(std::span<FinishedTask const> tasks)
{
    ByteWriter writer;
    writer.put(static_cast<std::uint64_t>(tasks.size()));
    for (auto const& task : tasks) {
        writer.put(task.id);
        task.record.write(writer);
    }
    return writer.take();
}

std::vector<FinishedTask> read_finished_tasks(std::span<std::byte const> reply)
{
    ByteReader reader(reply);
    auto const count = reader.get<std::uint64_t>();
    std::vector<FinishedTask> tasks;
    for (std::uint64_t i = 0; i < count; ++i) {
        auto const id = reader.get<TaskId>();
        tasks.push_back({id, TaskRecord::read(reader)});
    }
    reader.expect_end();
    return tasks;
}

double TaskSource::Group::seconds_each() const
{
    return measured.count > 0 ? std::max(measured.seconds / static_cast<double>(measured.count), 1e-7) : guess;
}

TaskSource::TaskSource(Experiment const& experiment, RecordStore& records, std::span<TaskId const> wanted)
    : experiment_(experiment), records_(records)
{
    // A group for each setting would be measured, and looked through, setting by setting: there may be a million.
    for (auto const id : wanted) {
        if (records.at(id).status != TaskStatus::missing) continue;
        auto const [place, is_new] = position_.emplace(shape_of(id), groups_.size());
        if (is_new) {
            auto const task = experiment.task(id);
            groups_.push_back({{}, guessed_seconds(experiment, task.setting, task.kind), {}, 0, 0, 0});
        }
        auto& group = groups_[place->second];
        group.queue.push_back(id);
        ++group.total;
        ++total_;
    }
    // In the order in which they were met where the guesses are equal, not in that of addresses.
    std::vector<std::size_t> order(groups_.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return groups_[a].guess > groups_[b].guess; });
    std::vector<Group> sorted;
    std::vector<std::size_t> place(order.size());
    for (auto const from : order) {
        place[from] = sorted.size();
        sorted.push_back(std::move(groups_[from]));
    }
    groups_ = std::move(sorted);
    for (auto& [shape, position] : position_) position = place[position];
}

TaskSource::Shape TaskSource::shape_of(TaskId id) const
{
    auto const task = experiment_.task(id);
    return {&experiment_.layout(task.setting, task.kind), task.kind};
}

TaskSource::Group& TaskSource::group_of(TaskId id)
{
    auto const found = position_.find(shape_of(id));
    if (found == position_.end()) throw InvalidInput("a reply names a task that was not handed out");
    return groups_[found->second];
}

double TaskSource::seconds_left() const
{
    double seconds = 0;
    for (auto const& group : groups_) seconds += static_cast<double>(group.queue.size()) * group.seconds_each();
    return seconds;
}

std::optional<Bytes> TaskSource::next_chunk(ChunkRequest const& request)
{
    // Guided: never more than half of a rank's even share of what is left, so that all ranks end together.
    double const share = seconds_left() / (2.0 * request.computing_ranks);
    double const seconds = std::min(request.target_seconds, share);
    for (auto& group : groups_) {
        if (group.queue.empty()) continue;
        // The first replies come from the shortest tasks: until those under way are back, they are taken to last
        // longer.
        auto const known = static_cast<double>(group.measured.count);
        auto const caution = known > 0 ? (known + static_cast<double>(group.outstanding)) / known : 1;
        auto const wished = static_cast<std::size_t>(std::max(1.0, seconds / (group.seconds_each() * caution)));
        // One task first: until a duration was measured the guess may be far off.
        auto const count = group.measured.count == 0 ? 1 : std::min(wished, group.queue.size());
        std::vector<TaskId> const ids(group.queue.begin(), group.queue.begin() + static_cast<std::ptrdiff_t>(count));
        group.queue.erase(group.queue.begin(), group.queue.begin() + static_cast<std::ptrdiff_t>(count));
        group.outstanding += static_cast<std::int64_t>(count);
        return write_task_ids(ids);
    }
    return std::nullopt;
}

void TaskSource::absorb(std::span<std::byte const> reply, double /*seconds_spent*/)
{
    for (auto& finished : read_finished_tasks(reply)) {
        auto& group = group_of(finished.id);
        --group.outstanding;
        if (finished.record.status == TaskStatus::missing) { // stopped before it was begun
            group.queue.push_front(finished.id);
            if (!finished.record.interim.empty()) records_.put(finished.id, std::move(finished.record));
            continue;
        }
        group.measured.seconds += finished.record.seconds;
        ++group.measured.count;
        ++group.done;
        ++done_;
        records_.put(finished.id, std::move(finished.record));
    }
}

bool TaskSource::finished() const { return done_ == total_; }

std::pair<double, double> TaskSource::progress() const
{
    double done = 0, total = 0;
    for (auto const& group : groups_) {
        done += static_cast<double>(group.done) * group.seconds_each();
        total += static_cast<double>(group.total) * group.seconds_each();
    }
    return {done, total};
}

} // namespace exahca
