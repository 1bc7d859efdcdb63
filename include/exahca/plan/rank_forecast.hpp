#pragma once

#include "exahca/parallel/run_workload.hpp"
#include "exahca/plan/pilot.hpp"

#include <vector>

namespace exahca {

/// Share of their time that computing ranks are busy with many independent tasks of this mean duration, as the
/// simulation of the scheduler found it (docs/performance_scheduling.md); between its figures by interpolation of
/// logarithms.
[[nodiscard]] double scheduler_efficiency(int computing_ranks, double task_seconds);

/// What a run would take on so many ranks.
struct RankForecast
{
    int ranks = 1;
    Range wall;            ///< seconds
    double efficiency = 1; ///< of all ranks: core time, divided by ranks x wall time
};

/// Wall time of stages one after the other: each takes what every rank does for itself, and then the core time shared
/// by the computing ranks at the scheduler's efficiency, but no less than its longest task and than whole rounds of
/// tasks. Starting the ranks and reading and writing files are not in it.
[[nodiscard]] RankForecast forecast_ranks(WorkForecast const& work, RankZeroComputes mode, int ranks);

/// Why no more ranks are recommended.
enum class RankLimit {
    short_run,  ///< the run is down to a minute
    efficiency, ///< more would be idle for more than a fifth of their time
    most,       ///< as many as are asked for at most
    unknown,    ///< some kind of task, or a search, came to no end in the pilot: nothing can be recommended
};

struct RankAdvice
{
    int ranks = 1;
    RankLimit limit = RankLimit::most;
    std::vector<RankForecast> table; ///< 1, 2, 4, 8, ... ranks, as far as it makes sense to look
};

/// The number of ranks, a power of two or `most`, to which doubling still pays: at least 80 % efficiency, and no
/// further once the run is down to a minute. One rank, and why, where only a lower bound of the work is known.
[[nodiscard]] RankAdvice advise_ranks(WorkForecast const& work, RankZeroComputes mode, int most);

} // namespace exahca
