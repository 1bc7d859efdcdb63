#pragma once

#include "exahca/numerics/matrix.hpp"

#include <cstdint>
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

} // namespace exahca
