#pragma once

#include "command.hpp"

#include <functional>

namespace exahca {

/// The program: starts MPI where a launcher is about, runs the command, and returns the exit status of this rank.
/// \param observer  of searches, see RunContext
[[nodiscard]] int run_main(int argc, char** argv, std::function<void(SearchMoment const&)> observer = {});

} // namespace exahca
