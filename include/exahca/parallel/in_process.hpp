#pragma once

#include "exahca/parallel/communicator.hpp"

#include <cstdint>
#include <functional>
#include <memory>

namespace exahca {

/// How simulated ranks are connected.
struct InProcessOptions
{
    int ranks = 1;
    int ranks_per_node = 0;       ///< 0: all on one node
    int largest_delay = 0;        ///< a message becomes visible after 0 .. this many looks of its receiver
    std::uint64_t delay_seed = 1; ///< which delays are drawn
    int cut_off = -1;             ///< a rank that nothing reaches, and nothing comes from, after ...
    int messages_before_cut = 0;  ///< ... it has sent so many messages; its abort() ends it alone
};

/// Runs `program` on several simulated ranks, one thread each, that talk through memory: for tests.
///
/// Messages between two ranks keep their order whatever their delays. abort() on any rank makes every rank's next call
/// throw RunAborted. Returns when all ranks have.
///
/// \throws  the exception of the lowest rank that threw one; one that is not RunAborted goes first. A rank that throws
///          aborts the others, as a process that ends would
void run_in_process(InProcessOptions const& options, std::function<void(Communicator&)> const& program);

} // namespace exahca
