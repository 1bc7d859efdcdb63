#pragma once

#include "exahca/plan/pilot.hpp"
#include "exahca/plan/rank_forecast.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace exahca {

/// One setting of a planned run.
struct PlannedSetting
{
    std::string name;
    double log10_orders = 0; ///< all candidate orders
};

/// Bytes that a run needs.
struct PlannedMemory
{
    std::int64_t scores = 0;  ///< the score matrix, once per node
    std::int64_t rank = 0;    ///< of each rank, without it
    std::int64_t results = 0; ///< further ones of rank 0, which keeps all records

    /// Of a node that runs so many ranks, rank 0 among them.
    [[nodiscard]] std::int64_t node(int ranks) const { return scores + ranks * rank + results; }
};

/// All that `exahca plan` finds out.
struct Plan
{
    std::vector<PlannedSetting> settings;
    Pilot pilot;
    WorkForecast work;
    RankAdvice advice;
    RankForecast chosen; ///< for the recommended number of ranks, or the user's own
    int ranks_per_node = 1;
    PlannedMemory memory;
    double limit_seconds = 0;              ///< of the batch job
    std::string script;                    ///< file that it was written to; empty: none
    std::string submitted_with = "sbatch"; ///< command that takes it
    int parts = 1;                         ///< of the search: all but the script is about one of them

    [[nodiscard]] int nodes(int ranks) const { return (ranks + ranks_per_node - 1) / ranks_per_node; }
    [[nodiscard]] std::int64_t tasks() const;
};

/// For people: one screen.
[[nodiscard]] std::string plan_text(Plan const& plan);
/// For programs; numbers that are not known are null.
[[nodiscard]] std::string plan_json(Plan const& plan);

} // namespace exahca
