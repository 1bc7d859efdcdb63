#pragma once

#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <limits>

namespace exahca {

/// What one pass over a benchmark's scores tells.
struct ColumnRange
{
    double least = std::numeric_limits<double>::infinity(); ///< of the known scores; infinity where none is known
    double most = -least;                                   ///< likewise minus infinity
    std::int64_t missing = 0;                               ///< scores that are NaN
    std::int64_t at_least = 0, at_most = 0;                 ///< scores that are equal to the one and to the other
};

/// In one pass that takes several scores at once, for a large table is looked at many times over. Of zeros of both
/// signs `least` and `most` are the first. \param scores  models x benchmarks, NaN where missing
[[nodiscard]] ColumnRange range_of(Matrix const& scores, Index column);

} // namespace exahca
