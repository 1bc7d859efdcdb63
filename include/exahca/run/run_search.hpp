#pragma once

#include "exahca/run/run_context.hpp"
#include "exahca/run/search_request.hpp"

#include "exahca/core/stop_flag.hpp"

namespace exahca {

/// Collective: a whole search on a score file, from its checks to its results: `exahca search` without its command
/// line.
///
/// Between two collective calls no rank swallows an error of its own. Expected failures are found on rank 0, before it
/// tells the others; whatever else is thrown leaves this function, and run_rank ends all ranks.
///
/// \param stop  a request on any rank stops all, with interim results
/// \returns the status with which every rank leaves
/// \throws CommonError  on all ranks, for everything a user can mend
[[nodiscard]] ExitStatus run_search(SearchRequest const& request, RunContext const& context, StopFlag& stop);

} // namespace exahca
