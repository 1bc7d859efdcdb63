#include "exahca/experiment/support.hpp"
#include "results_tables.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

namespace exahca {
namespace {

/// Settings that differ in nothing but their domains, and have an estimate.
using Family = std::vector<SettingId>;

std::vector<Family> families_of(Experiment const& experiment, RecordStore const& records)
{
    std::map<Setting, Family, LessContent> by_rest; // sorted, so that the table does not depend on the order typed
    for (std::int64_t s = 0; s < static_cast<std::int64_t>(experiment.settings().size()); ++s) {
        SettingId const id(s);
        if (records.at(experiment.id_of({id, ReplicateKind::estimate, 0})).status != TaskStatus::done) continue;
        auto rest = experiment.setting(id);
        rest.domains.clear();
        by_rest[rest].push_back(id);
    }
    std::vector<Family> families;
    for (auto& [rest, family] : by_rest)
        if (family.size() > 1) families.push_back(std::move(family));
    return families;
}

/// MIC of a task's best order; NaN when the task failed or is not computed yet.
double mic_of(Experiment const& experiment, RecordStore const& records, Task const& task)
{
    auto const& record = records.at(experiment.id_of(task));
    if (record.status != TaskStatus::done) return std::nan("");
    return RecordView(experiment.layout(task.setting, task.kind), record.values).values("mic")[0];
}

/// The lowest MIC that any set of the family reaches in one replicate; NaN unless all of them have one, because a
/// minimum over fewer sets would be too high.
double lowest_mic(Experiment const& experiment, RecordStore const& records, Family const& family, ReplicateKind kind,
                  std::int64_t replicate)
{
    double lowest = std::numeric_limits<double>::infinity();
    for (auto const id : family) {
        double const mic = mic_of(experiment, records, {id, kind, replicate});
        if (std::isnan(mic)) return mic;
        lowest = std::min(lowest, mic);
    }
    return lowest;
}

/// The columns of the table, one entry per family and kind of placebo.
struct Columns
{
    std::vector<std::string> setting, kind;
    std::vector<std::int64_t> sets, replicates, left_out, as_low;
    std::vector<double> mic, p_value, median_mic;
};

void add_row(Columns& columns, Experiment const& experiment, RecordStore const& records, Family const& family,
             ReplicateKind kind)
{
    std::vector<double> lowest;
    auto const planned = experiment.count(family[0], kind);
    for (std::int64_t r = 0; r < planned; ++r)
        if (double const mic = lowest_mic(experiment, records, family, kind, r); !std::isnan(mic))
            lowest.push_back(mic);
    if (lowest.empty()) return;
    auto const estimate = [&](SettingId id) { return mic_of(experiment, records, {id, ReplicateKind::estimate, 0}); };
    auto const best = *std::min_element(family.begin(), family.end(),
                                        [&](SettingId a, SettingId b) { return estimate(a) < estimate(b); });
    double const observed = estimate(best);
    auto const count = static_cast<std::int64_t>(lowest.size());
    auto const as_low = std::count_if(lowest.begin(), lowest.end(), [&](double mic) { return mic <= observed; });
    columns.setting.push_back(setting_name(experiment.setting(best)));
    columns.kind.emplace_back(to_string(kind));
    columns.sets.push_back(static_cast<std::int64_t>(family.size()));
    columns.mic.push_back(observed);
    columns.replicates.push_back(count);
    columns.left_out.push_back(planned - count);
    columns.as_low.push_back(as_low);
    columns.p_value.push_back(static_cast<double>(1 + as_low) / static_cast<double>(1 + count));
    columns.median_mic.push_back(median(lowest));
}

} // namespace

void add_domain_choice(DataGroup& root, Experiment const& experiment, RecordStore const& records)
{
    Columns columns;
    for (auto const& family : families_of(experiment, records))
        for (auto const kind : {ReplicateKind::placebo_rotation, ReplicateKind::placebo_gaussian})
            add_row(columns, experiment, records, family, kind);
    if (columns.setting.empty()) return;
    auto const n = static_cast<std::int64_t>(columns.setting.size());
    auto& group = root.group("domain_choice");
    auto const add = [&](char const* name, Values values, char const* units, char const* text) {
        group.add({name, {"choice"}, {n}, std::move(values), units, text});
    };
    add("setting", columns.setting, "", "the setting of lowest MIC among those that differ only in their domains");
    add("kind", columns.kind, "", "kind of placebo");
    add("sets", columns.sets, "1", "domain sets that it was chosen from");
    add("mic", columns.mic, "1", "its MIC");
    add("replicates", columns.replicates, "1", "replicates that succeeded with every domain set");
    add("left_out", columns.left_out, "1", "replicates missing or failed with some domain set");
    add("as_low", columns.as_low, "1", "replicates whose lowest MIC over the domain sets is at most the observed");
    add("p_value", columns.p_value, "1", "(1 + as_low) / (1 + replicates): the placebo chooses its domain set too");
    add("median_mic", columns.median_mic, "1", "median over replicates of the lowest MIC");
}

} // namespace exahca
