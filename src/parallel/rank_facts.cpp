#include "exahca/parallel/rank_facts.hpp"

#include <algorithm>
#include <map>
#include <sys/resource.h>
#include <sys/statvfs.h>
#include <utility>

namespace exahca {

std::int64_t peak_resident_bytes()
{
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return std::int64_t{usage.ru_maxrss} * 1024;
}

std::optional<std::int64_t> shared_memory_free()
{
    struct statvfs status
    {
    };
    if (::statvfs("/dev/shm", &status) != 0) return std::nullopt;
    return static_cast<std::int64_t>(status.f_bavail) * static_cast<std::int64_t>(status.f_frsize);
}

// MPI's own transport uses /dev/shm as well: so much of it is left to the ranks.
std::int64_t NodeSharing::room() const
{
    return std::max<std::int64_t>(0, free_bytes.value_or(0) - ranks * transport_bytes_per_rank);
}

std::vector<NodeSharing> gather_sharing(Communicator& communicator, NodeBuffer const& buffer)
{
    ByteWriter writer;
    writer.put(communicator.node_rank());
    writer.put(communicator.node_size());
    writer.put(static_cast<std::uint8_t>(buffer.shared() ? 1 : 0));
    writer.put(shared_memory_free().value_or(-1));
    writer.put_string(communicator.host());
    std::vector<NodeSharing> nodes;
    for (auto const& message : communicator.gather(writer.take())) {
        ByteReader reader(message);
        if (reader.get<int>() != 0) continue; // its leader speaks for a node
        NodeSharing node;
        node.ranks = reader.get<int>();
        node.shared = reader.get<std::uint8_t>() == 1;
        if (auto const free = reader.get<std::int64_t>(); free >= 0) node.free_bytes = free;
        node.host = reader.get_string();
        nodes.push_back(std::move(node));
    }
    return nodes;
}

Bytes write_rank_facts(RankFacts const& facts)
{
    ByteWriter writer;
    writer.put(facts.node_leader);
    writer.put(facts.peak_bytes);
    writer.put_string(facts.host);
    return writer.take();
}

RankFacts read_rank_facts(std::span<std::byte const> message)
{
    ByteReader reader(message);
    RankFacts facts;
    facts.node_leader = reader.get<int>();
    facts.peak_bytes = reader.get<std::int64_t>();
    facts.host = reader.get_string();
    reader.expect_end();
    return facts;
}

std::vector<RankFacts> gather_rank_facts(Communicator& communicator)
{
    RankFacts const own{communicator.host(), communicator.node_leader(), peak_resident_bytes()};
    std::vector<RankFacts> facts;
    for (auto const& message : communicator.gather(write_rank_facts(own))) facts.push_back(read_rank_facts(message));
    return facts;
}

std::vector<NodeMemory> node_memory(std::vector<RankFacts> const& facts)
{
    std::map<int, NodeMemory> nodes;
    for (auto const& fact : facts) {
        auto& node = nodes[fact.node_leader];
        node.host = fact.host;
        node.leader = fact.node_leader;
        ++node.ranks;
        node.peak_bytes += fact.peak_bytes;
    }
    std::vector<NodeMemory> result;
    for (auto& [leader, node] : nodes) result.push_back(std::move(node));
    return result;
}

} // namespace exahca
