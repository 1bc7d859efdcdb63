#include "exahca/core/error.hpp"
#include "exahca/estimate/influence.hpp"
#include "exahca/experiment/stage.hpp"
#include "exahca/results/answers_table.hpp"
#include "exahca/results/group_index.hpp"
#include "exahca/results/results.hpp"
#include "exahca/results/stored_version.hpp"
#include "exahca/search/order_search.hpp"
#include "results_tables.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <type_traits>

namespace exahca {
namespace {

/// What the file says of a task besides its values.
struct StoredRecord
{
    TaskStatus status;
    std::string reason;
};

/// Of the records of one kind of one setting, in the order of replicates; an estimate's is the group's own.
std::vector<StoredRecord> stored_status(DataGroup const& group, ReplicateKind kind)
{
    if (kind == ReplicateKind::estimate) {
        auto const* status = group.find_attribute("status");
        auto const* value = status == nullptr ? nullptr : std::get_if<std::int64_t>(status);
        if (value == nullptr)
            throw InvalidInput("an estimate has no status", "the file is incomplete or of another kind");
        return {{static_cast<TaskStatus>(*value), group.text_attribute("reason")}};
    }
    auto const status = group.integers("status");
    auto const& reasons = group.strings("reason");
    std::vector<StoredRecord> stored;
    for (std::size_t i = 0; i < status.size(); ++i)
        stored.push_back({static_cast<TaskStatus>(status[i]), i < reasons.size() ? reasons[i] : std::string{}});
    return stored;
}

/// The values of record number `position` of a stack, or nothing when a field is missing or of another shape.
std::optional<std::vector<double>> restored_values(DataGroup const& group, RecordLayout const& layout,
                                                   std::size_t position)
{
    std::vector<double> values(layout.size());
    for (auto const& field : layout.fields()) {
        auto const* variable = group.find(field.name);
        if (variable == nullptr) return std::nullopt;
        bool const fits = std::visit(
            [&]<class T>(std::vector<T> const& stored) {
                if constexpr (std::is_same_v<T, std::string>) {
                    return false;
                } else {
                    if (stored.size() < (position + 1) * field.size) return false;
                    for (std::size_t i = 0; i < field.size; ++i) {
                        auto const value = stored[position * field.size + i];
                        bool const is_missing =
                            field.kind != FieldKind::real && value == static_cast<T>(missing_integer);
                        values[field.offset + i] = is_missing ? std::nan("") : static_cast<double>(value);
                    }
                    return true;
                }
            },
            variable->values);
        if (!fits) return std::nullopt;
    }
    return values;
}

/// \throws InvalidInput  when the records cannot be gone on with
void check_same_input(DataGroup const& results, std::string const& fingerprint)
{
    auto const version = format_version_of(results);
    if (version.major != results_format.major)
        throw InvalidInput(fmt::format("the earlier results have format {}, this exahca writes {}", to_string(version),
                                       to_string(results_format)),
                           "format 1 told settings apart by names that two of them could share",
                           "finish them with the exahca that began them, or compute them anew with this one");
    auto const* settings = results.find_group("settings");
    if (settings != nullptr) check_known_columns(*settings);
    auto const* input = results.find_group("input");
    if (input == nullptr || input->text_attribute("fingerprint") != fingerprint)
        throw InvalidInput("the scores differ from those of the earlier run", "their fingerprints differ",
                           "resume with the same score file, or start anew with --overwrite");
}

/// Whether no limit had a part in a record.
bool is_proven(RecordLayout const& layout, TaskRecord const& record, ReplicateKind kind)
{
    if (kind == ReplicateKind::landscape) return true;
    auto const outcome = RecordView(layout, record.values).values("search_outcome")[0];
    return !(outcome > static_cast<double>(SearchOutcome::optimum_proven)); // missing where nothing was searched
}

/// Whether choices were made among the same settings, in one order: one more, and another may be the lowest.
bool same_choice(Experiment const& stored, SettingId stored_id, Experiment const& experiment, SettingId id)
{
    if (experiment.choice(id).front() != id) return false; // another setting stands for them
    auto const earlier = stored.choice(stored_id), now = experiment.choice(id);
    return std::equal(earlier.begin(), earlier.end(), now.begin(), now.end(), [&](SettingId a, SettingId b) {
        return compare_content(stored.setting(a), experiment.setting(b)) == 0 &&
               same_limits(stored.setting(a), experiment.setting(b));
    });
}

/// Records of one kind of one setting that were taken, and those left since a limit had ended their search.
struct RestoredKind
{
    std::int64_t taken = 0, unproven = 0;
};

/// Takes an estimate of which the file keeps no details.
RestoredKind restore_brief(AnswersTable const& table, std::size_t position, Experiment const& experiment, SettingId id,
                           bool limits_differ, RecordStore& records)
{
    auto const& layout = experiment.brief_layout(id);
    auto record = position < table.size() ? table.record(position, layout) : std::nullopt;
    if (!record || record->status == TaskStatus::missing) return {};
    if (limits_differ && record->status == TaskStatus::done && !is_proven(layout, *record, ReplicateKind::estimate))
        return {0, 1};
    records.put(experiment.id_of({id, ReplicateKind::estimate, 0}), std::move(*record));
    return {1, 0};
}

/// Copies the finished records of one kind of one setting; where limits differ, the proven ones.
RestoredKind restore_kind(DataGroup const& group, Experiment const& experiment, SettingId id, ReplicateKind kind,
                          bool limits_differ, RecordStore& records)
{
    auto const& layout = experiment.layout(id, kind);
    auto const status = stored_status(group, kind);
    auto const count = std::min(experiment.count(id, kind), std::ssize(status));
    RestoredKind restored;
    for (std::int64_t replicate = 0; replicate < count; ++replicate) {
        auto const position = static_cast<std::size_t>(replicate);
        TaskRecord record{status[position].status, status[position].reason, {}, 0};
        if (record.status == TaskStatus::missing) continue;
        if (record.status == TaskStatus::done) {
            auto values = restored_values(group, layout, position);
            if (!values) continue;
            record.values = std::move(*values);
            if (limits_differ && !is_proven(layout, record, kind)) {
                ++restored.unproven;
                continue;
            }
        }
        records.put(experiment.id_of({id, kind, replicate}), std::move(record));
        ++restored.taken;
    }
    return restored;
}

/// What of the stored replicates of this kind may be taken for those of the experiment.
/// \param dropped  whether the setting's estimate is computed anew
bool can_restore(Experiment const& stored, SettingId stored_id, Experiment const& experiment, SettingId id,
                 ReplicateKind kind, bool dropped)
{
    // Replicates hang on the estimate, which comes first; landscapes do not.
    if (dropped && stage_of(kind) == Stage::replicates) return false;
    if (kind == ReplicateKind::parametric && stored.counts().nested != experiment.counts().nested) return false;
    // With another number of groups they are other groups.
    if (kind == ReplicateKind::influence && stored.counts().influence != experiment.counts().influence) return false;
    return !placebo_of_choice(kind) || same_choice(stored, stored_id, experiment, id);
}

/// The earlier results, and where their settings stand.
class Earlier
{
public:
    explicit Earlier(DataGroup const& results)
        : experiment_(read_experiment(results)), names_(stored_setting_names(results)), brief_(results)
    {
        for (std::size_t s = 0; s < names_.size(); ++s) positions_.emplace(experiment_.settings()[s], s);
        for (int k = 0; k < replicate_kinds; ++k)
            groups_.emplace_back(results.find_group(to_string(static_cast<ReplicateKind>(k))));
    }

    [[nodiscard]] Experiment const& experiment() const { return experiment_; }

    /// Takes what there is of one setting.
    void restore(Experiment const& experiment, SettingId id, RecordStore& records, RestoredRecords& restored) const
    {
        auto const found = positions_.find(experiment.setting(id));
        if (found == positions_.end()) return;
        auto const position = found->second;
        bool const limits_differ = !same_limits(found->first, experiment.setting(id));
        bool dropped = false;
        for (int k = 0; k < replicate_kinds; ++k) {
            auto const kind = static_cast<ReplicateKind>(k);
            SettingId const stored_id(static_cast<std::int64_t>(position));
            if (!can_restore(experiment_, stored_id, experiment, id, kind, dropped)) continue;
            RestoredKind part;
            if (auto const* group = groups_[static_cast<std::size_t>(k)].find(names_[position]); group != nullptr)
                part = restore_kind(*group, experiment, id, kind, limits_differ, records);
            else if (kind == ReplicateKind::estimate && brief_ && records.keeps_best_only())
                part = restore_brief(brief_, position, experiment, id, limits_differ, records);
            restored.taken += part.taken;
            dropped |= kind == ReplicateKind::estimate && part.unproven > 0;
        }
        if (dropped) restored.unproven.push_back(setting_name(experiment.setting(id)));
    }

private:
    Experiment experiment_;
    std::vector<std::string> const& names_;
    AnswersTable brief_;
    std::map<Setting, std::size_t, LessContent> positions_; // where a setting of this content stands
    std::vector<GroupIndex> groups_;                        // of each kind, by setting
};

} // namespace

RestoredRecords restore_records(DataGroup const& results, Experiment const& experiment, std::string const& fingerprint,
                                RecordStore& records)
{
    Earlier const earlier(results); // says first what is missing of a file
    check_same_input(results, fingerprint);
    if (auto const seed = earlier.experiment().seed(); seed != experiment.seed())
        throw InvalidInput(fmt::format("the earlier run has --seed {}, this one --seed {}", seed, experiment.seed()),
                           {}, "resume with the same seed, or start anew with --overwrite");
    if (earlier.experiment().benchmarks() != experiment.benchmarks())
        throw InvalidInput("the benchmarks differ from those of the earlier run");
    RestoredRecords restored;
    for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s)
        earlier.restore(experiment, SettingId(s), records, restored);
    return restored;
}

} // namespace exahca
