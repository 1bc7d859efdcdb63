#pragma once

#include "exahca/model/candidate_order.hpp"
#include "exahca/model/order_problem.hpp"

#include <span>
#include <vector>

namespace exahca {

/// One candidate order fitted to the domains' unmixing matrices.
///
/// Rows and columns of the m x m matrices are levels, level 1 first. Source: method.md, section 3.
struct LinearSem
{
    CandidateOrder order;
    Matrix unmixing;               ///< H, m x d, orthonormal rows, the largest entry of each positive
    std::vector<Matrix> triangles; ///< B_k, m x m upper triangular: upper triangle of M_k H', rows in the order
    std::vector<Matrix> exactness; ///< C_k = B_k H M_k^+, m x m; the identity when the domain fits exactly
    Matrix level_inexactness;      ///< m x K, each 0 to 1
    Vector inexactness;            ///< IC_k, K values, each 0 to 1
    double value = 0;              ///< the objective that was fitted, from the same routine as in the search
};

/// An order read causally: factor 1 first, that is, level m first.
///
/// Source: method.md, section 3.
struct CausalReading
{
    Matrix loadings;             ///< G = H' with columns reversed, d x m, in score points per unit of z
    std::vector<Matrix> mixing;  ///< W_k, m x m lower triangular, z = W_k e
    std::vector<Matrix> weights; ///< A_k = I - diag(W_k) W_k^-1, strictly lower triangular, effect x cause
};

/// Fits one order.
///
/// \throws InvalidInput  when `order` is no candidate order of the problem
[[nodiscard]] LinearSem fit_linear_sem(OrderProblem const& problem, std::span<Matrix const> unmixing,
                                       CandidateOrder const& order);

/// The same from the matrices alone; see OrderProblem for shapes, sizes and errors.
[[nodiscard]] LinearSem fit_linear_sem(std::span<Matrix const> unmixing, CandidateOrder const& order,
                                       Objective objective = Objective::mic, std::span<double const> sizes = {});

/// \param unmixing  H, m x d
/// \param triangles  B_k, m x m, upper triangular with a diagonal that is nowhere zero
/// \throws NumericalFailure  when a B_k is singular
[[nodiscard]] CausalReading read_causally(Matrix const& unmixing, std::span<Matrix const> triangles);

/// Values of one order by the canonical routine: IC_k and their objective, bit for bit those that a search returns.
struct OrderValue
{
    double value = 0;
    std::vector<double> inexactness; ///< IC_k
};
[[nodiscard]] OrderValue evaluate_order(OrderProblem const& problem, CandidateOrder const& order);

} // namespace exahca
