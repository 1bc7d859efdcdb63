#pragma once

#include "exahca/run/search_request.hpp"
#include "histories/circumstances.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace exahca::histories {

/// How a rank ended.
struct RankEnd
{
    enum class How {
        returned, ///< with `status`
        aborted,  ///< it ended the run with `status`
        killed,   ///< by what befell it, by the launcher, or by its third signal
        escaped,  ///< by an exception that nobody caught
    };
    How how = How::killed;
    int status = 0;
    Time time{};
};

/// What there was of it afterwards.
struct LaunchEnd
{
    std::vector<RankEnd> ranks;
    std::string stuck;         ///< why the simulation ended it; empty when it ended by itself
    std::string messages;      ///< what all ranks printed
    bool stop_asked = false;   ///< a rank got a signal, or the time was over
    bool ranks_struck = false; ///< a rank was killed, cut off, stopped or slowed down
    bool power_lost = false;
    std::uint64_t trace = 0;
    double seconds = 0;
};

/// Stands between the code under test and the simulation, to plant a bug: tests of the simulator itself.
struct PlantedBug
{
    std::function<std::unique_ptr<io::Disk>(io::Disk& honest)> disk{};
    std::function<std::unique_ptr<Communicator>(Communicator& honest)> world{};
};

/// Runs one search on a simulated cluster, from its start to the end of all ranks.
/// \param seed, launch  what chance decides besides the circumstances
[[nodiscard]] LaunchEnd run_launch(SearchRequest const& request, Circumstances const& circumstances, std::uint64_t seed,
                                   std::uint64_t launch, SimulatedDisk& disk, PlantedBug const& bug, bool print_notes);

} // namespace exahca::histories
