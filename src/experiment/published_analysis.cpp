#include "published_analysis.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/published_unmixing.hpp"
#include "exahca/search/order_search.hpp"
#include "order_table.hpp"
#include "reading.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

/// All domains unmixed.
struct Sources
{
    std::vector<DomainUnmixing> domains;
    std::vector<Matrix> matrices; ///< M_k
    std::vector<double> sizes;    ///< models after screening
    Moments pooled;               ///< of the raw rows of all domains
};

Sources unmix(Setting const& setting, ReplicateData const& data, RandomKey key, int restarts)
{
    UnmixingOptions options;
    options.factors = setting.factors;
    options.ica.contrast = setting.contrast;
    options.ica.tolerance = setting.tolerance;
    options.ica.restarts = restarts;
    Sources sources;
    std::vector<Moments> moments;
    for (std::size_t k = 0; k < data.scores.size(); ++k) {
        key.name = setting.domains[k];
        try {
            sources.domains.push_back(unmix_domain(data.scores[k], options, key));
        } catch (NumericalFailure const& failure) {
            throw NumericalFailure(fmt::format("domain {}: {}", setting.domains[k], failure.what()));
        }
        sources.matrices.push_back(sources.domains.back().matrix);
        sources.sizes.push_back(static_cast<double>(data.scores[k].rows()));
        moments.push_back(sources.domains.back().moments);
    }
    sources.pooled = pool(moments);
    return sources;
}

constexpr std::int64_t fewest_contenders = 20;

/// \throws StopRequested  when the search was stopped: an answer that depends on when is none
SearchResult search(Setting const& setting, Sources const& sources, std::int64_t best, SearchUse use)
{
    auto found = search_orders(sources.matrices,
                               order_search_options(setting, sources.sizes, best, search_limits(setting, use)));
    if (found.outcome == SearchOutcome::stopped) throw StopRequested();
    return found;
}

void put_ica_report(RecordBuilder& record, Sources const& sources)
{
    std::vector<double> used, optima, converged;
    for (auto const& domain : sources.domains) {
        used.push_back(static_cast<double>(domain.moments.count));
        optima.push_back(domain.distinct_optima);
        converged.push_back(domain.outcome == IcaOutcome::converged);
    }
    record.set("models_used", used);
    record.set("ica_optima", optima);
    record.set("ica_converged", converged);
}

} // namespace

UnmixedDomains unmix_for_estimate(Setting const& setting, ReplicateData const& data, RandomKey const& key)
{
    auto sources = unmix(setting, data, key, setting.restarts);
    return {std::move(sources.matrices), std::move(sources.sizes)};
}

std::vector<double> published_estimate(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                       RandomKey const& key, SearchResult const* known, std::string& note)
{
    auto const sources = unmix(setting, data, key, setting.restarts);
    auto const found = known != nullptr ? *known : search(setting, sources, setting.best, SearchUse::estimate);
    for (std::size_t k = 0; k < sources.domains.size(); ++k)
        if (sources.domains[k].outcome != IcaOutcome::converged)
            note += fmt::format("ICA did not converge in {}; ", setting.domains[k]);

    RecordBuilder record(layout);
    auto const best = put_order_table(record, setting, sources.matrices, sources.sizes, found);
    auto const reading = read_order(best.unmixing, best.unmixing, best.triangles, sources.pooled);
    put_reading(record, reading);
    put_ica_report(record, sources);
    std::vector<double> labels(reading.alignment.labels.begin(), reading.alignment.labels.end());
    record.set("alignment_benchmark", labels);
    record.set("benchmark_r2", reading.alignment.r2);
    record.set("sources_unmixing", sources.matrices);
    record.set("sem", best.triangles);
    std::vector<Matrix> fitted;
    for (auto const& triangle : best.triangles) fitted.push_back(triangle * best.unmixing);
    record.set("fitted_sources", fitted);
    std::vector<double> means;
    for (auto const& domain : sources.domains)
        means.insert(means.end(), domain.moments.mean.begin(), domain.moments.mean.end());
    record.set("domain_mean", means);
    return record.take();
}

std::vector<double> published_replicate(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                        RandomKey const& key, RecordView const& estimate)
{
    auto const sources = unmix(setting, data, key, 1);
    for (std::size_t k = 0; k < sources.domains.size(); ++k)
        if (sources.domains[k].outcome != IcaOutcome::converged)
            throw NumericalFailure(fmt::format("ICA did not converge in {}", setting.domains[k]));
    auto const found = search(setting, sources, 2, SearchUse::replicate);
    OrderProblem const problem(sources.matrices, setting.objective, sources.sizes);
    auto const best = fit_linear_sem(problem, sources.matrices, found.best[0].order);
    auto const values = summarise(found.best[0].inexactness);

    RecordBuilder record(layout);
    record.set("search_outcome", static_cast<double>(found.outcome));
    record.set("objective", found.best[0].value);
    if (found.best.size() > 1) record.set("next_objective", found.best[1].value);
    record.set("mic", values.mic);
    record.set("mean_inexactness", values.mean);
    record.set("inexactness", found.best[0].inexactness);
    record.set("unmixing", best.unmixing);
    Vector const angles = flag_angles(estimate.matrix("unmixing", 0), best.unmixing);
    record.set("angle_to_estimate", std::span(angles.data(), static_cast<std::size_t>(angles.size())));
    auto const fresh = align_with_benchmarks(best.unmixing, sources.pooled);
    record.set("fresh_label", std::vector<double>(fresh.labels.begin(), fresh.labels.end()));
    std::vector<Index> labels;
    for (double const label : estimate.values("alignment_benchmark")) labels.push_back(static_cast<Index>(label));
    put_reading(record, read_order(best.unmixing, best.unmixing, best.triangles, sources.pooled, labels));
    put_ica_report(record, sources);
    return record.take();
}

Contenders published_contenders(Setting const& setting, ReplicateData const& data, RandomKey const& key)
{
    auto const sources = unmix(setting, data, key, setting.restarts);
    auto const most = std::max<std::int64_t>(setting.best, fewest_contenders);
    auto const found = search(setting, sources, most, SearchUse::replicate);
    if (found.best.empty()) throw NumericalFailure("the search found no order within its limits");
    OrderProblem const problem(sources.matrices, setting.objective, sources.sizes);
    Contenders contenders;
    for (auto const& order : found.best)
        contenders.ranked.push_back({fit_linear_sem(problem, sources.matrices, order.order).unmixing, order.value});
    auto const values = summarise(found.best[0].inexactness);
    contenders.search_outcome = found.outcome;
    contenders.mic = values.mic;
    contenders.mean_inexactness = values.mean;
    auto const names = align_with_benchmarks(contenders.ranked[0].unmixing, sources.pooled);
    contenders.labels.assign(names.labels.begin(), names.labels.end());
    return contenders;
}

} // namespace exahca
