#include "exahca/run/grid_limits.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/influence.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

/// Whole numbers that are still exact; larger ones as powers of ten.
std::string count_text(double count)
{
    return count < 9e15 ? fmt::format("{:.0f}", count) : fmt::format("{:.1e}", count);
}

/// Tasks of every setting, its own cases of influence apart, and choices, which are made once for many. Resamples of
/// parametric data sets count like tasks: they cost as much.
double replicates_each(ReplicateCounts const& counts)
{
    double total = static_cast<double>(counts.parametric) * static_cast<double>(counts.nested);
    for (int k = 0; k < replicate_kinds; ++k)
        if (auto const kind = static_cast<ReplicateKind>(k);
            kind != ReplicateKind::influence && !placebo_of_choice(kind))
            total += static_cast<double>(counts.of(kind));
    return total;
}

/// \throws UsageError  when these are more tasks than are allowed
void check_tasks(double settings, double tasks, ReplicateCounts const& counts, GridLimits const& limits)
{
    if (tasks <= static_cast<double>(limits.most_tasks)) return;
    throw UsageError(fmt::format("{} {} with replicates make {} tasks{}, more than {}", count_text(settings),
                                 settings == 1 ? "setting" : "settings", count_text(tasks),
                                 counts.nested > 0 ? " (resamples of --calibrate counted)" : "", limits.most_tasks),
                     {},
                     fmt::format("ask for fewer settings or replicates, or allow them with --most-tasks {}",
                                 count_text(std::ceil(tasks))));
}

} // namespace

void check_setting_count(double settings, ReplicateCounts const& counts, GridLimits const& limits)
{
    // Besides groups of models there are further cases of influence, which differ between settings.
    check_tasks(settings, settings * (replicates_each(counts) + static_cast<double>(counts.influence)), counts, limits);
}

void check_task_count(std::vector<Setting> const& settings, ReplicateCounts const& counts, GridLimits const& limits)
{
    auto const count = static_cast<double>(settings.size());
    double tasks = count * replicates_each(counts);
    for (auto const& setting : settings) {
        tasks += static_cast<double>(influence_case_count(setting, counts.influence));
        if (analyser_of(setting).has_landscape(setting))
            tasks += std::ceil(static_cast<double>(landscape_orders(setting)) / static_cast<double>(orders_per_range));
    }
    check_tasks(count, tasks, counts, limits);
}

double record_bytes(Experiment const& experiment, std::int64_t kept_details)
{
    RecordStore const nothing(experiment, kept_details);
    bool const brief = nothing.keeps_best_only();
    double values = 0, largest = 0;
    for (std::int64_t s = 0; s < static_cast<std::int64_t>(experiment.settings().size()); ++s)
        for (int k = 0; k < replicate_kinds; ++k) {
            auto const kind = static_cast<ReplicateKind>(k);
            auto const own = static_cast<double>(experiment.layout(SettingId(s), kind).size());
            if (brief && kind == ReplicateKind::estimate) largest = std::max(largest, own);
            auto const kept = brief && kind == ReplicateKind::estimate
                                  ? static_cast<double>(experiment.brief_layout(SettingId(s)).size())
                                  : own;
            values += static_cast<double>(experiment.count(SettingId(s), kind)) * kept;
        }
    // While a run goes on it holds the details of some more than are kept.
    if (brief) values += largest * static_cast<double>(RecordStore::most_details(kept_details));
    return values * sizeof(double);
}

void check_record_bytes(Experiment const& experiment, std::int64_t kept_details, GridLimits const& limits)
{
    auto const bytes = record_bytes(experiment, kept_details);
    if (bytes <= static_cast<double>(limits.most_bytes)) return;
    throw UsageError(fmt::format("the results of {} tasks take {} bytes, more than {}", experiment.task_count(),
                                 count_text(bytes), limits.most_bytes),
                     "rank 0 keeps them in memory",
                     fmt::format("ask for fewer settings or replicates, split them over several runs, or allow them "
                                 "with --most-bytes {}",
                                 count_text(bytes)));
}

} // namespace exahca
