#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/core/id.hpp"
#include "exahca/estimate/record.hpp"
#include "exahca/estimate/replicate_kind.hpp"
#include "exahca/estimate/setting.hpp"

#include <array>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// How many replicates of each kind every setting gets.
struct ReplicateCounts
{
    std::int64_t bootstrap = 0;
    std::int64_t parametric = 0;
    std::int64_t placebo_rotation = 0;
    std::int64_t placebo_gaussian = 0;
    std::int64_t no_control = 0;
    std::int64_t nested = 0;          ///< resamples of every parametric data set: no tasks of their own
    std::int64_t influence = 0;       ///< groups that the models are split into; 0: nothing is left out
    std::int64_t choice_rotation = 0; ///< of every family of settings that a choice is made among (Experiment::choice)
    std::int64_t choice_gaussian = 0;

    /// 1 for the estimate, 0 for the landscape, whose size is the setting's; of influence the number of groups. Of
    /// kinds that choose, the number for each family.
    [[nodiscard]] std::int64_t of(ReplicateKind kind) const;
    /// Asks for so many of each kind of placebo.
    void set_placebos(std::int64_t count);
    /// Asks for so many of each kind that chooses.
    void set_choices(std::int64_t count);
};

/// A kind that users ask for by number, where its number stands, and the attribute of /settings that stores it.
struct CountedKind
{
    ReplicateKind kind;
    std::int64_t ReplicateCounts::*count;
    char const* attribute;
    bool always = true; ///< in files of every version
};
inline constexpr std::array counted_kinds{
    CountedKind{ReplicateKind::bootstrap, &ReplicateCounts::bootstrap, "bootstrap"},
    CountedKind{ReplicateKind::parametric, &ReplicateCounts::parametric, "parametric"},
    CountedKind{ReplicateKind::placebo_rotation, &ReplicateCounts::placebo_rotation, "placebo_rotation"},
    CountedKind{ReplicateKind::placebo_gaussian, &ReplicateCounts::placebo_gaussian, "placebo_gaussian"},
    CountedKind{ReplicateKind::no_control, &ReplicateCounts::no_control, "no_control"},
    CountedKind{ReplicateKind::influence, &ReplicateCounts::influence, "influence", false},
    CountedKind{ReplicateKind::choice_rotation, &ReplicateCounts::choice_rotation, "choice_rotation", false},
    CountedKind{ReplicateKind::choice_gaussian, &ReplicateCounts::choice_gaussian, "choice_gaussian", false},
};

/// One unit of work: a setting applied to one replicate of the data.
struct Task
{
    SettingId setting;
    ReplicateKind kind;
    std::int64_t replicate; ///< from 0 within its kind
};

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
    /// What is kept of an estimate whose details are not: fields of its layout, of the best order alone.
    [[nodiscard]] RecordLayout const& brief_layout(SettingId setting) const;
    /// Whether there are tasks that hang on all of an estimate.
    [[nodiscard]] bool has_replicates() const { return has_replicates_; }
    /// Settings that differ from this one in nothing but which base models they have, as many of them: whose MICs may
    /// be compared, and of which the lowest may be chosen. In their order, this one among them.
    [[nodiscard]] std::span<SettingId const> choice(SettingId setting) const
    {
        return layouts_[setting.index()]->settings;
    }
    /// Whether placebos can choose among them in the way of the data, by the lowest MIC: their estimator minimises it,
    /// and there are several.
    [[nodiscard]] bool has_choice(SettingId setting) const;

    void write(ByteWriter& writer) const;
    [[nodiscard]] static Experiment read(ByteReader& reader);

private:
    std::vector<Setting> settings_;
    ReplicateCounts counts_;
    std::uint64_t seed_;
    std::vector<std::string> benchmarks_;
    struct Layouts
    {
        RecordLayout estimate, replicate, landscape, influence, parametric, brief, choice;
        std::vector<SettingId> settings; ///< of this shape
    };

    std::vector<std::shared_ptr<Layouts const>> layouts_; // one per setting, shared by those of one shape
    std::vector<std::int64_t> first_task_;                // of each setting, and the total
    bool has_replicates_ = false;
};

/// Settings whose details are kept where more are asked for than these, unless told otherwise.
inline constexpr std::int64_t default_kept_details = 100;

/// The records of an experiment by task, missing ones included.
///
/// With more settings than details are kept for, and no replicates, the estimates of all but the best are cut to their
/// brief layout: what thousands of settings have in common takes a tenth of the memory and of the file.
class RecordStore
{
public:
    /// \param kept_details  settings whose details are kept, the first by in_turn(rank_by_kind()); at least 1
    explicit RecordStore(Experiment const& experiment,
                         std::int64_t kept_details = std::numeric_limits<std::int64_t>::max());

    [[nodiscard]] TaskRecord const& at(TaskId id) const { return records_[id.index()]; }
    /// Takes a record, of an estimate also one of brief layout where such are kept. \throws InvalidInput  when it does
    /// not fit
    void put(TaskId id, TaskRecord record);

    /// Details that are held at most while only so many are kept: sorting settings at each new one would cost more.
    [[nodiscard]] static std::int64_t most_details(std::int64_t kept_details) { return kept_details + 200; }
    /// Whether only the best settings have details.
    [[nodiscard]] bool keeps_best_only() const;
    /// The fields of a record, of whichever layout it is; brief ones have those of the best order without a dimension
    /// for orders. \pre it is done
    [[nodiscard]] RecordView view(Task const& task) const;
    /// Settings that were compared so far to find those whose details are kept: work, not results.
    [[nodiscard]] std::int64_t settings_ranked() const { return settings_ranked_; }
    /// Settings whose details are kept, for each whether it is one.
    [[nodiscard]] std::vector<bool> with_details() const;

    [[nodiscard]] std::int64_t count(TaskStatus status) const { return counts_[static_cast<std::size_t>(status)]; }
    [[nodiscard]] bool complete() const { return count(TaskStatus::missing) == 0; }

private:
    [[nodiscard]] bool is_brief(Task const& task, TaskRecord const& record) const;
    [[nodiscard]] std::vector<SettingId> best_with_details() const;
    void drop_details();

    Experiment const& experiment_;
    std::int64_t kept_details_;
    std::set<SettingId> detailed_; ///< estimates with details, where the best alone keep them
    std::int64_t settings_ranked_ = 0;
    std::array<std::int64_t, 3> counts_{}; ///< records by TaskStatus
    std::vector<TaskRecord> records_;
};

/// Cuts an estimate to its brief layout. \pre it is done and of its full layout
[[nodiscard]] TaskRecord brief_record(Experiment const& experiment, SettingId setting, TaskRecord const& record);

} // namespace exahca
