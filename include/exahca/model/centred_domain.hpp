#pragma once

#include "exahca/numerics/matrix.hpp"

#include <span>

namespace exahca {

/// A domain's scores about their mean, with what a likelihood needs of them.
struct CentredDomain
{
    Matrix rows;       ///< models x benchmarks, minus the mean
    Vector mean;       ///< mu_k
    Matrix covariance; ///< S_k, divisor n_k

    [[nodiscard]] Index models() const { return rows.rows(); }
    [[nodiscard]] Index benchmarks() const { return rows.cols(); }
};

/// \throws NumericalFailure  when there are fewer than two rows or a value is not finite
[[nodiscard]] CentredDomain centre(Matrix const& scores);

/// Number of models of all domains, N.
[[nodiscard]] Index total_models(std::span<CentredDomain const> domains);

/// S = sum n_k S_k / N. \pre at least one domain, equal numbers of benchmarks
[[nodiscard]] Matrix pooled_covariance(std::span<CentredDomain const> domains);

/// Coordinates in which the pooled covariance is the identity: x_w = transform x.
///
/// Rows span the directions with eigenvalues above 1e-10 of the largest; others are left out (a benchmark that is
/// constant, or the sum of others). \return r x d, r <= d \throws NumericalFailure  when all scores are constant
[[nodiscard]] Matrix whitening_transform(Matrix const& covariance);

} // namespace exahca
