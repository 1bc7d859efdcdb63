#pragma once

#include "exahca/numerics/matrix.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace exahca {

/// Which rows have a total of at least `threshold` times the median total of all of them (method.md, section 5, step
/// 1): collapsed models say nothing about capabilities, and a handful of them decides orders. Ascending row numbers.
///
/// The median of an even number is the mean of the middle two. A threshold of 0 keeps all rows, negative totals
/// included. \param scores  n x d, n >= 1 \throws UsageError  when the threshold is outside 0 .. 1
[[nodiscard]] std::vector<std::int64_t> rows_that_pass(Matrix const& scores, double threshold);

/// The median of the rows' totals. \param scores  n x d, n >= 1
[[nodiscard]] double median_total(Matrix const& scores);

/// Which rows have no missing score (NaN). Ascending row numbers.
[[nodiscard]] std::vector<std::int64_t> complete_rows(Matrix const& scores);

/// Some rows of a matrix, in the order given; rows may repeat.
[[nodiscard]] Matrix gather_rows(Matrix const& matrix, std::span<std::int64_t const> rows);

} // namespace exahca
