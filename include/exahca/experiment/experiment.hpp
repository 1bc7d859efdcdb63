#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/core/id.hpp"
#include "exahca/experiment/record.hpp"
#include "exahca/experiment/setting.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// What a task does with the data before it analyses them (method.md, section 8).
enum class ReplicateKind : std::int32_t {
    estimate = 0,         ///< the data as they are
    bootstrap = 1,        ///< models resampled within each domain
    parametric = 2,       ///< data drawn from the estimate's fitted model
    placebo_rotation = 3, ///< randomly rotated whitened sources: no common hierarchy
    placebo_gaussian = 4, ///< Gaussian data with each domain's covariance
    no_control = 5,       ///< all rows pooled and split at random into pseudo-domains
    landscape = 6,        ///< the data as they are, joint fits of a range of candidate orders
    influence = 7,        ///< the data as they are without some models or a whole domain
};
inline constexpr int replicate_kinds = 8;
/// Candidate orders fitted by one landscape task.
inline constexpr std::int64_t orders_per_range = 8;
/// A landscape of more candidate orders is refused: nobody could store it.
inline constexpr std::int64_t most_landscape_orders = 100'000'000;

/// "bootstrap", "placebo-rotation", ...: also the purpose in the keys of random streams.
[[nodiscard]] std::string_view to_string(ReplicateKind kind);

/// How many replicates of each kind every setting gets.
struct ReplicateCounts
{
    std::int64_t bootstrap = 0;
    std::int64_t parametric = 0;
    std::int64_t placebo_rotation = 0;
    std::int64_t placebo_gaussian = 0;
    std::int64_t no_control = 0;
    std::int64_t nested = 0;    ///< resamples of every parametric data set: no tasks of their own
    std::int64_t influence = 0; ///< groups that the models are split into; 0: nothing is left out

    /// 1 for the estimate, 0 for the landscape, whose size is the setting's; of influence the number of groups.
    [[nodiscard]] std::int64_t of(ReplicateKind kind) const;
};

/// One unit of work: a setting applied to one replicate of the data.
struct Task
{
    SettingId setting;
    ReplicateKind kind;
    std::int64_t replicate; ///< from 0 within its kind
};

/// Candidate orders of a setting, (factors!)^domains. \throws UsageError  when they are more than most_landscape_orders
[[nodiscard]] std::int64_t landscape_orders(Setting const& setting);

/// Everything that a run computes, known before it starts: settings x replicates.
///
/// Task ids order results and key nothing: random keys come from seed, kind, replicate and names.
class Experiment
{
public:
    /// \throws UsageError  for settings out of range or named twice, negative counts, or more than 10^9 tasks
    Experiment(std::vector<Setting> settings, ReplicateCounts counts, std::uint64_t seed,
               std::vector<std::string> benchmarks);

    [[nodiscard]] std::vector<Setting> const& settings() const { return settings_; }
    [[nodiscard]] Setting const& setting(SettingId id) const { return settings_[id.index()]; }
    [[nodiscard]] ReplicateCounts const& counts() const { return counts_; }
    [[nodiscard]] std::uint64_t seed() const { return seed_; }
    [[nodiscard]] std::vector<std::string> const& benchmarks() const { return benchmarks_; }

    [[nodiscard]] std::int64_t task_count() const { return first_task_.back(); }
    /// Tasks of one kind of one setting.
    [[nodiscard]] std::int64_t count(SettingId setting, ReplicateKind kind) const;
    [[nodiscard]] Task task(TaskId id) const;
    [[nodiscard]] TaskId id_of(Task const& task) const;
    /// Layout of the records of one kind of task.
    [[nodiscard]] RecordLayout const& layout(SettingId setting, ReplicateKind kind) const;

    void write(ByteWriter& writer) const;
    [[nodiscard]] static Experiment read(ByteReader& reader);

private:
    std::vector<Setting> settings_;
    ReplicateCounts counts_;
    std::uint64_t seed_;
    std::vector<std::string> benchmarks_;
    std::vector<RecordLayout> estimate_layouts_;   // one per setting
    std::vector<RecordLayout> replicate_layouts_;  // one per setting
    std::vector<RecordLayout> landscape_layouts_;  // one per setting
    std::vector<RecordLayout> influence_layouts_;  // one per setting
    std::vector<RecordLayout> parametric_layouts_; // one per setting
    std::vector<std::int64_t> first_task_;         // of each setting, and the total
};

/// The records of an experiment by task, missing ones included.
class RecordStore
{
public:
    explicit RecordStore(Experiment const& experiment);

    [[nodiscard]] TaskRecord const& at(TaskId id) const { return records_[id.index()]; }
    /// Takes a record. \throws InvalidInput  when it does not fit its layout
    void put(TaskId id, TaskRecord record);

    [[nodiscard]] std::int64_t count(TaskStatus status) const;
    [[nodiscard]] bool complete() const { return count(TaskStatus::missing) == 0; }

private:
    Experiment const& experiment_;
    std::vector<TaskRecord> records_;
};

} // namespace exahca
