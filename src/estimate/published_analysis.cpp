#include "exahca/estimate/published_analysis.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/order_table.hpp"
#include "exahca/model/candidate_order.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/published_unmixing.hpp"
#include "exahca/search/order_search.hpp"
#include "reading.hpp"

#include <algorithm>
#include <cmath>
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

/// Centres, reduces to m principal components, whitens and runs FastICA in every domain by itself (method.md, section
/// 2). The random key has the domain's name, so a domain is unmixed alike in whatever set it stands. \param known
/// remembers unmixings of equal scores; may be null
Sources unmix(Setting const& setting, ReplicateData const& data, RandomKey key, int restarts,
              UnmixingCache* known = nullptr)
{
    auto const options = published_unmixing_options(setting, restarts);
    Sources sources;
    std::vector<Moments> moments;
    for (std::size_t k = 0; k < data.scores.size(); ++k) {
        key.name = setting.domains[k];
        try {
            sources.domains.push_back(known != nullptr ? known->unmix(data.scores[k], options, key)
                                                       : unmix_domain(data.scores[k], options, key));
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

// Orders that contenders list at least: one with another flag than the best has to be among them, if any is near.
constexpr std::int64_t fewest_contenders = 20;

/// What the pipeline may spend, and what it does about a step that ends early.
struct PublishedOptions
{
    int restarts = 1;                    ///< of FastICA
    std::int64_t best = 1;               ///< orders wanted
    bool strict = false;                 ///< ICA that ends early is a failure, not a warning
    SearchUse use = SearchUse::estimate; ///< whose limits the search has
    SearchResult const* known = nullptr; ///< what a search has found already
};

struct PublishedEstimate
{
    Sources sources;
    SearchResult found; ///< at least one order
    LinearSem best;     ///< the fit of the first
    std::vector<std::string> warnings;
};

/// The one pipeline of estimates, replicates and comparisons: unmixing, search for orders, fit of the best.
/// \throws SearchStopped  when the search was stopped: an answer that depends on when is none
PublishedEstimate estimate_published(AnalysisRequest const& request, ReplicateData const& data,
                                     PublishedOptions const& options)
{
    auto const& setting = request.setting;
    PublishedEstimate estimate;
    estimate.sources = unmix(setting, data, request.key, options.restarts, request.unmixed);
    auto const& sources = estimate.sources;
    for (std::size_t k = 0; k < sources.domains.size(); ++k)
        if (sources.domains[k].outcome != IcaOutcome::converged) {
            auto text = fmt::format("ICA did not converge in {}", setting.domains[k]);
            if (options.strict) throw NumericalFailure(text);
            estimate.warnings.push_back(std::move(text));
        }
    estimate.found = options.known != nullptr
                         ? *options.known
                         : search_orders(sources.matrices, order_search_options(setting, sources.sizes, options.best,
                                                                                search_limits(setting, options.use)));
    if (estimate.found.outcome == SearchOutcome::stopped)
        throw SearchStopped(
            {published_interim(setting, {sources.matrices, sources.sizes, sources.pooled}, estimate.found)});
    if (estimate.found.best.empty()) throw NumericalFailure("the search found no order within its limits");
    if (estimate.found.outcome != SearchOutcome::optimum_proven)
        estimate.warnings.push_back(fmt::format(
            "the search for orders ended at its limit: a better order may exist, {} (the best found: {:.4f})",
            estimate.found.lower_bound > 0
                ? fmt::format("though none has a value below {:.4f}", estimate.found.lower_bound)
                : std::string("and no bound has been proven yet"),
            estimate.found.best[0].value));
    OrderProblem const problem(sources.matrices, setting.objective, sources.sizes);
    estimate.best = fit_linear_sem(problem, sources.matrices, estimate.found.best[0].order);
    return estimate;
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

UnmixingOptions published_unmixing_options(Setting const& setting, int restarts)
{
    UnmixingOptions options;
    options.factors = setting.factors;
    options.ica.contrast = setting.contrast;
    options.ica.tolerance = setting.tolerance;
    options.ica.restarts = restarts;
    return options;
}

SearchProblem unmix_for_estimate(Setting const& setting, ReplicateData const& data, RandomKey const& key)
{
    auto sources = unmix(setting, data, key, setting.restarts);
    return {std::move(sources.matrices), std::move(sources.sizes), std::move(sources.pooled)};
}

InterimSearch published_interim(Setting const& setting, SearchProblem const& given, SearchResult const& found)
{
    OrderProblem const problem(given.matrices, setting.objective, given.sizes);
    return interim_search(setting.objective, found,
                          fit_linear_sem(problem, given.matrices, found.best.front().order).unmixing, given.pooled);
}

namespace {

/// The estimator `published`: FastICA in every domain, then the orders of lowest inexactness (method.md, sections 2 to
/// 4). \param known  what a search shared out over the ranks has found already; null otherwise
AnalysisRecord published_estimate(AnalysisRequest const& request, ReplicateData const& data, SearchResult const* known)
{
    auto const& setting = request.setting;
    auto estimate =
        estimate_published(request, data, {setting.restarts, setting.best, false, SearchUse::estimate, known});
    auto const& sources = estimate.sources;
    auto const& best = estimate.best;

    RecordBuilder record(request.layout);
    put_order_table(record, setting, sources.matrices, sources.sizes, estimate.found);
    // Without a residual metric the factors of a model are H (x - mu_k).
    auto const reading = read_order(best.unmixing, best.unmixing, best.triangles, sources.pooled);
    put_reading(record, reading);
    put_ica_report(record, sources);
    std::vector<double> labels(reading.alignment.labels.begin(), reading.alignment.labels.end());
    record.set("alignment_benchmark", labels);
    record.set("benchmark_r2", reading.alignment.r2);
    record.set("sources_unmixing", sources.matrices);
    record.set("sem", best.triangles);
    std::vector<Matrix> fitted;
    // e = B_k H (x - mu_k) of the order's fit, m x d
    for (auto const& triangle : best.triangles) fitted.push_back(triangle * best.unmixing);
    record.set("fitted_sources", fitted);
    std::vector<double> means;
    for (auto const& domain : sources.domains)
        means.insert(means.end(), domain.moments.mean.begin(), domain.moments.mean.end());
    record.set("domain_mean", means);
    return {record.take(), std::move(estimate.warnings)};
}

/// \throws NumericalFailure  also where ICA has not converged or the search has proven nothing
AnalysisRecord published_replicate(AnalysisRequest const& request, ReplicateData const& data,
                                   RecordView const& reference)
{
    auto estimate = estimate_published(request, data, {1, 2, true, SearchUse::replicate, nullptr});
    auto const& sources = estimate.sources;
    auto const& best = estimate.best;
    auto const& orders = estimate.found.best;
    auto const values = summarise(orders[0].inexactness);

    RecordBuilder record(request.layout);
    record.set("search_outcome", static_cast<double>(estimate.found.outcome));
    // Two orders are searched for: the second is what the first is ahead of.
    record.set("objective", orders[0].value);
    if (orders.size() > 1) record.set("next_objective", orders[1].value);
    record.set("mic", values.mic);
    record.set("mean_inexactness", values.mean);
    record.set("inexactness", orders[0].inexactness);
    record.set("unmixing", best.unmixing);
    Vector const angles = flag_angles(reference.matrix("unmixing", 0), best.unmixing);
    record.set("angle_to_estimate", std::span(angles.data(), static_cast<std::size_t>(angles.size())));
    auto const fresh = align_with_benchmarks(best.unmixing, sources.pooled);
    record.set("fresh_label", std::vector<double>(fresh.labels.begin(), fresh.labels.end()));
    std::vector<Index> labels;
    for (double const label : reference.values("alignment_benchmark")) labels.push_back(static_cast<Index>(label));
    put_reading(record, read_order(best.unmixing, best.unmixing, best.triangles, sources.pooled, labels));
    put_ica_report(record, sources);
    return {record.take(), std::move(estimate.warnings)};
}

/// With the effort of the estimate.
Contenders published_contenders(AnalysisRequest const& request, ReplicateData const& data)
{
    auto const& setting = request.setting;
    // ICA gets the restarts of the estimate, so that cases differ by their models alone; the search has a replicate's
    // limit.
    auto const most = std::max<std::int64_t>(setting.best, fewest_contenders);
    auto const estimate =
        estimate_published(request, data, {setting.restarts, most, false, SearchUse::replicate, nullptr});
    auto const& sources = estimate.sources;
    OrderProblem const problem(sources.matrices, setting.objective, sources.sizes);
    Contenders contenders;
    contenders.warnings = estimate.warnings;
    for (auto const& order : estimate.found.best)
        contenders.ranked.push_back({fit_linear_sem(problem, sources.matrices, order.order).unmixing, order.value});
    auto const values = summarise(estimate.found.best[0].inexactness);
    contenders.search_outcome = estimate.found.outcome;
    contenders.mic = values.mic;
    contenders.mean_inexactness = values.mean;
    auto const names = align_with_benchmarks(contenders.ranked[0].unmixing, sources.pooled);
    contenders.labels.assign(names.labels.begin(), names.labels.end());
    return contenders;
}

class PublishedAnalyser final : public Analyser
{
public:
    AnalysisRecord estimate(AnalysisRequest const& request, ReplicateData const& data, Dataset const&,
                            std::span<std::int64_t const>, SearchResult const* known, Activity&) const override
    {
        return published_estimate(request, data, known);
    }
    AnalysisRecord replicate(AnalysisRequest const& request, ReplicateData const& data,
                             RecordView const& estimate) const override
    {
        return published_replicate(request, data, estimate);
    }
    Contenders contenders(AnalysisRequest const& request, ReplicateData const& data) const override
    {
        return published_contenders(request, data);
    }
    AnalyserWords const& words() const override { return given_analyser().words(); }
    std::string_view variant(Setting const& setting) const override { return name_of(setting.contrast); }
    bool restarts_ica() const override { return true; }
    /// Means d and an unmixing matrix m d.
    Index own_parameters(Setting const& setting, Index benchmarks) const override
    {
        return benchmarks + setting.factors * benchmarks;
    }
    /// Below 10^5 orders no search takes long enough for more than one rank.
    bool shares_search(Setting const& setting) const override
    {
        return log10_order_count(static_cast<int>(setting.domains.size()), setting.factors) >= 5;
    }
    double guessed_seconds(Setting const& setting, ReplicateKind kind) const override
    {
        double const domains = static_cast<double>(setting.domains.size());
        // A stand-in for the size of the search, which no formula predicts: only ratios matter, before anything is
        // measured.
        double const orders = std::exp2(static_cast<double>(setting.factors) * domains / 6);
        bool const restarts = kind == ReplicateKind::estimate || kind == ReplicateKind::influence;
        return 0.0005 * domains * (restarts ? setting.restarts : 1) + 1e-5 * orders;
    }
};

} // namespace

Analyser const& published_analyser()
{
    static PublishedAnalyser const analyser;
    return analyser;
}

} // namespace exahca
