#include "means_and_sums.hpp"

#include "exahca/model/column_hints.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

namespace exahca::detail {
namespace {

/// Share of a standard deviation below which a sum of means counts as no constant.
constexpr double no_constant = 0.1;

/// Columns of which every subset is tried; of more only all others together.
constexpr Index most_columns_for_subsets = 12;

/// The decimal step that all values are multiples of: 100, 10, 1, 0.1 .. 1e-6; 0 where they are of none.
double step_of(Vector const& values)
{
    for (double step = 100; step > 5e-7; step /= 10) {
        auto const is_multiple_of = [step](double value) {
            double const count = value / step;
            // Decimal fractions are not exact in binary.
            return std::abs(count - std::round(count)) <= 1e-6;
        };
        if (std::all_of(values.begin(), values.end(), is_multiple_of)) return step;
    }
    return 0;
}

/// Whether rounding of these columns, or cutting off the decimals of the first, explains row by row all that the sum
/// leaves of it.
bool is_rounded(Matrix const& scores, RoundedSum const& sum)
{
    bool rounded = true, cut_off = true;
    for (Index i = 0; i < scores.rows() && (rounded || cut_off); ++i) { // a wrong subset fails on the first rows
        double total = 0;
        for (Index const other : sum.others) total += scores(i, other);
        // Rounded to nearest the column is off by half a step, cut off it is up to a step too low; rounding of the
        // others comes to both.
        double const left = scores(i, sum.column) - sum.weight * total;
        rounded = rounded && std::abs(left) <= 0.5 * sum.step + sum.slack;
        cut_off = cut_off && left <= sum.slack && left >= -sum.step - sum.slack;
    }
    return rounded || cut_off;
}

/// What a column may be of so many others, and with what weight each.
std::array<std::pair<ColumnDefectKind, double>, 2> kinds(Index others)
{
    return {std::pair{ColumnDefectKind::mean, 1 / static_cast<double>(others)}, std::pair{ColumnDefectKind::sum, 1.0}};
}

} // namespace

bool is_multiple(PooledRows const& pooled, Index column, std::vector<Index> const& others, double weight,
                 double tolerance)
{
    double const deviation = pooled.rows.col(column).norm();
    auto const left = [&](Matrix const& from, Index row) {
        double total = 0;
        for (Index const other : others) total += from(row, other);
        return from(row, column) - weight * total;
    };
    // Rows are about their means, so a constant would be seen in the means alone: it has to be small in every domain.
    double const most = no_constant * deviation / std::sqrt(static_cast<double>(pooled.rows.rows()));
    for (Index k = 0; k < pooled.means.rows(); ++k)
        if (!(std::abs(left(pooled.means, k)) <= most)) return false;
    double squares = 0; // of what is no multiple the first rows leave more than all rows may
    for (Index i = 0; i < pooled.rows.rows() && squares <= std::pow(tolerance * deviation, 2); ++i)
        squares += std::pow(left(pooled.rows, i), 2);
    return squares <= std::pow(tolerance * deviation, 2);
}

MeansAndSums::MeansAndSums(PooledRows const& pooled, bool of_some) : pooled_(pooled), of_some_(of_some)
{
    for (auto const& column : pooled.scores.colwise()) {
        steps_.push_back(column.allFinite() ? step_of(column) : 0);
        largest_.push_back(column.cwiseAbs().maxCoeff());
    }
    scales_.assign(steps_.size(), 0);
    auto const scales = group_by_scale(pooled.scores);
    for (std::size_t i = 0; i < scales.size(); ++i)
        for (Index const column : scales[i].columns) scales_[static_cast<std::size_t>(column)] = i + 1;
}

// Of all others first, then of some of them.
std::optional<ColumnDefect> MeansAndSums::find(std::vector<Index> const& columns) const
{
    auto const count = std::ssize(columns);
    for (Index i = count; i-- > 0 && count > 2;) {
        Index const chosen = columns[static_cast<std::size_t>(i)];
        auto others = columns;
        std::erase(others, chosen);
        // The last column first: averages usually stand behind what they average.
        for (auto const& [kind, weight] : kinds(count - 1))
            if (is_of_all(chosen, others, weight)) return ColumnDefect{kind, chosen, others, {}};
    }
    if (auto defect = find_on_scale(columns)) return defect;
    if (!of_some_ || count > most_columns_for_subsets) return std::nullopt;
    for (Index i = count; i-- > 0;)
        if (auto defect = find_of_some(columns, i)) return defect;
    return std::nullopt;
}

std::optional<ColumnDefect> MeansAndSums::find_of(Index column, std::vector<Index> const& others) const
{
    for (auto const& [kind, weight] : kinds(std::ssize(others)))
        if (is_multiple(pooled_, column, others, weight, dependence_tolerance) || is_of_some(column, others, weight))
            return ColumnDefect{kind, column, others, {}};
    return std::nullopt;
}

// Counts, costs and ratings beside scores in per cent have no part in their mean.
std::optional<ColumnDefect> MeansAndSums::find_on_scale(std::vector<Index> const& columns) const
{
    for (auto i = std::ssize(columns); i-- > 0;) {
        Index const chosen = columns[static_cast<std::size_t>(i)];
        auto const scale = scales_[static_cast<std::size_t>(chosen)];
        std::vector<Index> others;
        for (Index const other : columns)
            if (other != chosen && scales_[static_cast<std::size_t>(other)] == scale) others.push_back(other);
        if (others.size() < 2 || others.size() + 1 == columns.size()) continue; // all of them were tried
        if (auto defect = find_of(chosen, others)) return defect;
    }
    return std::nullopt;
}

std::optional<ColumnDefect> MeansAndSums::find_of_some(std::vector<Index> const& columns, Index place) const
{
    Index const chosen = columns[static_cast<std::size_t>(place)];
    auto candidates = columns;
    std::erase(candidates, chosen);
    std::optional<ColumnDefect> best;
    // Each bit is one candidate. All of them together have been tried by `find`. The largest set that fits is taken,
    // of equal ones the first.
    for (unsigned set = 0; set < 1U << candidates.size(); ++set) {
        auto const size = std::popcount(set);
        if (size < 2 || size == std::ssize(candidates) || (best && size <= std::ssize(best->others))) continue;
        std::vector<Index> others;
        for (auto const& [kind, weight] : kinds(size)) {
            if (!may_be_of_some(chosen, candidates, set, weight)) continue;
            if (others.empty())
                for (std::size_t j = 0; j < candidates.size(); ++j)
                    if ((set >> j & 1U) != 0) others.push_back(candidates[j]);
            if (is_of_some(chosen, others, weight)) best = ColumnDefect{kind, chosen, others, {}};
        }
    }
    return best;
}

bool MeansAndSums::may_be_of_some(Index column, std::vector<Index> const& candidates, unsigned set, double weight) const
{
    double total = 0, slack = 0;
    for (std::size_t j = 0; j < candidates.size(); ++j)
        if ((set >> j & 1U) != 0) {
            total += pooled_.scores(0, candidates[j]);
            slack += 0.5 * weight * steps_[static_cast<std::size_t>(candidates[j])];
        }
    auto const own = static_cast<std::size_t>(column);
    return std::abs(pooled_.scores(0, column) - weight * total) <= steps_[own] + slack + 1e-9 * largest_[own];
}

RoundedSum MeansAndSums::sum_of(Index column, std::vector<Index> const& others, double weight) const
{
    RoundedSum sum{column, others, weight, steps_[static_cast<std::size_t>(column)],
                   1e-9 * largest_[static_cast<std::size_t>(column)]};
    for (Index const other : others) sum.slack += 0.5 * weight * steps_[static_cast<std::size_t>(other)];
    return sum;
}

bool MeansAndSums::is_of_all(Index column, std::vector<Index> const& others, double weight) const
{
    return is_multiple(pooled_, column, others, weight, dependence_tolerance) ||
           is_rounded(pooled_.scores, sum_of(column, others, weight));
}

bool MeansAndSums::is_of_some(Index column, std::vector<Index> const& others, double weight) const
{
    auto const sum = sum_of(column, others, weight);
    double const deviation = pooled_.rows.col(column).norm() / std::sqrt(static_cast<double>(pooled_.rows.rows()));
    // Rounding must be fine against the spread: within coarse steps chance makes some subset fit.
    return 2 * (0.5 * sum.step + sum.slack) <= deviation && is_rounded(pooled_.scores, sum);
}

} // namespace exahca::detail
