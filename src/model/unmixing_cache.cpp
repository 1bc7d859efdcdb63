#include "exahca/model/unmixing_cache.hpp"

#include <algorithm>
#include <utility>

namespace exahca {
namespace {

std::size_t bytes_of(Matrix const& matrix) { return static_cast<std::size_t>(matrix.size()) * sizeof(double); }

// Bit by bit but for the sign of zeros; NaN is never the same, and computed anew.
bool same(Matrix const& a, Matrix const& b)
{
    return a.rows() == b.rows() && a.cols() == b.cols() && (a.array() == b.array()).all();
}

bool same(UnmixingOptions const& a, UnmixingOptions const& b)
{
    return a.factors == b.factors && a.ica.contrast == b.ica.contrast && a.ica.decorrelation == b.ica.decorrelation &&
           a.ica.tolerance == b.ica.tolerance && a.ica.max_iterations == b.ica.max_iterations &&
           a.ica.restarts == b.ica.restarts; // all members but a given start, which is not remembered
}

} // namespace

DomainUnmixing UnmixingCache::unmix(Matrix const& scores, UnmixingOptions const& options, RandomKey const& key)
{
    if (options.ica.start) return unmix_domain(scores, options, key);
    auto const known = std::find_if(entries_.begin(), entries_.end(), [&](Entry const& entry) {
        return entry.name == key.name && entry.purpose == key.purpose && entry.key.seed == key.seed &&
               entry.key.replicate == key.replicate && entry.key.content == key.content &&
               same(entry.options, options) && same(entry.scores, scores);
    });
    if (known != entries_.end()) {
        entries_.splice(entries_.begin(), entries_, known);
        return known->found;
    }
    ++computed_;
    auto found = unmix_domain(scores, options, key);
    // What would push out everything else is not kept.
    if (bytes_of(scores) > most_bytes_) return found;
    bytes_ += bytes_of(scores);
    // What was not used for longest makes room.
    for (; bytes_ > most_bytes_; entries_.pop_back()) bytes_ -= bytes_of(entries_.back().scores);
    entries_.push_front({scores,
                         options,
                         {key.seed, {}, key.replicate, {}, key.content},
                         std::string(key.purpose),
                         std::string(key.name),
                         found});
    return found;
}

} // namespace exahca
