#pragma once

#include "exahca/numerics/matrix.hpp"

#include <span>
#include <vector>

namespace exahca {

/// How the domains' inexactness coefficients IC_k become one number (method.md, section 3).
enum class Objective {
    mic,        ///< the largest IC_k
    mean,       ///< the plain mean of IC_k
    n_weighted, ///< the mean with weights n_k / N; rows of the stack weighted by sqrt(n_k) as well
    /// The same of a *flag*, to which every domain takes the permutation of its rows that suits it (search_flags),
    /// instead of an order, to which the flag is fitted.
    flag_max,
    flag_mean,
    flag_n_weighted,
};
[[nodiscard]] bool is_of_flags(Objective objective);
/// The objective of orders that combines coefficients in the same way: mic, mean or n_weighted.
[[nodiscard]] Objective combining(Objective objective);

/// K unmixing matrices and an objective, checked and brought into the form in which orders are fitted.
///
/// When all rows together span less than the whole score space, everything is expressed in an orthonormal basis of that
/// span: inexactness does not change and the matrices get narrower.
class OrderProblem
{
public:
    /// \param unmixing  K >= 1 matrices m x d of full row rank, 1 <= m <= d, m <= 64
    /// \param objective  one of flags counts as combining(objective)
    /// \param sizes     n_k > 0, one per domain; needed for weighted objectives, otherwise unused and may be empty
    /// \throws InvalidInput  when shapes differ, a value is not finite, a matrix lacks full row rank (smallest singular
    ///         value of its rows, scaled to unit length, below 1e-10 of the largest), or sizes are missing or not
    ///         positive
    OrderProblem(std::span<Matrix const> unmixing, Objective objective, std::span<double const> sizes = {});

    [[nodiscard]] Objective objective() const { return objective_; }
    [[nodiscard]] int domains() const { return domains_; }       ///< K
    [[nodiscard]] int factors() const { return factors_; }       ///< m
    [[nodiscard]] int dimension() const { return dimension_; }   ///< of the span of all rows, m <= dimension <= d
    [[nodiscard]] Matrix const& basis() const { return basis_; } ///< d x dimension, orthonormal columns
    /// Weights of the rows in the stack: 1, or n_k / mean of n. K values.
    [[nodiscard]] std::span<double const> stack_weights() const { return stack_weights_; }
    /// Weights of IC_k in the two mean objectives; they add up to 1. K values.
    [[nodiscard]] std::span<double const> shares() const { return shares_; }

    /// Row a of domain k in the basis: `dimension` values.
    [[nodiscard]] double const* row(int k, int a) const { return rows_.data() + offset(k, a); }
    /// Column j of the pseudo-inverse of domain k's matrix, in the basis: `dimension` values.
    [[nodiscard]] double const* inverse_column(int k, int j) const { return inverses_.data() + offset(k, j); }

    /// The objective of partial coefficients. \param sums  K sums over levels of inexactness
    [[nodiscard]] double value(double const* sums) const;

private:
    [[nodiscard]] std::size_t offset(int k, int a) const
    {
        return (static_cast<std::size_t>(k) * static_cast<std::size_t>(factors_) + static_cast<std::size_t>(a)) *
               static_cast<std::size_t>(dimension_);
    }
    void set_weights(std::span<double const> sizes);
    void find_basis(std::span<Matrix const> unmixing);

    Objective objective_;
    int domains_ = 0;
    int factors_ = 0;
    int dimension_ = 0;
    Matrix basis_;
    std::vector<double> stack_weights_;
    std::vector<double> shares_;
    std::vector<double> rows_;
    std::vector<double> inverses_;
};

} // namespace exahca
