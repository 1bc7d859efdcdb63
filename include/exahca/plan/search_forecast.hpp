#pragma once

#include "exahca/plan/sampling.hpp"
#include "exahca/search/order_search.hpp"

#include <cstdint>

namespace exahca {

/// What a search for orders takes, from a short look at it.
struct SearchForecast
{
    double log10_orders = 0;         ///< all candidate orders, (m!)^K
    bool proven = false;             ///< the short look was the whole search
    std::int64_t tuples_visited = 0; ///< by the short look: a lower bound of what the whole search visits
    double seconds = 0;              ///< processor time of the short look
    std::int64_t probes = 0;         ///< parts of the tree that were sampled
    Range tuples;                    ///< of the whole search
    Range core_seconds;              ///< of the whole search
    double seconds_per_tuple = 0;    ///< of effort

    /// The time of one core when a limit in tuples may end it; 0: none.
    [[nodiscard]] Range up_to(std::int64_t tuple_limit) const;
};

struct SearchPreview
{
    SearchForecast forecast;
    SearchResult found; ///< the answer, or what the short look has seen of it
};

/// Searches for at most `seconds`; where that does not end, as long again is spent on sampling the tree that is left.
///
/// Parts of the tree are followed at random, weighted by what they stand for (D. E. Knuth, Mathematics of Computation
/// 29, 1975), with the best orders of the short look as the bound. A whole search finds better ones on its way and
/// visits less; and large parts that no sample met make it visit more, so that the range is honest about sampling
/// alone. Where the time did not suffice to enumerate the tree's first level, or samples have not come to their end
/// when it is up, the range is open above.
///
/// \param options  limits are ignored, the stop flag is not \throws InvalidInput  as search_orders does
[[nodiscard]] SearchPreview preview_search(OrderProblem const& problem, SearchOptions options, double seconds);

} // namespace exahca
