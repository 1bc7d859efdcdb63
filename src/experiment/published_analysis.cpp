#include "published_analysis.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/published_unmixing.hpp"
#include "exahca/search/order_search.hpp"
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

/// Inexactness of an order, whatever the search minimised.
struct Inexactness
{
    double mic, mean;
};

Inexactness inexactness_of(std::vector<double> const& per_domain)
{
    double sum = 0;
    for (double const value : per_domain) sum += value;
    return {*std::max_element(per_domain.begin(), per_domain.end()), sum / static_cast<double>(per_domain.size())};
}

SearchOptions search_options(Setting const& setting, Sources const& sources, std::int64_t best)
{
    SearchOptions options;
    options.objective = setting.objective;
    options.sizes = sources.sizes;
    options.best_n = best;
    return options;
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

/// The table of best orders; returns the fit of the best.
LinearSem put_orders(RecordBuilder& record, Setting const& setting, Sources const& sources, SearchResult const& found)
{
    OrderProblem const problem(sources.matrices, setting.objective, sources.sizes);
    std::vector<double> objective, mic, mean, inexactness, rows, angles;
    std::vector<Matrix> unmixing;
    std::vector<LinearSem> fits;
    for (auto const& ranked : found.best) {
        auto const fit = fit_linear_sem(problem, sources.matrices, ranked.order);
        auto const values = inexactness_of(ranked.inexactness);
        objective.push_back(ranked.value);
        mic.push_back(values.mic);
        mean.push_back(values.mean);
        inexactness.insert(inexactness.end(), ranked.inexactness.begin(), ranked.inexactness.end());
        for (auto const& domain_rows : ranked.order.rows) rows.insert(rows.end(), domain_rows.begin(), domain_rows.end());
        unmixing.push_back(fit.unmixing);
        Vector const to_best = flag_angles(unmixing.front(), fit.unmixing);
        angles.insert(angles.end(), to_best.begin(), to_best.end());
        if (fits.empty()) fits.push_back(fit);
    }
    record.set("order_count", static_cast<double>(found.best.size()));
    record.set("search_outcome", static_cast<double>(found.outcome));
    record.set("lower_bound", found.lower_bound);
    record.set("objective", objective);
    record.set("mic", mic);
    record.set("mean_inexactness", mean);
    record.set("inexactness", inexactness);
    record.set("row", rows);
    record.set("unmixing", unmixing);
    record.set("angle_to_best", angles);
    return fits.front();
}

} // namespace

std::vector<double> published_estimate(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                       RandomKey const& key, std::string& note)
{
    auto const sources = unmix(setting, data, key, setting.restarts);
    auto const found = search_orders(sources.matrices, search_options(setting, sources, setting.best));
    if (found.best.empty()) throw NumericalFailure("the search found no order within its limits");
    for (std::size_t k = 0; k < sources.domains.size(); ++k)
        if (sources.domains[k].outcome != IcaOutcome::converged) note += fmt::format("ICA did not converge in {}; ", setting.domains[k]);

    RecordBuilder record(layout);
    auto const best = put_orders(record, setting, sources, found);
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
    for (auto const& domain : sources.domains) means.insert(means.end(), domain.moments.mean.begin(), domain.moments.mean.end());
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
    auto const found = search_orders(sources.matrices, search_options(setting, sources, 2));
    if (found.best.empty()) throw NumericalFailure("the search found no order within its limits");
    OrderProblem const problem(sources.matrices, setting.objective, sources.sizes);
    auto const best = fit_linear_sem(problem, sources.matrices, found.best[0].order);
    auto const values = inexactness_of(found.best[0].inexactness);

    RecordBuilder record(layout);
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

} // namespace exahca
