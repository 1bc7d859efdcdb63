#include "exahca/core/random.hpp"

#include "exahca/core/check.hpp"

#include <Random123/philox.h>
#include <cmath>
#include <numbers>
#include <numeric>
#include <utility>
#include <xxhash.h>

namespace exahca {

std::uint64_t hash64(std::string_view bytes, std::uint64_t seed)
{
    return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

RandomStream::RandomStream(RandomKey const& key)
    : key_{key.seed, hash64(key.name, hash64(key.purpose, key.content))}, replicate_(key.replicate)
{
}

std::uint64_t RandomStream::bits()
{
    if (used_ == 4) {
        r123::Philox4x64::ctr_type const counter{{block_++, replicate_, 0, 0}};
        r123::Philox4x64::key_type const key{{key_[0], key_[1]}};
        auto const drawn = r123::Philox4x64{}(counter, key);
        for (std::size_t i = 0; i < 4; ++i) buffer_[i] = drawn[i];
        used_ = 0;
    }
    return buffer_[static_cast<std::size_t>(used_++)];
}

double RandomStream::uniform() { return (static_cast<double>(bits() >> 11) + 0.5) * 0x1p-53; }

std::uint64_t RandomStream::below(std::uint64_t n)
{
    EXAHCA_EXPECT(n >= 1);
    __extension__ using Wide = unsigned __int128;
    Wide product = static_cast<Wide>(bits()) * n;
    if (static_cast<std::uint64_t>(product) < n) {
        std::uint64_t const threshold = (0 - n) % n;
        while (static_cast<std::uint64_t>(product) < threshold) product = static_cast<Wide>(bits()) * n;
    }
    return static_cast<std::uint64_t>(product >> 64);
}

double RandomStream::normal()
{
    if (has_spare_) {
        has_spare_ = false;
        return spare_normal_;
    }
    double const radius = std::sqrt(-2 * std::log(uniform()));
    double const angle = 2 * std::numbers::pi * uniform();
    spare_normal_ = radius * std::sin(angle);
    has_spare_ = true;
    return radius * std::cos(angle);
}

double RandomStream::exponential() { return -std::log(uniform()); }

void RandomStream::sample_with_replacement(std::uint64_t n, std::span<std::int64_t> indices)
{
    for (auto& index : indices) index = static_cast<std::int64_t>(below(n));
}

std::vector<std::int64_t> RandomStream::permutation(std::uint64_t n)
{
    std::vector<std::int64_t> order(n);
    std::iota(order.begin(), order.end(), std::int64_t{0});
    for (std::uint64_t i = n; i > 1; --i) std::swap(order[i - 1], order[below(i)]);
    return order;
}

} // namespace exahca
