#pragma once

#include <array>
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

} // namespace exahca
