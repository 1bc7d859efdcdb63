#pragma once

#include "exahca/read/summary.hpp"

#include <cstddef>
#include <string_view>
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

/// Percentiles of fewer agreeing replicates than this are no interval: the 5th and 95th would be the extremes.
inline constexpr std::int64_t fewest_for_interval = 20;

/// What such intervals held in simulations (docs/accuracy.md), to stand beside every mention of them; that it was not
/// measured, where this estimator and likelihood were not.
[[nodiscard]] std::string_view coverage_note(SettingSummary const& setting);

/// Resamples that share the estimate's flag, over which intervals are taken; 0 without resamples.
[[nodiscard]] std::int64_t agreeing_resamples(SettingSummary const& setting);

/// All pairs of factors, by cause and then effect. Intervals of too few replicates are left out.
[[nodiscard]] std::vector<CausalEdge> causal_edges(DomainSummary const& domain);

} // namespace exahca
