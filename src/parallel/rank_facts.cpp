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

std::vector<RankFacts> gather_rank_facts(Communicator& communicator)
{
    ByteWriter writer;
    writer.put(communicator.node_leader());
    writer.put(peak_resident_bytes());
    writer.put_string(communicator.host());
    std::vector<RankFacts> facts;
    for (auto const& message : communicator.gather(writer.take())) {
        ByteReader reader(message);
        RankFacts fact;
        fact.node_leader = reader.get<int>();
        fact.peak_bytes = reader.get<std::int64_t>();
        fact.host = reader.get_string();
        facts.push_back(std::move(fact));
    }
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
