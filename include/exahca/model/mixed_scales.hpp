#pragma once

#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace exahca {

/// A column some of whose scores are from 0 to 1 and the others in per cent, it seems.
struct MixedScale
{
    Index column = 0;
    std::int64_t shares = 0, others = 0;    ///< scores of the one kind and of the other, those that are 0 left out
    double least_share = 0, most_share = 0; ///< of those from 0 to 1
    double least_other = 0, most_other = 0; ///< of the others
};

/// Columns of two scales: five scores or more between 0 and 1, five or more of 10 and above, none in between, and a
/// hundred times the middle one of the first kind where the others are, give or take a factor of 2. A hard benchmark in
/// per cent has scores between 1 and 10.
/// \param scores  models x benchmarks, NaN where missing
[[nodiscard]] std::vector<MixedScale> find_mixed_scales(Matrix const& scores);

/// A base model whose scores on a benchmark are in another unit than those of the others, it seems.
struct DomainScale
{
    Index column = 0;
    std::size_t domain = 0;
    double low = 0, high = 0;               ///< 5 % and 95 % points of its scores
    double others_low = 0, others_high = 0; ///< of the scores of those that are clearly apart
};

/// Base models of ten scores or more on a benchmark which there lie clearly below at least half of the others (95 %
/// point below 5 % point) and overlap with the rest, and which ten or a hundred times as large would be where those
/// are, give or take a factor of 2 (of shares with a floor at 0, a quarter of them at most, those above it); or which
/// lie around 0, as standard scores do. The others' scores are in per cent: half of them are 10 or more.
///
/// Also base models whose 95 % point is beyond 110 beside others where it is 100 at most and half of any of their 5 %
/// points or less: those of the two kinds that are fewer, or the ones beyond.
///
/// \param scores   models x benchmarks, NaN where missing \param domains  rows of each
[[nodiscard]] std::vector<DomainScale> find_domain_scales(Matrix const& scores,
                                                          std::span<std::vector<Index> const> domains);

/// "scores of BBH are from 0.2 to 0.6 for gemma-2-9b and from 20 to 60 for the others: ...", without full stop.
[[nodiscard]] std::string describe(DomainScale const& scale, std::string const& benchmark, std::string const& domain);

} // namespace exahca
