#include "exahca/numerics/whitening.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"

#include <Eigen/Eigenvalues>
#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

/// Below this share of the largest eigenvalue a direction is rounding, not data.
constexpr double rank_tolerance = 1e-12;

// \param rising  eigenvalues of the covariance, ascending
void check_rank(Moments const& moments, Vector const& rising, Index components)
{
    auto const d = rising.size();
    // Equal rows leave the rounding of their mean behind, so the size of the scores matters as well.
    auto const rounding = rank_tolerance * rank_tolerance * moments.mean.squaredNorm();
    auto const threshold = std::max(rank_tolerance * rising(d - 1), rounding);
    Index rank = 0;
    while (rank < d && rising(d - 1 - rank) > threshold) ++rank;
    if (rank < components)
        throw NumericalFailure(fmt::format("the scores vary in {} direction{} only, but {} factors are wanted", rank,
                                           rank == 1 ? "" : "s", components));
}

} // namespace

Whitened whiten(Matrix const& rows, Index components)
{
    EXAHCA_EXPECT(components >= 1 && components <= rows.cols());
    if (rows.rows() <= components)
        throw NumericalFailure(fmt::format("{} models are too few for {} factors", rows.rows(), components));
    Whitened result{moments_of(rows), {}, {}, 0, {}};
    if (!result.moments.covariance.allFinite()) throw NumericalFailure("a score is not a finite number");

    Eigen::SelfAdjointEigenSolver<Matrix> const solver(result.moments.covariance);
    if (solver.info() != Eigen::Success) throw NumericalFailure("the principal components could not be computed");
    auto const& rising = solver.eigenvalues();
    check_rank(result.moments, rising, components);

    result.variances = rising.tail(components).reverse();
    // Rounding can make eigenvalues of a singular covariance slightly negative.
    result.explained = result.variances.sum() / rising.cwiseMax(0).sum();
    result.transform.resize(components, rows.cols());
    for (Index i = 0; i < components; ++i) {
        auto const direction = solver.eigenvectors().col(rows.cols() - 1 - i);
        // Eigenvectors come with an arbitrary sign; this fixes it.
        auto const sign = direction(0) < 0 ? -1.0 : 1.0;
        result.transform.row(i) = (sign / std::sqrt(result.variances(i))) * direction.transpose();
    }
    result.data.noalias() = (rows.rowwise() - result.moments.mean.transpose()) * result.transform.transpose();
    return result;
}

} // namespace exahca
