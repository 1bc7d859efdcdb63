#pragma once

#include "exahca/model/centred_domain.hpp"
#include "exahca/numerics/lbfgs.hpp"

#include <span>
#include <string>

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
/// eigenvectors of the pooled covariance (method.md, section 5). With m = d nothing is left to choose.
///
/// \param names  of the domains, for messages; may be empty
/// \throws NumericalFailure  when a domain has no more models than factors + 1, when the pooled scores span fewer
///         dimensions than factors, or when some domain does not vary in a direction in which others do: V could take
///         it up and the likelihood would have no bound
[[nodiscard]] SharedSubspace find_shared_subspace(std::span<CentredDomain const> domains, Index factors,
                                                  std::span<std::string const> names = {});

/// The same maximum reached from another subspace, to the last digits that arithmetic allows; never below the
/// likelihood at the start. One domain alone is allowed.
///
/// \param start  any basis of the subspace as rows, factors x benchmarks, of full rank
/// \pre every domain varies in all directions in which the pooled scores do
/// \throws NumericalFailure  when the likelihood is not finite at the start
[[nodiscard]] SharedSubspace climb_from(std::span<CentredDomain const> domains, Matrix const& start);

/// The m leading eigenvectors of a covariance, as rows, the largest first.
[[nodiscard]] Matrix leading_eigenvectors(Matrix const& covariance, Index count);

/// The normal log likelihood of these domains at a subspace, constants included: what the functions above maximise.
/// \param basis  rows of full rank, factors x benchmarks
[[nodiscard]] double subspace_log_likelihood(std::span<CentredDomain const> domains, Matrix const& basis);

/// Whether a direction inside the subspace has less variance in this domain than a direction outside has on average:
/// the fit has taken a direction of little noise for a factor, or the factor hardly varies here. \param basis  as above
[[nodiscard]] bool residual_exceeds_factor(CentredDomain const& domain, Matrix const& basis);

} // namespace exahca
