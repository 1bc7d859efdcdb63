#include "exahca/model/hierarchy_tests.hpp"

#include <algorithm>
#include <cmath>

namespace exahca {
namespace {

// Every domain's own ICA in the shared subspace: full T_k, no order.
JointParameters unrestricted_start(JointContext const& context)
{
    JointParameters start;
    start.subspace = context.shared.projection;
    for (MlIca const& ica : context.components) {
        start.sources.push_back(ica.unmixing);
        start.shapes.push_back(ica.shapes);
        start.families.push_back(ica.families);
    }
    return start;
}

// A fit from where the last one has ended has coordinates that suit that place; three times at most.
JointFit fit_to_the_end(JointContext const& context, JointParameters const& start, FitOptions const& options)
{
    JointFit fit = fit_joint(context.domains, start, options);
    for (int round = 0; round < 3 && !fit.at_rest(); ++round) fit = fit_joint(context.domains, fit.parameters, options);
    return fit;
}

/// A domain's own subspace: the better of its leading eigenvectors, a local maximum, and where the shared one leads to.
Matrix own_subspace(CentredDomain const& domain, Matrix const& shared, double& log_likelihood)
{
    std::span<CentredDomain const> const alone{&domain, 1};
    Matrix const leading = leading_eigenvectors(domain.covariance, shared.rows());
    double const known = subspace_log_likelihood(alone, leading);
    auto const end = climb_from(alone, shared);
    bool const moved = end.log_likelihood > known;
    log_likelihood += moved ? end.log_likelihood : known;
    return moved ? end.projection : leading;
}

} // namespace

void set_criteria(ModelComparison& comparison, double models)
{
    auto const bic_of = [&](double log_likelihood, Index parameters) {
        return static_cast<double>(parameters) * std::log(models) - 2 * log_likelihood;
    };
    comparison.restricted_bic = bic_of(comparison.restricted, comparison.restricted_parameters);
    comparison.general_bic = bic_of(comparison.general, comparison.general_parameters);
}

bool InvarianceComparison::any_weak() const
{
    auto const any = [](std::vector<bool> const& flags) {
        return std::find(flags.begin(), flags.end(), true) != flags.end();
    };
    return any(weak_in_shared) || any(weak_in_own);
}

JointFit fit_without_hierarchy(JointContext const& context, JointFit const& triangular)
{
    FitOptions isotropic;
    isotropic.density = context.density;
    isotropic.pattern = SourcePattern::full;
    FitOptions last = isotropic;
    bool const released = triangular.parameters.log_psi.size() > 0;
    if (released) last.residuals = ResidualFit::released;

    // From the restricted optimum, so that the general model does not fit worse, and from the components, which it may
    // prefer.
    JointFit general = fit_to_the_end(context, triangular.parameters, last);
    // Components come from isotropic residuals, so these are fitted before residuals are released.
    JointFit other = fit_to_the_end(context, unrestricted_start(context), isotropic);
    if (released) other = fit_to_the_end(context, other.parameters, last);
    return other.penalised() > general.penalised() ? other : general;
}

ModelComparison compare_hierarchy(JointContext const& context, JointFit const& triangular)
{
    bool const released = triangular.parameters.log_psi.size() > 0;
    ModelSize size{context.factors(),
                   context.domains.front().benchmarks(),
                   static_cast<Index>(context.domains.size()),
                   total_models(context.domains),
                   context.density,
                   SourcePattern::triangular,
                   released ? ResidualFit::released : ResidualFit::fixed};
    ModelComparison comparison;
    comparison.restricted = comparison.general = triangular.log_likelihood;
    // The sizes differ in the pattern of T_k alone.
    comparison.restricted_parameters = parameter_count(size);
    size.pattern = SourcePattern::full;
    comparison.general_parameters = parameter_count(size);
    if (comparison.degrees_of_freedom() > 0) {
        auto const general = fit_without_hierarchy(context, triangular);
        comparison.general = std::max(general.log_likelihood, triangular.log_likelihood);
    }
    set_criteria(comparison, static_cast<double>(size.models));
    return comparison;
}

InvarianceComparison compare_invariance(std::span<CentredDomain const> domains, std::span<Matrix const> starts)
{
    Index const m = starts.front().rows(), d = starts.front().cols();
    auto const count = static_cast<Index>(domains.size());
    Index const subspace = m * (d - m);
    // A mean, a covariance in the subspace and, outside it, a residual scale for every domain.
    Index const own = d + m * (m + 1) / 2 + (m < d ? 1 : 0);
    InvarianceComparison comparison;
    comparison.restricted_parameters = subspace + count * own;
    comparison.general_parameters = count * (subspace + own);
    // Restricted model: the best end of all starts.
    comparison.shared = climb_from(domains, starts.front());
    for (auto const& start : starts.subspan(1)) {
        auto end = climb_from(domains, start);
        if (end.log_likelihood > comparison.shared.log_likelihood) comparison.shared = std::move(end);
    }
    comparison.weak_in_shared.assign(domains.size(), false);
    comparison.weak_in_own = comparison.weak_in_shared;
    if (comparison.degrees_of_freedom() > 0) {
        for (std::size_t k = 0; k < domains.size(); ++k) {
            auto const own_one = own_subspace(domains[k], comparison.shared.projection, comparison.general);
            comparison.weak_in_shared[k] = residual_exceeds_factor(domains[k], comparison.shared.projection);
            comparison.weak_in_own[k] = residual_exceeds_factor(domains[k], own_one);
        }
    } else {
        // One domain, or m = d: both models are one.
        comparison.general = comparison.shared.log_likelihood;
    }
    comparison.restricted = comparison.shared.log_likelihood;
    comparison.general = std::max(comparison.general, comparison.restricted); // equal but for the order of sums
    set_criteria(comparison, static_cast<double>(total_models(domains)));
    return comparison;
}

InvarianceComparison compare_invariance(std::span<CentredDomain const> domains, Matrix const& known)
{
    std::vector<Matrix> starts = {known};
    for (auto const& domain : domains) starts.push_back(leading_eigenvectors(domain.covariance, known.rows()));
    return compare_invariance(domains, starts);
}

InvarianceComparison compare_invariance(JointContext const& context)
{
    return compare_invariance(context.domains, context.shared.projection);
}

} // namespace exahca
