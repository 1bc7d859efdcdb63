#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace exahca {

/// 64-bit XXH3 hash of some bytes: part of keys of random streams and of fingerprints.
[[nodiscard]] std::uint64_t hash64(std::string_view bytes, std::uint64_t seed = 0);

/// What a stream of random numbers is for. Two streams with different keys are independent.
///
/// A key names content, never the position of a setting or task: settings are compared on the same resamples, and
/// adding replicates or settings changes none of the others.
struct RandomKey
{
    std::uint64_t seed = 1;   ///< the user's --seed
    std::string_view purpose; ///< "bootstrap", "restart", "placebo-rotation", ...
    std::uint64_t replicate = 0;
    std::string_view name;     ///< the domain's name, or empty
    std::uint64_t content = 0; ///< further content: a restart's number, a hash of names
};

/// Counter-based random numbers: Philox 4x64-10 (Salmon et al., SC11), key (seed, hash of purpose, name and content),
/// counter (block, replicate, 0, 0).
///
/// Random123's value at counter c is NumPy's `Philox(key=..., counter=c - 1)`, so resampling can be checked in Python.
/// No distribution of the standard library is used: they differ between libraries.
class RandomStream
{
public:
    explicit RandomStream(RandomKey const& key);

    [[nodiscard]] std::uint64_t bits();
    /// Uniform in the open interval (0, 1); 53 bits.
    [[nodiscard]] double uniform();
    /// Uniform in 0 .. n-1 without bias (Lemire 2019). \pre n >= 1
    [[nodiscard]] std::uint64_t below(std::uint64_t n);
    /// Standard normal (Box and Muller).
    [[nodiscard]] double normal();
    /// Exponential of mean 1.
    [[nodiscard]] double exponential();

    /// Fills `indices` with draws with replacement from 0 .. n-1.
    void sample_with_replacement(std::uint64_t n, std::span<std::int64_t> indices);
    /// A uniformly random permutation of 0 .. n-1 (Fisher and Yates).
    [[nodiscard]] std::vector<std::int64_t> permutation(std::uint64_t n);

private:
    std::array<std::uint64_t, 2> key_;
    std::uint64_t replicate_;
    std::uint64_t block_ = 0;
    std::array<std::uint64_t, 4> buffer_{};
    int used_ = 4;
    double spare_normal_ = 0;
    bool has_spare_ = false;
};

} // namespace exahca
