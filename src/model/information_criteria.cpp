#include "exahca/model/information_criteria.hpp"

#include <cmath>

namespace exahca {

Index parameter_count(ModelSize const& size)
{
    Index const m = size.factors, d = size.benchmarks, domains = size.domains;
    // Subspace and source matrices together, less the change of basis that they share (triangular or square); shapes;
    // means.
    Index const per_domain = size.pattern == SourcePattern::triangular ? m * (m + 1) / 2 : m * m;
    Index count = m * d - per_domain + domains * per_domain + domains * m * counted_shapes(size.density) + domains * d;
    // A source's location and the domain's mean move the same scores.
    if (has_location(size.density)) count -= domains * m;
    if (m < d) count += domains;
    // d - 1, because a common factor of D belongs to the residual scales, of which there is one for each domain.
    if (m < d && size.residuals == ResidualFit::released) count += d - 1;
    return count - size.absent - size.restrictions;
}

double aic(double log_likelihood, ModelSize const& size)
{
    return 2 * static_cast<double>(parameter_count(size)) - 2 * log_likelihood;
}

double bic(double log_likelihood, ModelSize const& size)
{
    return static_cast<double>(parameter_count(size)) * std::log(static_cast<double>(size.models)) - 2 * log_likelihood;
}

} // namespace exahca
