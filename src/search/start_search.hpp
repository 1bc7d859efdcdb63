#pragma once

#include "search/kernels.hpp"
#include "search/search_run.hpp"

namespace exahca {

/// Looks for good orders, so that the proof can prune from its beginning. An aid, never an answer.
///
/// From many starting flags: the inexactness of a row at a level depends on the flag alone, so for a fixed flag every
/// domain's best permutation is an assignment; refit the flag, and so on until nothing changes. Then a beam over
/// levels, and swaps of two rows around the best orders. Deterministic: starts are drawn from a stream keyed by their
/// number. Even when the run has ended before, one order is offered if there is none yet.
void run_start(OrderProblem const& problem, Kernels const& kernels, std::int64_t frontier_bytes, SearchRun& run);

} // namespace exahca
