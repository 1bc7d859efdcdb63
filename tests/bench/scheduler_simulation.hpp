#pragma once

#include "exahca/parallel/master.hpp"

#include <cstdint>

namespace exahca::bench {

/// The machine and the work that the real master and workers are tried on. Times in seconds.
struct SimulationOptions
{
    int workers = 1;
    double task_seconds = 1e-3;   ///< mean
    double spread = 1;            ///< standard deviation of single tasks over their mean; 1: exponential, below: normal
    double work_per_worker = 60;  ///< total work divided by the number of workers
    double message_cost = 7.5e-6; ///< the master's time for one message, received or sent; docs/performance.md
    double absorb_per_task = 0;   ///< the master's time for each task's record in a reply
    double latency = 30e-6;       ///< of the network, one way
    double idle_look = 100e-6;    ///< a rank that waits looks this often for messages
    ChunkPolicy policy{};
    std::uint64_t seed = 1;
};

struct SimulationResult
{
    double wall_seconds = 0;
    double efficiency = 0;  ///< of the computing ranks
    double master_load = 0; ///< share of the wall time that the master works
    std::int64_t chunks = 0;
    std::int64_t tasks = 0;
    std::int64_t tasks_absorbed = 0;
    double chunk_seconds = 0; ///< mean work per chunk
};

/// Plays a distributed computation with a simulated clock and network.
[[nodiscard]] SimulationResult simulate_schedule(SimulationOptions const& options);

} // namespace exahca::bench
