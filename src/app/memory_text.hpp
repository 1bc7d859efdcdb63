#pragma once

#include "exahca/parallel/rank_facts.hpp"

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <string>

namespace exahca {

/// "320 B", "4.19 MB", "12.8 GB": powers of a thousand, three digits.
[[nodiscard]] inline std::string bytes_text(double bytes)
{
    constexpr std::array units{"B", "KB", "MB", "GB", "TB"};
    std::size_t unit = 0;
    for (; bytes >= 999.5 && unit + 1 < units.size(); ++unit) bytes /= 1000;
    return unit == 0 ? fmt::format("{:.0f} B", bytes) : fmt::format("{:.3g} {}", bytes, units[unit]);
}

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
