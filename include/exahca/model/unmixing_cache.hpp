#pragma once

#include "exahca/core/random.hpp"
#include "exahca/model/published_unmixing.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>

namespace exahca {

/// Remembers what unmix_domain has found: of thousands of sets of base models, each base model stands in hundreds.
///
/// A pure function of the same arguments, scores bit by bit, is not computed again; results are the same with any
/// cache.
class UnmixingCache
{
public:
    /// \param most_bytes  of scores that are kept for comparison; what was not used for longest makes room
    explicit UnmixingCache(std::size_t most_bytes = std::size_t{32} << 20) : most_bytes_(most_bytes) {}

    /// As unmix_domain, and throws what that throws; failures are not remembered, nor results
    /// from given starts.
    [[nodiscard]] DomainUnmixing unmix(Matrix const& scores, UnmixingOptions const& options, RandomKey const& key);

    [[nodiscard]] std::int64_t computed() const { return computed_; } ///< unmixings that were not at hand

private:
    struct Entry
    {
        Matrix scores;
        UnmixingOptions options;
        RandomKey key; ///< but for its texts
        std::string purpose, name;
        DomainUnmixing found;
    };

    std::size_t most_bytes_, bytes_ = 0;
    std::int64_t computed_ = 0;
    std::list<Entry> entries_; ///< the last used first
};

} // namespace exahca
