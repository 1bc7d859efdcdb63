#pragma once

#include "exahca/model/score_matrix.hpp"

#include <span>

namespace exahca {

/// What screening did to one domain.
struct ScreeningCount
{
    std::string domain;
    std::int64_t models = 0;  ///< before
    std::int64_t dropped = 0; ///< of them
    double median_total = 0;  ///< of the sums over benchmarks, in score points

    [[nodiscard]] double dropped_share() const
    {
        return models == 0 ? 0 : static_cast<double>(dropped) / static_cast<double>(models);
    }
};

/// A share of dropped models above which the user is warned.
inline constexpr double screening_warning_share = 0.1;

/// Which rows have a total of at least `threshold` times the median total of all of them (method.md, section 5, step
/// 1): collapsed models say nothing about capabilities, and a handful of them decides orders. Ascending row numbers.
///
/// The median of an even number is the mean of the middle two. A threshold of 0 keeps all rows, negative totals
/// included. \param scores  n x d, n >= 1 \throws UsageError  when the threshold is outside 0 .. 1
[[nodiscard]] std::vector<std::int64_t> rows_that_pass(Matrix const& scores, double threshold);

/// The median of the rows' totals. \param scores  n x d, n >= 1
[[nodiscard]] double median_total(Matrix const& scores);

/// Screens every domain in place by its own median.
[[nodiscard]] std::vector<ScreeningCount> screen(std::span<Domain> domains, double threshold);

/// Some rows of a matrix, in the order given; rows may repeat.
[[nodiscard]] Matrix gather_rows(Matrix const& matrix, std::span<std::int64_t const> rows);

} // namespace exahca
