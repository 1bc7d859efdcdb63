#pragma once

#include "exahca/core/stop_flag.hpp"
#include "exahca/parallel/communicator.hpp"
#include "exahca/results/given_orders.hpp"
#include "exahca/run/run_context.hpp"
#include "exahca/run/search_request.hpp"

namespace exahca {

/// The matrices of `exahca search --orders-only`. \throws InvalidInput, UsageError  for what is wrong with them
[[nodiscard]] GivenMatrices read_given(SearchRequest const& request);

/// What ends their search.
[[nodiscard]] SearchLimits given_limits(SearchRequest const& request);

/// Collective: `exahca search --orders-only`: the search for orders on unmixing matrices of the user's own, given as
/// text ("K m d", then K blocks of m lines) or as an HDF5 file with a dataset `unmixing` (domains x sources x
/// benchmarks). \param stop  a request on any rank stops all
[[nodiscard]] ExitStatus search_orders_only(SearchRequest const& request, RunContext const& context, StopFlag& stop);

} // namespace exahca
