#include "exahca/model/screening.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {

double median_total(Matrix const& scores)
{
    EXAHCA_EXPECT(scores.rows() >= 1);
    Vector totals = scores.rowwise().sum();
    auto const middle = totals.begin() + totals.size() / 2;
    std::nth_element(totals.begin(), middle, totals.end());
    if (totals.size() % 2 == 1) return *middle;
    return 0.5 * (*std::max_element(totals.begin(), middle) + *middle);
}

std::vector<std::int64_t> rows_that_pass(Matrix const& scores, double threshold)
{
    if (!(threshold >= 0 && threshold <= 1))
        throw UsageError(fmt::format("the screening threshold is {}", threshold), "it is a share of the median total",
                         "use a number from 0 to 1, or off");
    std::vector<std::int64_t> rows;
    double const least = threshold * median_total(scores);
    for (Index i = 0; i < scores.rows(); ++i)
        if (threshold == 0 || scores.row(i).sum() >= least) rows.push_back(i);
    return rows;
}

std::vector<std::int64_t> complete_rows(Matrix const& scores)
{
    std::vector<std::int64_t> rows;
    for (Index i = 0; i < scores.rows(); ++i)
        if (!scores.row(i).hasNaN()) rows.push_back(i);
    return rows;
}

Matrix gather_rows(Matrix const& matrix, std::span<std::int64_t const> rows)
{
    Matrix gathered(static_cast<Index>(rows.size()), matrix.cols());
    for (Index j = 0; j < matrix.cols(); ++j)
        for (std::size_t i = 0; i < rows.size(); ++i) gathered(static_cast<Index>(i), j) = matrix(rows[i], j);
    return gathered;
}

} // namespace exahca
