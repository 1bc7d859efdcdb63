#include "noise_record.hpp"

#include "layouts.hpp"

#include <algorithm>
#include <cmath>

namespace exahca {

void add_noise_fields(RecordLayout& layout, Setting const& setting, std::int64_t benchmarks)
{
    auto const real = FieldKind::real, integer = FieldKind::integer;
    Extent const benchmark{"benchmark", benchmarks}, search{"search", independent_searches};
    Extent const domain{"domain", static_cast<std::int64_t>(setting.domains.size())}, factor{"factor", setting.factors};
    layout.add("noise", real, {benchmark}, "percent",
               "standard deviation of each benchmark's measurement noise, in a domain whose noise scale is 1");
    layout.add(
        "noise_at_bound", FieldKind::boolean, {benchmark}, "1",
        "whether the noise is at its lower bound, a twentieth of the benchmark's own standard deviation: a factor "
        "is then the benchmark itself (a Heywood case)");
    layout.add("noise_scale", real, {domain}, "1", "factor of each domain's noise variance; geometric mean 1");
    layout.add("search_log_likelihood", real, {search}, "nat",
               "penalised log-likelihood that each independent search ended at");
    layout.add("searches_agreeing", integer, {}, "1", "independent searches that ended within 1 nat of the answer");
    layout.add("search_spread", real, {}, "nat", "best independent search less the worst: smaller gaps decide nothing");
    layout.add("optimum_behind_error", real, {{"optimum", most_optima}}, "nat",
               "standard error of optimum_behind, from differences of single models, copies counted once");
    layout.add("span_models", integer, {}, "1",
               "complete models without scores at a bound, on which the two likelihoods are compared; 0: too few");
    layout.add("span_bic_difference", real, {}, "nat",
               "BIC of the noise-aware likelihood minus that of exact scores (span): negative favours noise");
    layout.add("span_angle", real, {factor}, "degree", "angle between the flags of the two likelihoods");
}

void put_noise(RecordBuilder& record, JointEstimate const& estimate)
{
    auto const& noise = estimate.best().noise;
    Vector const deviations = (0.5 * noise.log_psi.array()).exp();
    std::vector<double> at_bound(static_cast<std::size_t>(deviations.size()), 0);
    for (Index const i : estimate.noise_at_bound) at_bound[static_cast<std::size_t>(i)] = 1;
    Vector const scales = noise.log_scales.array().exp();
    auto const view = [](Vector const& v) { return std::span(v.data(), static_cast<std::size_t>(v.size())); };
    record.set("noise", view(deviations));
    record.set("noise_at_bound", at_bound);
    record.set("noise_scale", view(scales));
    record.set("search_log_likelihood", estimate.search_values);
    record.set("searches_agreeing", estimate.best().searches);
    record.set("search_spread", estimate.search_spread);
    std::vector<double> errors;
    for (auto const& optimum : estimate.optima)
        if (std::ssize(errors) < most_optima) errors.push_back(optimum.behind_error);
    record.set("optimum_behind_error", errors);
    auto const& span = estimate.span;
    record.set("span_models", static_cast<double>(span.models));
    if (span.models == 0) return;
    record.set("span_bic_difference", 2 * (span.span_log_likelihood - span.aware_log_likelihood));
    record.set("span_angle", view(span.angles));
}

} // namespace exahca
