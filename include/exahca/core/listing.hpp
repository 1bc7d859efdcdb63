#pragma once

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <span>
#include <string>

namespace exahca {

/// "a", "a and b", "a, b and c"; of more than `most` the first of them and how many there are beyond. Empty of nothing.
[[nodiscard]] inline std::string listed(std::span<std::string const> parts, std::size_t most = 8)
{
    if (parts.empty()) return {};
    if (parts.size() > most)
        return fmt::format("{} and {} more", fmt::join(parts.first(most), ", "), parts.size() - most);
    if (parts.size() == 1) return parts.front();
    return fmt::format("{} and {}", fmt::join(parts.first(parts.size() - 1), ", "), parts.back());
}

} // namespace exahca
