#pragma once

#include "exahca/core/bytes_text.hpp"
#include "exahca/parallel/rank_facts.hpp"

#include <cstdint>
#include <fmt/format.h>
#include <string>

namespace exahca {

/// Why the ranks of a node hold copies of their own, and what to do about it. \param bytes  size of the scores
[[nodiscard]] inline std::string unshared_text(NodeSharing const& node, std::int64_t bytes)
{
    auto const text = [](std::int64_t count) { return bytes_text(static_cast<double>(count)); };
    std::string why = "the node refuses shared memory";
    if (!node.free_bytes)
        why = "it has no /dev/shm";
    else if (node.room() < bytes)
        why = fmt::format("/dev/shm has {} free, and the ranks want {} for messages and {} for scores",
                          text(*node.free_bytes), text(node.ranks * transport_bytes_per_rank), text(bytes));
    return fmt::format(
        "each of the {} ranks on {} holds its own copy of the scores ({}): if memory runs short, enlarge "
        "/dev/shm, for a container with --shm-size",
        node.ranks, node.host, why);
}

} // namespace exahca
