#include "exahca/estimate/support.hpp"
#include "exahca/search/order_search.hpp"
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

/// MIC of a task's best order. \pre the task is done
double mic_of(RecordStore const& records, Task const& task) { return records.view(task).values("mic")[0]; }

/// One replicate over the whole family.
struct FamilyReplicate
{
    /// The lowest MIC that any set reached. Where one failed it is an upper bound: that set might have gone lower.
    double lowest = std::numeric_limits<double>::infinity();
    bool computed = true; ///< with every set
    bool failed = false;  ///< with some set
};

/// From placebos that each setting of the family has analysed on its own.
FamilyReplicate read_replicate(Experiment const& experiment, RecordStore const& records, Family const& family,
                               ReplicateKind kind, std::int64_t replicate)
{
    FamilyReplicate found;
    for (auto const id : family) {
        Task const task{id, kind, replicate};
        auto const status = records.at(experiment.id_of(task)).status;
        found.computed = found.computed && status != TaskStatus::missing;
        found.failed = found.failed || status == TaskStatus::failed;
        if (status == TaskStatus::done) found.lowest = std::min(found.lowest, mic_of(records, task));
    }
    return found;
}

/// The same where one task has looked at the whole family.
FamilyReplicate read_choice(Experiment const& experiment, RecordStore const& records, Task const& task)
{
    FamilyReplicate found;
    auto const status = records.at(experiment.id_of(task)).status;
    found.computed = status != TaskStatus::missing;
    found.failed = status == TaskStatus::failed;
    if (status != TaskStatus::done) return found;
    auto const view = records.view(task);
    found.lowest = view.scalar("mic");
    // A search that ended at its limit has proven nothing: the set might have gone lower.
    found.failed = view.scalar("sets_failed") > 0 ||
                   view.scalar("search_outcome") > static_cast<double>(SearchOutcome::optimum_proven);
    return found;
}

/// The columns of the table, one entry per family and kind of placebo.
struct Columns
{
    std::vector<std::string> setting, kind;
    std::vector<std::int64_t> sets, replicates, left_out, failed, as_low;
    std::vector<double> mic, p_value, p_low, p_high, median_mic;
};

/// The set of lowest MIC of a family, and how often placebos that choose theirs in the same way reach a MIC as low.
/// Replicates that failed with some set bound the p-value from both sides; those with a MIC as low in another set have
/// reached it whatever the failed ones would have given.
/// \param family  settings with an estimate, at least one
void add_row(Columns& columns, Experiment const& experiment, RecordStore const& records, Family const& family,
             ReplicateKind kind, std::vector<FamilyReplicate> const& replicates)
{
    auto const estimate = [&](SettingId id) { return mic_of(records, {id, ReplicateKind::estimate, 0}); };
    auto const best = *std::min_element(family.begin(), family.end(),
                                        [&](SettingId a, SettingId b) { return estimate(a) < estimate(b); });
    double const observed = estimate(best);
    std::vector<double> lowest;
    std::int64_t failed = 0, failed_as_low = 0;
    auto const planned = std::ssize(replicates);
    for (auto const& found : replicates) {
        if (!found.computed) continue;
        if (!found.failed) lowest.push_back(found.lowest);
        failed += found.failed;
        failed_as_low += found.failed && found.lowest <= observed; // whatever the failed sets would have given
    }
    auto const count = static_cast<std::int64_t>(lowest.size());
    if (count + failed == 0) return;
    auto const as_low = std::count_if(lowest.begin(), lowest.end(), [&](double mic) { return mic <= observed; });
    auto const test = replicate_test(as_low, count, failed);
    auto const known = replicate_test(as_low + failed_as_low, count + failed_as_low, failed - failed_as_low);
    columns.setting.push_back(setting_name(experiment.setting(best)));
    columns.kind.emplace_back(to_string(kind));
    columns.sets.push_back(static_cast<std::int64_t>(family.size()));
    columns.mic.push_back(observed);
    columns.replicates.push_back(count);
    columns.left_out.push_back(planned - count);
    columns.as_low.push_back(as_low);
    columns.failed.push_back(failed);
    columns.p_value.push_back(test.p_value);
    columns.p_low.push_back(known.low);
    columns.p_high.push_back(known.high);
    columns.median_mic.push_back(median(lowest));
}

bool any_asked(Experiment const& experiment)
{
    auto const asked = [&](ReplicateKind kind) { return experiment.counts().of(kind) > 0; };
    auto const placebos = placebo_kinds();
    return std::any_of(placebos.begin(), placebos.end(), asked) ||
           std::any_of(choice_kinds.begin(), choice_kinds.end(),
                       [&](auto const& choice) { return asked(choice.kind); });
}

/// Placebos of every setting, and what the best of the family would have been in each.
void add_rows_of_placebos(Columns& columns, Experiment const& experiment, RecordStore const& records)
{
    auto const placebos = placebo_kinds();
    if (std::none_of(placebos.begin(), placebos.end(), [&](auto kind) { return experiment.counts().of(kind) > 0; }))
        return;
    for (auto const& family : families_of(experiment, records))
        for (auto const kind : placebos) {
            std::vector<FamilyReplicate> replicates;
            for (std::int64_t r = 0; r < experiment.count(family[0], kind); ++r)
                replicates.push_back(read_replicate(experiment, records, family, kind, r));
            add_row(columns, experiment, records, family, kind, replicates);
        }
}

/// Placebos that have chosen themselves, among sets of equally many base models.
void add_rows_of_choices(Columns& columns, Experiment const& experiment, RecordStore const& records)
{
    for (std::int64_t s = 0; s < std::ssize(experiment.settings()); ++s)
        for (auto const& [kind, placebo] : choice_kinds) {
            SettingId const id(s);
            auto const count = experiment.count(id, kind);
            if (count == 0) continue;
            Family family;
            for (auto const member : experiment.choice(id))
                if (records.at(experiment.id_of({member, ReplicateKind::estimate, 0})).status == TaskStatus::done)
                    family.push_back(member);
            if (family.empty()) continue;
            std::vector<FamilyReplicate> replicates;
            for (std::int64_t r = 0; r < count; ++r)
                replicates.push_back(read_choice(experiment, records, {id, kind, r}));
            add_row(columns, experiment, records, family, kind, replicates);
        }
}

} // namespace

void add_domain_choice(DataGroup& root, Experiment const& experiment, RecordStore const& records)
{
    if (!any_asked(experiment)) return;
    Columns columns;
    add_rows_of_placebos(columns, experiment, records);
    add_rows_of_choices(columns, experiment, records);
    if (columns.setting.empty()) return;
    auto const n = static_cast<std::int64_t>(columns.setting.size());
    auto& group = root.group("domain_choice");
    auto const add = [&](char const* name, Values values, char const* units, char const* text) {
        group.add({name, {"family"}, {n}, std::move(values), units, text});
    };
    add("setting", columns.setting, "", "the setting of lowest MIC among those that differ only in their domains");
    add("kind", columns.kind, "", "kind of placebo");
    add("sets", columns.sets, "1", "domain sets that it was chosen from");
    add("mic", columns.mic, "1", "its MIC");
    add("replicates", columns.replicates, "1", "replicates that succeeded with every domain set");
    add("left_out", columns.left_out, "1", "replicates missing or failed with some domain set");
    add("failed", columns.failed, "1", "replicates computed with every domain set, of which some failed");
    add("as_low", columns.as_low, "1", "replicates whose lowest MIC over the domain sets is at most the observed");
    add("p_value", columns.p_value, "1", "(1 + as_low) / (1 + replicates): the placebo chooses its domain set too");
    add("p_value_low", columns.p_low, "1", "the same if no failed replicate had reached the observed");
    add("p_value_high", columns.p_high, "1", "the same if every failed replicate had reached the observed");
    add("median_mic", columns.median_mic, "1", "median over replicates of the lowest MIC");
}

} // namespace exahca
