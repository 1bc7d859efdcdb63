#pragma once

#include "exahca/model/information_criteria.hpp"
#include "exahca/model/joint_starts.hpp"

namespace exahca {

/// A restricted model against a more general one that contains it, on the same rows.
struct ModelComparison
{
    double restricted = 0; ///< unpenalised log likelihood
    double general = 0;    ///< the same; at least about `restricted`
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

/// Hierarchy against no hierarchy: triangular T_k against full ones, (K-1) m (m-1)/2 degrees of freedom (method.md,
/// section 5). BIC wrongly rejected 7 % of true hierarchies in simulations; it cannot tell a wrong hierarchy from
/// residuals or near-duplicate rows that break the model in other ways.
///
/// The general model is fitted from the triangular optimum and from the unrestricted components, isotropic or with its
/// residuals released as `triangular` has them.
/// \throws NumericalFailure  when neither start has a finite likelihood
[[nodiscard]] ModelComparison compare_hierarchy(JointContext const& context, JointFit const& triangular);

/// Invariance: one subspace for all domains against one for each, both with normal factors and isotropic noise;
/// (K-1) m (d-m) degrees of freedom, none when m = d.
[[nodiscard]] ModelComparison compare_invariance(JointContext const& context);

} // namespace exahca
