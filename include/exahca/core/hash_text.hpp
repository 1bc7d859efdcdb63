#pragma once

#include <string>
#include <string_view>

namespace exahca {

/// 128-bit XXH3 hash of some bytes as 32 hexadecimal digits, for names and fingerprints: as `xxhsum -H2` prints it.
[[nodiscard]] std::string hash128_text(std::string_view bytes);

} // namespace exahca
