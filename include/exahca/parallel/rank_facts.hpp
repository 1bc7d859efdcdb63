#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/parallel/communicator.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// Where a rank ran and what it took. For /provenance.
struct RankFacts
{
    std::string host;
    int node_leader = 0;         ///< Communicator::node_leader(): names the node
    std::int64_t peak_bytes = 0; ///< largest resident memory so far (getrusage), shared storage it has read included
};

[[nodiscard]] Bytes write_rank_facts(RankFacts const& facts);
/// \throws InvalidInput  when the message holds no facts
[[nodiscard]] RankFacts read_rank_facts(std::span<std::byte const> message);

/// Collective: the facts of all ranks on rank 0, nothing elsewhere.
[[nodiscard]] std::vector<RankFacts> gather_rank_facts(Communicator& communicator);

/// Memory of one node.
struct NodeMemory
{
    std::string host;
    int leader = 0; ///< the rank that names the node
    int ranks = 0;
    /// Sum over the node's ranks: an upper bound, because storage and libraries that ranks share count once for each.
    std::int64_t peak_bytes = 0;
};

/// The nodes in order of their leaders.
[[nodiscard]] std::vector<NodeMemory> node_memory(std::vector<RankFacts> const& facts);

/// Largest resident memory of this process so far, in bytes.
[[nodiscard]] std::int64_t peak_resident_bytes();

} // namespace exahca
