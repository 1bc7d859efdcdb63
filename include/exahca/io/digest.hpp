#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// What the trailer of a file says about the bytes before it (docs/file_format.md, "Trailer").
enum class DigestOutcome {
    ok,        ///< there is a trailer and it fits
    missing,   ///< whole as far as HDF5 can tell, but without a trailer: not written by exahca
    mismatch,  ///< the bytes are not those that were written
    truncated, ///< the end is cut off
};

/// Digest of `content` in hexadecimal: XXH3, 128 bits.
[[nodiscard]] std::string digest_of(std::span<std::byte const> content);

/// The trailer that belongs behind `content`.
[[nodiscard]] std::vector<std::byte> make_trailer(std::span<std::byte const> content);

/// The same for content that comes in pieces. \param next  the next piece; an empty one at the end
[[nodiscard]] std::vector<std::byte> make_trailer(std::function<std::span<std::byte const>()> const& next);

/// Judges a whole file in memory, without HDF5.
[[nodiscard]] DigestOutcome verify_digest(std::span<std::byte const> file);

/// Judges a file. \throws InvalidInput  when it cannot be read
[[nodiscard]] DigestOutcome verify_digest(std::string const& path);

} // namespace exahca
