#pragma once

#include "exahca/model/information_criteria.hpp"
#include "exahca/model/joint_starts.hpp"

namespace exahca {

/// A restricted model against a more general one that contains it, on the same rows.
struct ModelComparison
{
    double restricted = 0; ///< unpenalised log likelihood
    double general = 0;    ///< the same; at least `restricted`
    Index restricted_parameters = 0;
    Index general_parameters = 0;
    double restricted_bic = 0;
    double general_bic = 0;

    [[nodiscard]] Index degrees_of_freedom() const { return general_parameters - restricted_parameters; }
    /// Twice the difference in log likelihood. Its chi-square test is liberal as soon as residuals enter the sources.
    [[nodiscard]] double likelihood_ratio() const { return 2 * (general - restricted); }
    /// BIC of the restricted model minus that of the general one: positive speaks against the restriction.
    [[nodiscard]] double bic_difference() const { return restricted_bic - general_bic; }
};

/// Sets both BIC of a comparison from its log likelihoods and parameters. \param models  N, the rows of all domains
void set_criteria(ModelComparison& comparison, double models);

/// The model without a hierarchy, full T_k, isotropic or with its residuals released as `triangular` has them: the
/// higher penalised likelihood of the ends reached from the triangular optimum and from the unrestricted components, so
/// never below that of `triangular` but for rounding. \throws NumericalFailure  when neither start has a finite
/// likelihood
[[nodiscard]] JointFit fit_without_hierarchy(JointContext const& context, JointFit const& triangular);

/// Hierarchy against no hierarchy: triangular T_k against full ones, (K-1) m (m-1)/2 degrees of freedom (method.md,
/// section 5). BIC wrongly rejected 7 % of true hierarchies in simulations; it cannot tell a wrong hierarchy from
/// residuals or near-duplicate rows that break the model in other ways.
///
/// The general model is that of fit_without_hierarchy. What is maximised is penalised, what is compared is not: where
/// its optimum has the lower unpenalised likelihood, the triangular optimum stands for the general model, of which it
/// is a member. Without degrees of freedom (one domain, or one factor) the two models are one and nothing is fitted.
/// \throws NumericalFailure  see fit_without_hierarchy
[[nodiscard]] ModelComparison compare_hierarchy(JointContext const& context, JointFit const& triangular);

/// One subspace for all domains against one for each, both with normal factors and isotropic noise outside.
struct InvarianceComparison : ModelComparison
{
    SharedSubspace shared; ///< the restricted optimum
    /// Per domain: whether some direction inside the subspace varies less than the residuals do (see
    /// residual_exceeds_factor), in the shared fit and in the domain's own.
    std::vector<bool> weak_in_shared, weak_in_own;

    [[nodiscard]] bool any_weak() const;
};

/// Invariance: one subspace for all domains against one for each; (K-1) m (d-m) degrees of freedom, none when m = d.
///
/// Both sides are maximised. The shared one from every start given, the best end kept. A domain's own one from its
/// leading eigenvectors and from the shared optimum, the better end kept: so the general model never fits worse than
/// the restricted one, and the BIC difference is at least -(degrees of freedom) log N.
///
/// *Why these starts and not all.* For one domain every local maximum keeps m eigenvectors of S_k so that the d - m
/// eigenvalues left out stand next to each other in order (Tipping and Bishop 1999 prove it for the best one), with
///
///     l_k = -n_k/2 [ d log(2 pi) + d + log det S_k + (d - m) log(mean of those left out) - sum of their logarithms ]
///
/// so the m + 1 such sets hold the global maximum, and leaving out the smallest is one local maximum of several.
/// Leaving out larger ones takes a direction of little noise for a factor: more likely wherever the noise of benchmarks
/// differs, and no answer to whether domains share their *factors*. Such an optimum is therefore only counted when the
/// shared one leads to it, which keeps the comparison nested, and weak_in_shared, weak_in_own say so.
///
/// \param starts  subspaces, factors x benchmarks, one at least
/// \throws NumericalFailure  when a domain's covariance is singular where the pooled one is not
[[nodiscard]] InvarianceComparison compare_invariance(std::span<CentredDomain const> domains,
                                                      std::span<Matrix const> starts);

/// The same from `known`, an optimum of find_shared_subspace for these domains, and every domain's leading
/// eigenvectors.
[[nodiscard]] InvarianceComparison compare_invariance(std::span<CentredDomain const> domains, Matrix const& known);
[[nodiscard]] InvarianceComparison compare_invariance(JointContext const& context);

} // namespace exahca
