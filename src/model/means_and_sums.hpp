#pragma once

#include "exahca/model/column_defects.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace exahca::detail {

/// Those rows that have all of some columns, about their domain's mean, one domain below the other.
struct PooledRows
{
    Matrix rows;   ///< of the whole table's columns; what is not among those asked for may be NaN
    Matrix scores; ///< the same, not about the mean
    Matrix means;  ///< domains with such rows x columns
};

/// Whether a column is some others times a weight, rounded, with no constant beside.
[[nodiscard]] bool is_multiple(PooledRows const& pooled, Index column, std::vector<Index> const& others, double weight,
                               double tolerance);

/// A weighted sum of columns, and what the decimals of their values hide of it.
struct RoundedSum
{
    Index column;
    std::vector<Index> const& others;
    double weight;
    double step;  ///< of the column
    double slack; ///< by which rounding of the others moves the sum, at most
};

/// Looks for columns that are the mean or the sum of others. By itself: beside the rounding of a mean least squares can
/// do without a benchmark that the others nearly give.
class MeansAndSums
{
public:
    /// \param of_some  whether those of some of the others are looked for too
    MeansAndSums(PooledRows const& pooled, bool of_some);

    /// The last such column; the mean or sum of all the others before those of all that are on its scale, and these
    /// before those of some.
    [[nodiscard]] std::optional<ColumnDefect> find(std::vector<Index> const& columns) const;
    /// Whether a column is the mean or the sum of these, and that not by the chance of coarse rounding.
    [[nodiscard]] std::optional<ColumnDefect> find_of(Index column, std::vector<Index> const& others) const;

private:
    [[nodiscard]] std::optional<ColumnDefect> find_on_scale(std::vector<Index> const& columns) const;
    /// Tries every set of at least two of the others, and takes the largest that fits.
    [[nodiscard]] std::optional<ColumnDefect> find_of_some(std::vector<Index> const& columns, Index place) const;
    /// What the first row says of a set, for next to nothing.
    [[nodiscard]] bool may_be_of_some(Index column, std::vector<Index> const& candidates, unsigned set,
                                      double weight) const;
    [[nodiscard]] RoundedSum sum_of(Index column, std::vector<Index> const& others, double weight) const;
    [[nodiscard]] bool is_of_all(Index column, std::vector<Index> const& others, double weight) const;
    /// There are many subsets, and coarse values that vary little agree with the mean of some by chance.
    [[nodiscard]] bool is_of_some(Index column, std::vector<Index> const& others, double weight) const;

    PooledRows const& pooled_;
    bool of_some_;
    std::vector<double> steps_, largest_; ///< of every column
    std::vector<std::size_t> scales_;     ///< of every column: which scale it is on, counted from 1; 0 of a constant
};

} // namespace exahca::detail
