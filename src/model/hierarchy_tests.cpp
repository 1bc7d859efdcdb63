#include "exahca/model/hierarchy_tests.hpp"

#include <cmath>

namespace exahca {
namespace {

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

JointFit fit_to_the_end(JointContext const& context, JointParameters const& start, FitOptions const& options)
{
    JointFit fit = fit_joint(context.domains, start, options);
    for (int round = 0; round < 3 && !fit.at_rest(); ++round) fit = fit_joint(context.domains, fit.parameters, options);
    return fit;
}

} // namespace

ModelComparison compare_hierarchy(JointContext const& context, JointFit const& triangular)
{
    bool const released = triangular.parameters.log_psi.size() > 0;
    FitOptions isotropic;
    isotropic.density = context.density;
    isotropic.pattern = SourcePattern::full;
    FitOptions last = isotropic;
    if (released) last.residuals = ResidualFit::released;

    JointFit general = fit_to_the_end(context, triangular.parameters, last);
    JointFit other = fit_to_the_end(context, unrestricted_start(context), isotropic);
    if (released) other = fit_to_the_end(context, other.parameters, last);
    if (other.penalised() > general.penalised()) general = std::move(other);

    ModelSize size{context.factors(),
                   context.domains.front().benchmarks(),
                   static_cast<Index>(context.domains.size()),
                   total_models(context.domains),
                   context.density,
                   SourcePattern::triangular,
                   released ? ResidualFit::released : ResidualFit::fixed};
    ModelComparison comparison;
    comparison.restricted = triangular.log_likelihood;
    comparison.general = general.log_likelihood;
    comparison.restricted_parameters = parameter_count(size);
    comparison.restricted_bic = bic(comparison.restricted, size);
    size.pattern = SourcePattern::full;
    comparison.general_parameters = parameter_count(size);
    comparison.general_bic = bic(comparison.general, size);
    return comparison;
}

ModelComparison compare_invariance(JointContext const& context)
{
    Index const m = context.factors(), d = context.domains.front().benchmarks();
    auto const domains = static_cast<Index>(context.domains.size());
    Index const subspace = m * (d - m);
    // A mean, a covariance in the subspace and, outside it, a residual scale for every domain.
    Index const own = d + m * (m + 1) / 2 + (m < d ? 1 : 0);
    double const log_models = std::log(static_cast<double>(total_models(context.domains)));
    ModelComparison comparison;
    comparison.restricted = context.shared.log_likelihood;
    comparison.general = separate_subspaces_log_likelihood(context.domains, m);
    comparison.restricted_parameters = subspace + domains * own;
    comparison.general_parameters = domains * (subspace + own);
    comparison.restricted_bic =
        static_cast<double>(comparison.restricted_parameters) * log_models - 2 * comparison.restricted;
    comparison.general_bic = static_cast<double>(comparison.general_parameters) * log_models - 2 * comparison.general;
    return comparison;
}

} // namespace exahca
