#pragma once

#include "exahca/model/order_problem.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace exahca {

/// What one choice of rows, one for each domain, gives at one level.
struct LevelFit
{
    std::vector<double> direction;   ///< h in the quotient space, unit length
    std::vector<double> inexactness; ///< K values, each 0 to 1
    std::vector<double> sums;        ///< K sums over this level and those placed before
    double value = 0;                ///< the objective of these sums: a lower bound for every completion
};

/// The levels m .. l of a candidate order, fitted: the one routine that every value of the objective comes from.
///
/// The inexactness of a level depends on its rows and on those of the levels below it, so an order is fitted from level
/// m upwards, one row of each domain at a time. After each level the direction h just found is removed by a reflection,
/// and everything lives in the quotient space of dimension q = dimension - (levels placed):
///
///     residual r_k,a of row a, to h's placed so far        q values
///     J0_k,a = (row a - residual) M_k^+                     m values: the part of C's row that is settled
///     u_k,j, column j of M_k^+, in the quotient space       q values
///
/// With row a of domain k at the next level, h is the leading right singular vector of the stack of the chosen
/// residuals, C's row is J = J0 + (r . h) U' h, and inexactness is sum_{j != a} J_j^2 / |J|^2 (1 for J = 0).
/// Source: method.md, sections 3 and 4.
///
/// Every operation is written out and runs in a fixed order, so equal prefixes give equal bits.
class PrefixFit
{
public:
    /// Nothing placed yet. Keeps a reference to the problem.
    explicit PrefixFit(OrderProblem const& problem);

    [[nodiscard]] OrderProblem const& problem() const { return *problem_; }
    /// Level that is placed next: m at the start, 0 when the order is complete.
    [[nodiscard]] int level() const { return level_; }
    [[nodiscard]] int dimension() const { return dimension_; } ///< q
    [[nodiscard]] std::span<double const> sums() const { return sums_; }
    [[nodiscard]] double value() const { return problem_->value(sums_.data()); }
    /// Rows of domain k that are not placed yet, as bits.
    [[nodiscard]] std::uint64_t free_rows(int k) const { return free_[static_cast<std::size_t>(k)]; }

    [[nodiscard]] double const* residual(int k, int a) const { return residuals_.data() + vector_offset(k, a); }
    [[nodiscard]] double const* inverse_column(int k, int j) const { return inverses_.data() + vector_offset(k, j); }
    [[nodiscard]] double const* settled(int k, int a) const { return settled_.data() + settled_offset(k, a); }

    /// Fits the next level with row rows[k] of domain k. \pre level() >= 1 and every rows[k] is free
    void fit(std::span<std::uint8_t const> rows, LevelFit& result) const;

    /// Puts these rows at the next level. \param fit  what fit() gave for them
    void place(std::span<std::uint8_t const> rows, LevelFit const& fit);

private:
    [[nodiscard]] std::size_t vector_offset(int k, int a) const
    {
        return static_cast<std::size_t>((k * factors_ + a) * dimension_);
    }
    [[nodiscard]] std::size_t settled_offset(int k, int a) const
    {
        return static_cast<std::size_t>((k * factors_ + a) * factors_);
    }
    void find_direction(std::span<std::uint8_t const> rows, std::vector<double>& direction) const;
    [[nodiscard]] double inexactness(int k, int a, double const* direction) const;
    void reflect(std::vector<double>& vectors, double const* mirror, double scale) const;

    OrderProblem const* problem_;
    int domains_;
    int factors_;
    int level_;
    int dimension_;
    std::vector<std::uint64_t> free_;
    std::vector<double> sums_;
    std::vector<double> residuals_;
    std::vector<double> settled_;
    std::vector<double> inverses_;
};

/// The reflection that turns `direction` into plus or minus the last axis: x - scale (mirror . x) mirror.
struct Reflection
{
    std::vector<double> mirror;
    double scale = 0; ///< 2 / |mirror|^2, or 0 for the identity
};
[[nodiscard]] Reflection reflection_to_last_axis(std::span<double const> direction);

} // namespace exahca
