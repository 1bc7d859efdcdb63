#include "exahca/model/flag_order.hpp"

#include "exahca/core/check.hpp"
#include "exahca/numerics/principal_angles.hpp"

#include <Eigen/QR>
#include <limits>

namespace exahca {
namespace {

/// One column for each row of a square matrix of costs, none twice, of least sum.
///
/// Shortest augmenting paths with dual prices: rows enter one by one, and each takes the cheapest chain of changes that
/// gives it a column, costs being counted above the prices `row_price` and `column_price`. Order m^3.
class Assignment
{
public:
    explicit Assignment(Matrix const& cost)
        : cost_(cost), row_price_(Vector::Zero(cost.rows())), column_price_(Vector::Zero(cost.rows())),
          row_of_column_(static_cast<std::size_t>(cost.rows()), none)
    {
        for (Index row = 0; row < cost.rows(); ++row) add(row);
    }

    [[nodiscard]] Index row_of(Index column) const { return row_of_column_[static_cast<std::size_t>(column)]; }

private:
    static constexpr Index none = -1;

    void add(Index new_row)
    {
        Index const n = cost_.rows();
        // Distances from the new row to all columns, and the column from which each was reached.
        Vector distance = Vector::Constant(n, std::numeric_limits<double>::infinity());
        std::vector<Index> reached_from(static_cast<std::size_t>(n), none);
        std::vector<bool> visited(static_cast<std::size_t>(n), false);
        Index row = new_row, column = none;
        double walked = 0;
        do {
            for (Index j = 0; j < n; ++j) {
                // Reduced costs: not negative, and 0 along the present assignment.
                if (visited[static_cast<std::size_t>(j)]) continue;
                double const length = walked + cost_(row, j) - row_price_[row] - column_price_[j];
                if (length < distance[j]) {
                    distance[j] = length;
                    reached_from[static_cast<std::size_t>(j)] = column;
                }
            }
            column = none; // the nearest column not yet visited, ties to the first
            for (Index j = 0; j < n; ++j)
                if (!visited[static_cast<std::size_t>(j)] && (column == none || distance[j] < distance[column]))
                    column = j;
            visited[static_cast<std::size_t>(column)] = true;
            walked = distance[column];
            row = row_of(column);
        } while (row != none);

        // Prices move so that chains within the assignment cost nothing again and none is a bargain.
        row_price_[new_row] += walked;
        for (Index j = 0; j < n; ++j) {
            if (!visited[static_cast<std::size_t>(j)] || j == column) continue;
            column_price_[j] -= walked - distance[j];
            row_price_[row_of(j)] += walked - distance[j];
        }
        while (column != none) { // every row on the chain takes the column that it reached
            Index const before = reached_from[static_cast<std::size_t>(column)];
            row_of_column_[static_cast<std::size_t>(column)] = before == none ? new_row : row_of(before);
            column = before;
        }
    }

    Matrix const& cost_;
    // Dual prices: cost - row_price - column_price is 0 for assigned pairs and nowhere below 0 but for rounding.
    Vector row_price_, column_price_;
    std::vector<Index> row_of_column_; // none: not assigned yet
};

} // namespace

Matrix level_losses(Matrix const& unmixing, Matrix const& flag)
{
    EXAHCA_EXPECT(unmixing.rows() == flag.rows() && unmixing.cols() == flag.cols());
    Index const m = flag.rows();
    // Only the spans of the last rows count, so any basis of them gives the same losses.
    Matrix const h = orthonormal_rows_from_last(flag);
    Matrix const inverse = Eigen::CompleteOrthogonalDecomposition<Matrix>(unmixing).pseudoInverse();
    Matrix losses(m, m);
    for (Index level = 0; level < m; ++level) {
        // What level `level` + 1 may use: the rows of H from it on.
        auto const span = h.bottomRows(m - level);
        Matrix const c = unmixing * span.transpose() * span * inverse; // row a: that of C_k if a stood at this level
        for (Index a = 0; a < m; ++a) {
            double const length = c.row(a).squaredNorm();
            // 1 - J_a^2/|J|^2; a row that lies outside of the span is wholly inexact.
            losses(a, level) = length > 0 ? std::max(0.0, 1 - c(a, a) * c(a, a) / length) : 1;
        }
    }
    return losses;
}

CandidateOrder order_at_flag(std::span<Matrix const> unmixing, Matrix const& flag)
{
    CandidateOrder order;
    for (Matrix const& domain : unmixing) {
        Matrix const losses = level_losses(domain, flag);
        Assignment const assignment(losses);
        std::vector<int> rows;
        for (Index level = 0; level < losses.cols(); ++level)
            rows.push_back(static_cast<int>(assignment.row_of(level)));
        order.rows.push_back(std::move(rows));
    }
    return order;
}

} // namespace exahca
