#pragma once

#include "exahca/report/summary.hpp"

#include <cstddef>
#include <vector>

namespace exahca {

/// One arrow of a domain's causal graph.
struct CausalEdge
{
    std::size_t cause = 0, effect = 0; ///< factors, from 0, cause < effect
    double weight = 0;
    double low = 0, high = 0; ///< NaN without agreeing replicates
    bool clear = false;       ///< an interval is known and does not hold zero
};

/// All pairs of factors, by cause and then effect.
[[nodiscard]] std::vector<CausalEdge> causal_edges(DomainSummary const& domain);

} // namespace exahca
