// How many ranks can one master keep busy? Prints Markdown tables for docs/performance.md.
//   scheduler_report [MOST_RANKS [RECORD_MICROSECONDS [SPREAD]]]
// SPREAD is the standard deviation of single tasks over their mean: 1, exponential, unless given.

#include "bench/scheduler_simulation.hpp"

#include <cstdlib>
#include <fmt/core.h>

namespace {

using exahca::bench::simulate_schedule;
using exahca::bench::SimulationOptions;

void table(int most_ranks, double absorb_per_task, double spread)
{
    fmt::print("\nThe master takes {} microseconds per record; tasks spread by {} of their mean.\n\n",
               absorb_per_task * 1e6, spread);
    fmt::print("| ranks that compute | task | efficiency | master load | mean chunk | chunks | wall |\n");
    fmt::print("|---:|---:|---:|---:|---:|---:|---:|\n");
    for (double const task : {1e-3, 3e-3, 0.1, 1.0, 10.0})
        for (int ranks = 1; ranks <= most_ranks; ranks *= 10) {
            SimulationOptions options;
            options.workers = ranks;
            options.task_seconds = task;
            options.work_per_worker = std::max(60.0, 60 * task);
            options.absorb_per_task = absorb_per_task;
            options.spread = spread;
            auto const result = simulate_schedule(options);
            fmt::print("| {} | {} s | {:.3f} | {:.3f} | {:.4f} s | {} | {:.1f} s |\n", ranks, task, result.efficiency,
                       result.master_load, result.chunk_seconds, result.chunks, result.wall_seconds);
            std::fflush(stdout);
        }
}

} // namespace

int main(int argc, char** argv)
{
    int const most_ranks = argc > 1 ? std::atoi(argv[1]) : 100'000;
    table(most_ranks, argc > 2 ? 1e-6 * std::atof(argv[2]) : 0.0, argc > 3 ? std::atof(argv[3]) : 1.0);
}
