#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/experiment/setting_ranking.hpp"

#include <algorithm>

namespace exahca {

RecordStore::RecordStore(Experiment const& experiment, std::int64_t kept_details)
    : experiment_(experiment), kept_details_(kept_details), records_(static_cast<std::size_t>(experiment.task_count()))
{
    EXAHCA_EXPECT(kept_details >= 1);
    counts_[static_cast<std::size_t>(TaskStatus::missing)] = std::ssize(records_);
}

bool RecordStore::keeps_best_only() const
{
    // Replicates are compared with all of their estimate.
    return !experiment_.has_replicates() && std::ssize(experiment_.settings()) > kept_details_;
}

bool RecordStore::is_brief(Task const& task, TaskRecord const& record) const
{
    if (task.kind != ReplicateKind::estimate || record.status != TaskStatus::done) return false;
    return record.values.size() != experiment_.layout(task.setting, task.kind).size() &&
           record.values.size() == experiment_.brief_layout(task.setting).size();
}

void RecordStore::put(TaskId id, TaskRecord record)
{
    if (id.get() < 0 || id.get() >= experiment_.task_count())
        throw InvalidInput("a record names a task that is not there");
    auto const task = experiment_.task(id);
    auto const expected = record.status == TaskStatus::done ? experiment_.layout(task.setting, task.kind).size() : 0;
    bool const brief = keeps_best_only() && is_brief(task, record);
    if (record.values.size() != expected && !brief) throw InvalidInput("a record does not fit its task");
    for (auto const& search : record.interim)
        for (auto const label : search.labels)
            if (label < 0 || label >= std::ssize(experiment_.benchmarks()))
                throw InvalidInput("a search names a benchmark that is not there");
    if (record.status != TaskStatus::missing) record.interim.clear();
    auto& kept = records_[id.index()];
    --counts_[static_cast<std::size_t>(kept.status)];
    ++counts_[static_cast<std::size_t>(record.status)];
    bool const detailed = task.kind == ReplicateKind::estimate && record.status == TaskStatus::done && !brief;
    kept = std::move(record);
    if (!keeps_best_only()) return;
    // Dropped in bulk: looking through all settings each time would cost as much as all of them squared.
    if (detailed)
        detailed_.insert(task.setting);
    else if (task.kind == ReplicateKind::estimate)
        detailed_.erase(task.setting);
    if (std::ssize(detailed_) > most_details(kept_details_)) drop_details();
}

RecordView RecordStore::view(Task const& task) const
{
    auto const& record = at(experiment_.id_of(task));
    return {is_brief(task, record) ? experiment_.brief_layout(task.setting)
                                   : experiment_.layout(task.setting, task.kind),
            record.values};
}

std::vector<SettingId> RecordStore::best_with_details() const
{
    // Ranked are those that still have them: the others are behind kept_details_ of these, whatever comes later.
    std::vector<RankedSetting> candidates;
    for (auto const id : detailed_) {
        auto const& setting = experiment_.setting(id);
        candidates.push_back({id.index(), std::string(to_string(setting.estimator)), setting.factors,
                              setting.domains.size(), view({id, ReplicateKind::estimate, 0}).values("mic")[0]});
    }
    auto const ranked = in_turn(rank_by_kind(std::move(candidates)));
    std::vector<SettingId> best;
    for (std::size_t i = 0; i < std::min(ranked.size(), static_cast<std::size_t>(kept_details_)); ++i)
        best.emplace_back(static_cast<std::int64_t>(ranked[i]));
    return best;
}

std::vector<bool> RecordStore::with_details() const
{
    auto const count = experiment_.settings().size();
    if (!keeps_best_only()) return std::vector<bool>(count, true);
    std::vector<bool> kept(count, false);
    for (auto const id : best_with_details()) kept[id.index()] = true;
    return kept;
}

void RecordStore::drop_details()
{
    settings_ranked_ += std::ssize(detailed_);
    auto const best = best_with_details();
    std::set<SettingId> kept(best.begin(), best.end());
    for (auto const id : detailed_) {
        auto& record = records_[experiment_.id_of({id, ReplicateKind::estimate, 0}).index()];
        if (!kept.contains(id)) record = brief_record(experiment_, id, record);
    }
    detailed_ = std::move(kept);
}

TaskRecord brief_record(Experiment const& experiment, SettingId setting, TaskRecord const& record)
{
    auto const& full = experiment.layout(setting, ReplicateKind::estimate);
    auto const& brief = experiment.brief_layout(setting);
    EXAHCA_EXPECT(record.values.size() == full.size());
    RecordView const view(full, record.values);
    RecordBuilder builder(brief);
    // Of a list of orders the first entry is that of the best.
    for (auto const& field : brief.fields()) builder.set(field.name, view.values(field.name).first(field.size));
    TaskRecord cut{record.status, record.reason, builder.take(), record.seconds};
    return cut;
}

} // namespace exahca
