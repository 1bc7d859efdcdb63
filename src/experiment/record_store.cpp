#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/experiment/setting_ranking.hpp"

#include <algorithm>

namespace exahca {
namespace {

Task estimate_of(std::size_t setting)
{
    return {SettingId(static_cast<std::int64_t>(setting)), ReplicateKind::estimate, 0};
}

} // namespace

RecordStore::RecordStore(Experiment const& experiment, std::int64_t kept_details)
    : experiment_(experiment), kept_details_(kept_details), records_(static_cast<std::size_t>(experiment.task_count()))
{
    EXAHCA_EXPECT(kept_details >= 1);
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
    detailed_ += record.status == TaskStatus::done && !brief;
    records_[id.index()] = std::move(record);
    if (keeps_best_only() && detailed_ > most_details(kept_details_)) drop_details();
}

RecordView RecordStore::view(Task const& task) const
{
    auto const& record = at(experiment_.id_of(task));
    return {is_brief(task, record) ? experiment_.brief_layout(task.setting)
                                   : experiment_.layout(task.setting, task.kind),
            record.values};
}

std::vector<bool> RecordStore::with_details() const
{
    auto const count = experiment_.settings().size();
    if (!keeps_best_only()) return std::vector<bool>(count, true);
    // Ranked are those that still have them: the others are behind kept_details_ of these, whatever comes later.
    std::vector<RankedSetting> candidates;
    for (std::size_t s = 0; s < count; ++s) {
        auto const task = estimate_of(s);
        auto const& record = at(experiment_.id_of(task));
        if (record.status != TaskStatus::done || is_brief(task, record)) continue;
        auto const& setting = experiment_.settings()[s];
        candidates.push_back({s, std::string(to_string(setting.estimator)), setting.factors, setting.domains.size(),
                              view(task).values("mic")[0]});
    }
    auto const ranked = in_turn(rank_by_kind(std::move(candidates)));
    std::vector<bool> kept(count, false);
    for (std::size_t i = 0; i < std::min(ranked.size(), static_cast<std::size_t>(kept_details_)); ++i)
        kept[ranked[i]] = true;
    return kept;
}

void RecordStore::drop_details()
{
    auto const kept = with_details();
    detailed_ = 0;
    for (std::size_t s = 0; s < kept.size(); ++s) {
        auto const task = estimate_of(s);
        auto& record = records_[experiment_.id_of(task).index()];
        if (record.status != TaskStatus::done || is_brief(task, record)) continue;
        if (kept[s])
            ++detailed_;
        else
            record = brief_record(experiment_, task.setting, record);
    }
}

std::int64_t RecordStore::count(TaskStatus status) const
{
    return std::count_if(records_.begin(), records_.end(), [&](auto const& record) { return record.status == status; });
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
