#include "exahca/core/hash_text.hpp"

#include <fmt/format.h>
#include <xxhash.h>

namespace exahca {

std::string hash128_text(std::string_view bytes)
{
    auto const hash = XXH3_128bits(bytes.data(), bytes.size());
    return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

} // namespace exahca
