#pragma once

#include "exahca/model/candidate_order.hpp"
#include "exahca/numerics/matrix.hpp"

#include <span>

namespace exahca {

/// The candidate order that fits a given flag best.
///
/// At a fixed flag the inexactness of a row depends only on the row and on the span of the last rows of H that its
/// level may use (method.md, section 3), so no domain and no other row matters: each domain's permutation of least sum
/// over levels is an assignment of rows to levels, solved exactly (Kuhn 1955). The same permutations therefore give
/// the least plain mean, the least weighted mean and the least MIC that any order has at this flag.
///
/// \param unmixing  K >= 1 matrices m x d of full row rank
/// \param flag      H, m x d, full row rank: only the spans of its last 1, 2, .. m rows count
[[nodiscard]] CandidateOrder order_at_flag(std::span<Matrix const> unmixing, Matrix const& flag);

/// Inexactness of every row of one domain at every level of a fixed flag: m x m, rows of the matrix by levels, each 0
/// to 1. The entry (a, l) is that of row a, from 0, at level l + 1.
[[nodiscard]] Matrix level_losses(Matrix const& unmixing, Matrix const& flag);

} // namespace exahca
