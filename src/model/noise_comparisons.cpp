#include "exahca/model/noise_comparisons.hpp"

#include <algorithm>
#include <numeric>

namespace exahca {
namespace {

// Domain k as a model of its own: its s_k is part of psi, as a common factor of both cannot be told from it.
NoiseParameters one_domain(NoiseParameters const& all, std::size_t k)
{
    NoiseParameters one = all;
    one.mixing = {all.mixing[k]};
    one.means = {all.means[k]};
    one.shapes = {all.shapes[k]};
    one.log_psi.array() += all.log_scales[static_cast<Index>(k)];
    one.log_scales = Vector::Zero(1);
    if (!all.known_noise.empty()) one.known_noise = {all.known_noise[k]};
    return one;
}

} // namespace

NoiseComparisons compare_noise_models(NoiseData const& data, NoiseParameters const& answer, double log_likelihood)
{
    ModelSize size{answer.factors(),
                   answer.benchmarks(),
                   static_cast<Index>(answer.domains()),
                   data.models(),
                   answer.components() == 2 ? DensityFamily::mog2 : DensityFamily::mog3,
                   SourcePattern::triangular,
                   ResidualFit::released};
    // Of a benchmark that a domain lacks nothing is free there: no mean, and in a model of its own no loadings and
    // noise.
    auto const absent = absent_benchmarks(data);
    size.absent = std::accumulate(absent.begin(), absent.end(), Index{0});
    NoiseFitOptions full;
    full.pattern = SourcePattern::full;
    NoiseComparisons comparisons;
    auto& hierarchy = comparisons.hierarchy;
    auto& invariance = comparisons.invariance;
    // Hierarchy: the answer against the best full R_k reached from it.
    hierarchy.restricted = log_likelihood;
    hierarchy.restricted_parameters = parameter_count(size);
    size.pattern = SourcePattern::full;
    hierarchy.general_parameters = parameter_count(size);
    NoiseParameters general = answer;
    hierarchy.general = log_likelihood;
    if (hierarchy.degrees_of_freedom() > 0) {
        auto const fit = fit_noise(data.domains, answer, full);
        hierarchy.general = fit.log_likelihood;
        if (fit.log_likelihood > log_likelihood) general = fit.parameters;
    }
    // Fits maximise the penalised likelihood, the comparison is of the plain one, which may end lower; the restricted
    // optimum is then a better member of the general model.
    hierarchy.general = std::max(hierarchy.general, hierarchy.restricted);
    auto const models = static_cast<double>(data.models());
    set_criteria(hierarchy, models);

    // Sharing: full R_k on both sides, each domain alone from the shared optimum.
    invariance.restricted = hierarchy.general;
    invariance.restricted_parameters = hierarchy.general_parameters;
    // Each domain alone has loadings and noise for the benchmarks that it knows.
    size.domains = 1;
    size.absent = 0;
    for (std::size_t k = 0; k < answer.domains(); ++k) {
        size.benchmarks = answer.benchmarks() - absent[k];
        invariance.general_parameters += parameter_count(size);
        invariance.general += fit_noise({&data.domains[k], 1}, one_domain(general, k), full).log_likelihood;
    }
    invariance.general = std::max(invariance.general, invariance.restricted);
    set_criteria(invariance, models);
    return comparisons;
}

} // namespace exahca
