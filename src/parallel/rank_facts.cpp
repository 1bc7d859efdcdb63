#include "exahca/parallel/rank_facts.hpp"

#include <map>
#include <sys/resource.h>
#include <utility>

namespace exahca {

std::int64_t peak_resident_bytes()
{
    rusage usage{};
    if (::getrusage(RUSAGE_SELF, &usage) != 0) return 0;
    return std::int64_t{usage.ru_maxrss} * 1024;
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
