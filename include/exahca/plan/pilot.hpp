#pragma once

#include "exahca/estimate/dataset.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/experiment/stage.hpp"
#include "exahca/plan/sampling.hpp"
#include "exahca/plan/search_forecast.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace exahca {

/// Tasks of one setting and kind, which cost alike: how many a run has, and how long those that were tried took.
struct PilotGroup
{
    SettingId setting;
    ReplicateKind kind = ReplicateKind::estimate;
    std::int64_t tasks = 0;        ///< of this run
    double guess = 0;              ///< seconds each, before anything was measured: only ratios matter
    std::vector<double> seconds{}; ///< processor time of each task tried
    std::int64_t failed = 0;       ///< of those tried
    /// Of those tried: a search for orders did not end within the pilot's limit. They may take as long as the setting
    /// allows.
    std::int64_t cut_short = 0;
    std::int64_t left = 0; ///< of those tried: not at their end when the time was up; their seconds are a lower bound
};

/// What a pilot has measured.
struct Pilot
{
    std::vector<PilotGroup> groups; ///< by setting, then kind
    /// Searches for orders that all ranks share, and the seconds that each rank spends before (unmixing the data).
    std::map<SettingId, SearchForecast> searches{};
    std::map<SettingId, double> preparation{};
    double search_limit = 0; ///< seconds that a search of an estimate got
    std::int64_t tasks_tried = 0;
    double processor_seconds = 0; ///< of tasks and searches
    double wall_seconds = 0;
};

/// How many tasks of each setting and kind a run has, none tried. Groups without tasks are left out.
[[nodiscard]] Pilot count_tasks(Experiment const& experiment, Share const& share);

/// Tries a few tasks of each setting and kind with the real task runner.
///
/// Settings are taken in an order that covers them evenly, each with one task of every kind; then further tasks go
/// round until the time is up, all tasks are done, or each group has 30. Searches for orders get a tenth of the time
/// each, those of replicates a number of tuples. A task that has not ended two seconds after the time is up is left.
///
/// \param seconds  by the clock, above 0
[[nodiscard]] Pilot run_task_pilot(Experiment const& experiment, Dataset const& dataset, Share const& share,
                                   double seconds);

/// One part of a run that ends before the next begins, in seconds of one core.
struct StageForecast
{
    Stage stage = Stage::estimates;
    /// A search that all ranks share, which can be divided at will and ends when its limit is reached. Nothing: tasks.
    std::optional<SettingId> search{};
    double tasks = 0;
    Range core{};
    double longest = 0;       ///< the longest task of those tried or foreseen
    double each_rank = 0;     ///< what every rank does for itself before
    double limit_seconds = 0; ///< of a search; 0: none
};

struct WorkForecast
{
    std::vector<StageForecast> stages; ///< in the order in which they run
    Range core{};                      ///< all of them
    std::int64_t groups = 0, groups_tried = 0;
};

/// What the whole run takes, on processors like this one.
///
/// Of each group the tasks not tried are taken to last as long as the mean of those tried; the range adds up the 90 %
/// intervals of these means by Student's t (one task tried: half to double), as if all erred to the same side. A group
/// of which nothing was tried costs the ratio of guesses times what groups like it cost, a third to triple. Searches
/// that were cut short count with what the preview of the setting's search predicts, up to the limit of the setting.
[[nodiscard]] WorkForecast forecast_work(Experiment const& experiment, Pilot const& pilot);

} // namespace exahca
