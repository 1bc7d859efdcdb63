#include "exahca/io/digest.hpp"

#include "exahca/core/hash_text.hpp"
#include "io/file_bytes.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <new>
#include <optional>
#include <string_view>
#include <xxhash.h>

namespace exahca {
namespace {

constexpr std::string_view magic = "\nEXAHCA-XXH3-128"; // 16 characters
constexpr std::size_t trailer_size = 16 + 8 + 16;       // magic, number of bytes before it, digest
constexpr std::string_view hdf5_signature = "\x89HDF\r\n\x1a\n";

using Digest = std::array<unsigned char, 16>;

Digest as_bytes(XXH128_hash_t hash)
{
    XXH128_canonical_t canonical;
    ::XXH128_canonicalFromHash(&canonical, hash);
    Digest digest;
    std::copy(std::begin(canonical.digest), std::end(canonical.digest), digest.begin());
    return digest;
}

Digest digest_bytes(std::span<std::byte const> content)
{
    return as_bytes(::XXH3_128bits(content.data(), content.size()));
}

std::vector<std::byte> trailer_of(std::uint64_t size, Digest const& digest)
{
    std::vector<std::byte> trailer(trailer_size);
    std::memcpy(trailer.data(), magic.data(), magic.size());
    for (std::size_t i = 0; i < 8; ++i) trailer[16 + i] = static_cast<std::byte>(size >> (8 * i) & 0xff);
    std::memcpy(trailer.data() + 24, digest.data(), digest.size());
    return trailer;
}

bool begins_with(std::span<std::byte const> bytes, std::string_view text)
{
    return bytes.size() >= text.size() && std::memcmp(bytes.data(), text.data(), text.size()) == 0;
}

std::uint64_t little_endian(std::span<std::byte const> bytes)
{
    std::uint64_t value = 0;
    for (std::size_t i = bytes.size(); i-- > 0;) value = value << 8 | std::to_integer<std::uint64_t>(bytes[i]);
    return value;
}

/// Where HDF5 believes that its data end, from the superblock: the field's place depends on the superblock's version.
/// Nothing when this is no HDF5 file, or one with a user block, an address size other than 8 or an unknown version.
std::optional<std::uint64_t> hdf5_end(std::span<std::byte const> file)
{
    if (!begins_with(file, hdf5_signature) || file.size() < 48) return {};
    auto const version = std::to_integer<int>(file[8]);
    std::size_t const place = version == 0 ? 40 : version == 1 ? 44 : version <= 3 ? 28 : 0;
    std::size_t const address_size = std::to_integer<std::size_t>(file[version <= 1 ? 13 : 9]);
    if (place == 0 || address_size != 8 || file.size() < place + 8) return {};
    return little_endian(file.subspan(place, 8));
}

/// Versions 2 and 3 alone are ours; older ones may have bytes behind their end for reasons of their own.
bool may_be_ours(std::span<std::byte const> file)
{
    return begins_with(file, hdf5_signature) && file.size() > 8 && std::to_integer<int>(file[8]) >= 2;
}

} // namespace

std::string digest_of(std::span<std::byte const> content)
{
    return hash128_text({reinterpret_cast<char const*>(content.data()), content.size()});
}

std::vector<std::byte> make_trailer(std::span<std::byte const> content)
{
    return trailer_of(content.size(), digest_bytes(content));
}

std::vector<std::byte> make_trailer(std::function<std::span<std::byte const>()> const& next)
{
    std::unique_ptr<XXH3_state_t, XXH_errorcode (*)(XXH3_state_t*)> const state(::XXH3_createState(), ::XXH3_freeState);
    if (!state || ::XXH3_128bits_reset(state.get()) != XXH_OK) throw std::bad_alloc();
    std::uint64_t size = 0;
    for (auto piece = next(); !piece.empty(); piece = next()) {
        static_cast<void>(::XXH3_128bits_update(state.get(), piece.data(), piece.size()));
        size += piece.size();
    }
    return trailer_of(size, as_bytes(::XXH3_128bits_digest(state.get())));
}

DigestOutcome verify_digest(std::span<std::byte const> file)
{
    if (file.size() >= trailer_size) {
        auto const trailer = file.last(trailer_size);
        auto const content = file.first(file.size() - trailer_size);
        if (begins_with(trailer, magic)) {
            bool const fits = little_endian(trailer.subspan(16, 8)) == content.size() &&
                              std::memcmp(trailer.data() + 24, digest_bytes(content).data(), 16) == 0;
            return fits ? DigestOutcome::ok : DigestOutcome::mismatch;
        }
    }
    if (begins_with(file, hdf5_signature) && file.size() < 48) return DigestOutcome::truncated;
    auto const end = hdf5_end(file);
    if (!end) return DigestOutcome::missing;
    if (*end > file.size()) return DigestOutcome::truncated;
    if (*end == file.size() || !may_be_ours(file)) return DigestOutcome::missing;
    // Something stands behind the data: the beginning of a trailer was cut, anything else was changed.
    auto const rest = file.subspan(static_cast<std::size_t>(*end));
    bool const cut =
        rest.size() < trailer_size && std::memcmp(rest.data(), magic.data(), std::min(rest.size(), magic.size())) == 0;
    return cut ? DigestOutcome::truncated : DigestOutcome::mismatch;
}

DigestOutcome verify_digest(std::string const& path)
{
    auto const file = io::read_whole_file(path);
    return verify_digest(std::span<std::byte const>(file));
}

} // namespace exahca
