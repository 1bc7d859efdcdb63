#pragma once

#include <compare>
#include <cstdint>
#include <string>

namespace exahca {

/// Version of a file's layout. A minor version adds to its major one and changes nothing that was there, so readers of
/// a major version open all its minor ones.
struct FormatVersion
{
    std::int64_t major;
    std::int64_t minor;

    friend constexpr auto operator<=>(FormatVersion const&, FormatVersion const&) = default;
};

/// "2.0"
[[nodiscard]] std::string to_string(FormatVersion version);

} // namespace exahca
