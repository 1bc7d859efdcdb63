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
/// included. Totals, and so the answer, depend on the benchmarks' units. A row that misses scores is compared, on the
/// benchmarks that it has, with the sum of their medians.
/// \param scores  n x d, n >= 1, NaN where missing
/// \throws UsageError  when the threshold is outside 0 .. 1
[[nodiscard]] std::vector<std::int64_t> rows_that_pass(Matrix const& scores, double threshold);

/// Which rows do not stand out from the others towards low scores. Ascending row numbers. A benchmark times a positive
/// constant, or plus any constant, changes nothing.
///
/// Scores are standardised by the median and the median absolute deviation of their benchmark (where more than half are
/// equal, by that of the others), R is the correlation of these, each cut at 2 and taken over the rows that have both
/// benchmarks, shrunk by a tenth towards independence. A row with standardised scores z on the benchmarks O that it has
/// stands out when both hold:
///
///     sum z / sqrt(1' R_OO 1)  is more than 2 deviations below its median over the rows: low on average
///     the cube root of z' R_OO^-1 z / |O|  (normal by Wilson and Hilferty) is more than 3 above: in an unusual way
///
/// deviations being median absolute ones times 1.4826 again. Among fewer rows than 2 d, or without spread, none does.
/// Source: docs/noise.md, Screening.
/// \param scores  n x d, NaN where missing
[[nodiscard]] std::vector<std::int64_t> rows_that_fit(Matrix const& scores);

/// Ratio of a row's total to what is usual: the median total or, where it misses scores, the sum of the medians of the
/// benchmarks that it has. \param scores  n x d, NaN where missing
[[nodiscard]] std::vector<double> relative_totals(Matrix const& scores);

/// The median of the totals of the rows without a missing score; NaN without such rows. \param scores  n x d
[[nodiscard]] double median_total(Matrix const& scores);

/// Which rows have no missing score (NaN). Ascending row numbers.
[[nodiscard]] std::vector<std::int64_t> complete_rows(Matrix const& scores);

/// Some rows of a matrix, in the order given; rows may repeat.
[[nodiscard]] Matrix gather_rows(Matrix const& matrix, std::span<std::int64_t const> rows);

} // namespace exahca
