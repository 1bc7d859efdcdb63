#pragma once

#include "exahca/core/error.hpp"
#include "exahca/core/stop_flag.hpp"
#include "exahca/experiment/stage.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace exahca {

class Communicator;

/// How far a search has come.
struct SearchMoment
{
    Stage stage;
    std::int64_t tasks_done; ///< of the stage
    std::int64_t snapshots;  ///< written so far
    StopFlag const& stop;
};

/// What a command gets besides its options.
struct RunContext
{
    Communicator& world;
    std::string command_line;         ///< as a shell reads it back, for /provenance
    std::string message_passing;      ///< the library that connects the ranks, for /provenance
    std::vector<std::string> words{}; ///< behind the command's name, as typed
    /// Called on rank 0's main thread now and then while ranks compute the tasks of a search, after interim results
    /// that were due. May take its time: no rank is given more work meanwhile.
    std::function<void(SearchMoment const&)> observer{};
};

} // namespace exahca
