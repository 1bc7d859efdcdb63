#pragma once

#include "exahca/model/centred_domain.hpp"
#include "exahca/numerics/lbfgs.hpp"

#include <span>

namespace exahca {

/// The one subspace that explains all domains best when each has its own covariance in it and its own isotropic noise
/// outside.
struct SharedSubspace
{
    Matrix projection;         ///< P = chol(V S V')^-1 V, factors x benchmarks: P x has the pooled covariance I
    double log_likelihood = 0; ///< of the normal model with full covariances in the subspace, constants included
    int evaluations = 0;
    MinimizerOutcome outcome = MinimizerOutcome::converged;
};

/// Maximises sum_k n_k/2 [log det V V' - log det V S_k V'] - n_k (d-m)/2 log s_k^2 over V, from the leading
/// eigenvectors of the pooled covariance (method.md, section 5, step 2). With m = d nothing is left to choose.
///
/// \throws NumericalFailure  when a domain has no more models than factors, or some domain's covariance is singular in
/// every
///         subspace near the start
[[nodiscard]] SharedSubspace find_shared_subspace(std::span<CentredDomain const> domains, Index factors);

/// The same with a subspace for every domain (its m leading eigenvectors): for testing invariance.
/// \return the normal log likelihood, comparable with SharedSubspace::log_likelihood
[[nodiscard]] double separate_subspaces_log_likelihood(std::span<CentredDomain const> domains, Index factors);

} // namespace exahca
