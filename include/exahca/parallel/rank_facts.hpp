#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/parallel/communicator.hpp"

#include <cstdint>
#include <optional>
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

/// Free bytes of this machine's /dev/shm, from which shared memory comes; nothing where there is none.
[[nodiscard]] std::optional<std::int64_t> shared_memory_free();

/// Part of /dev/shm that is left to the message-passing library for each rank of a node: Open MPI's transport between
/// the ranks of a node maps 4 MiB for each, but takes the pages only when messages use them, so that they count as free
/// until then. A page that is missing then ends the rank (SIGBUS).
inline constexpr std::int64_t transport_bytes_per_rank = std::int64_t{4} << 20;

/// How a node stores what its ranks read together.
struct NodeSharing
{
    std::string host;
    int ranks = 0;
    bool shared = false;                    ///< once; false also for a rank that is alone on its node
    std::optional<std::int64_t> free_bytes; ///< shared_memory_free() there

    /// Largest storage that there was room to share, bytes.
    [[nodiscard]] std::int64_t room() const;
};

/// Collective: on rank 0 all nodes in order of their leaders, elsewhere nothing.
[[nodiscard]] std::vector<NodeSharing> gather_sharing(Communicator& communicator, NodeBuffer const& buffer);

/// Largest resident memory of this process so far, in bytes.
[[nodiscard]] std::int64_t peak_resident_bytes();

} // namespace exahca
