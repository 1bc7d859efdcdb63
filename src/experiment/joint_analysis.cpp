#include "joint_analysis.hpp"

#include "exahca/core/error.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/hierarchy_tests.hpp"
#include "exahca/numerics/moments.hpp"
#include "joint_record.hpp"
#include "reading.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

JointOptions joint_options(Setting const& setting, RandomKey const& key)
{
    JointOptions options;
    options.factors = setting.factors;
    options.density = setting.density;
    options.starts = setting.starts;
    options.search = search_limits(setting, SearchUse::replicate);
    options.seed = key.seed;
    options.replicate = key.replicate;
    return options;
}

JointOptions joint_options(AnalysisRequest const& request)
{
    auto options = joint_options(request.setting, request.key);
    options.benchmarks.assign(request.benchmarks.begin(), request.benchmarks.end());
    return options;
}

Moments pooled_moments(ReplicateData const& data)
{
    std::vector<Moments> moments;
    for (auto const& scores : data.scores) moments.push_back(moments_of(scores));
    return pool(moments);
}

std::span<double const> as_span(Vector const& vector)
{
    return {vector.data(), static_cast<std::size_t>(vector.size())};
}

/// The hierarchy against none, and one subspace against one for each domain (method.md, section 5).
void put_comparisons(RecordBuilder& record, JointContext const& context, JointEstimate const& estimate)
{
    auto const hierarchy = compare_hierarchy(context, estimate.best().fit);
    record.set("hierarchy_bic_difference", hierarchy.bic_difference());
    record.set("hierarchy_degrees_of_freedom", static_cast<double>(hierarchy.degrees_of_freedom()));
    auto const invariance = compare_invariance(context);
    record.set("invariance_bic_difference", invariance.bic_difference());
    record.set("invariance_degrees_of_freedom", static_cast<double>(invariance.degrees_of_freedom()));
}

/// Sources of every domain before and after the joint fit, and the means that they are counted from.
void put_sources(RecordBuilder& record, JointEstimate const& estimate, ReplicateData const& data)
{
    auto const& best = estimate.best().reading;
    std::vector<Matrix> sources, fitted;
    for (auto const& component : estimate.components)
        sources.push_back(component.unmixing * estimate.shared.projection);
    for (auto const& triangle : best.triangles) fitted.push_back(triangle * best.factor_scores);
    record.set("sources_unmixing", sources);
    record.set("fitted_sources", fitted);
    record.set("sem", best.triangles);
    std::vector<double> means;
    for (auto const& scores : data.scores) {
        Vector const mean = scores.colwise().mean();
        means.insert(means.end(), mean.begin(), mean.end());
    }
    record.set("domain_mean", means);
}

/// How far the answer is from that of the data before screening, which is a comparison and must not cost the answer.
void put_unscreened(RecordBuilder& record, Matrix const& answer, ReplicateData const& unscreened,
                    AnalysisRequest const& request, std::vector<std::string>& warnings)
{
    std::vector<std::string> more;
    try {
        auto const without = estimate_joint(unscreened.scores, request.setting.domains, joint_options(request));
        Vector const angles = flag_angles(answer, without.best().reading.unmixing);
        record.set("unscreened_angle", as_span(angles));
        more = without.warnings;
    } catch (NumericalFailure const& failure) {
        more = {fmt::format("there is no answer to compare with: {}", failure.what())};
    }
    for (auto const& warning : more)
        if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
            warnings.push_back("without screening: " + warning);
}

} // namespace

AnalysisRecord joint_estimate(AnalysisRequest const& request, ReplicateData const& data,
                              ReplicateData const& unscreened, std::span<std::int64_t const> more_orders,
                              Activity& activity)
{
    auto const& setting = request.setting;
    auto options = thorough(joint_options(request));
    options.activity = &activity;
    options.search = search_limits(setting, SearchUse::estimate);
    for (auto const rank : more_orders)
        options.extra_starts.push_back(order_of_rank(static_cast<int>(setting.domains.size()), setting.factors, rank));
    activity.tell("components of each base model", 0);
    auto const context = joint_context(data.scores, setting.domains, options);
    auto const estimate = estimate_joint(context, setting.domains, options);

    auto const pooled = pooled_moments(data);
    RecordBuilder record(request.layout);
    put_orders(record, setting, estimate);
    put_optima(record, estimate, pooled);
    put_components(record, context);
    activity.tell("comparison with no hierarchy", 0.9);
    put_comparisons(record, context, estimate);
    auto const& best = estimate.best().reading;
    auto const reading = read_order(best.unmixing, best.factor_scores, best.triangles, pooled);
    put_reading(record, reading);
    record.set("alignment_benchmark",
               std::vector<double>(reading.alignment.labels.begin(), reading.alignment.labels.end()));
    record.set("benchmark_r2", reading.alignment.r2);
    put_sources(record, estimate, data);
    auto warnings = estimate.warnings;
    if (is_screening(setting)) {
        activity.tell("the same without screening", 0.95);
        put_unscreened(record, best.unmixing, unscreened, request, warnings);
    }
    return {record.take(), std::move(warnings)};
}

AnalysisRecord joint_replicate(AnalysisRequest const& request, ReplicateData const& data, RecordView const& reference)
{
    auto const options = joint_options(request);
    auto const context = joint_context(data.scores, request.setting.domains, options);
    auto const estimate = estimate_joint(context, request.setting.domains, options);
    auto const pooled = pooled_moments(data);
    auto const& best = estimate.best().reading;

    RecordBuilder record(request.layout);
    record.set("search_outcome", static_cast<double>(estimate.search_outcome));
    put_answer(record, estimate);
    Vector const angles = flag_angles(reference.matrix("unmixing", 0), best.unmixing);
    record.set("angle_to_estimate", as_span(angles));
    auto const fresh = align_with_benchmarks(best.factor_scores, pooled);
    record.set("fresh_label", std::vector<double>(fresh.labels.begin(), fresh.labels.end()));
    std::vector<Index> labels;
    for (double const label : reference.values("alignment_benchmark")) labels.push_back(static_cast<Index>(label));
    put_reading(record, read_order(best.unmixing, best.factor_scores, best.triangles, pooled, labels));
    put_components(record, context);
    return {record.take(), estimate.warnings};
}

Contenders joint_contenders(AnalysisRequest const& request, ReplicateData const& data)
{
    auto const estimate = estimate_joint(data.scores, request.setting.domains, joint_options(request));
    auto const& best = estimate.best();
    Contenders contenders{
        {{best.reading.unmixing, 0}}, best.inexactness.mic, best.inexactness.mean, {}, estimate.warnings,
        estimate.search_outcome};
    for (auto const& optimum : estimate.optima)
        if (&optimum != &best) contenders.ranked.push_back({optimum.reading.unmixing, optimum.behind});
    auto const names = align_with_benchmarks(best.reading.factor_scores, pooled_moments(data));
    contenders.labels.assign(names.labels.begin(), names.labels.end());
    return contenders;
}

JointContext landscape_context(Setting const& setting, ReplicateData const& data, RandomKey const& key)
{
    return joint_context(data.scores, setting.domains, joint_options(setting, key));
}

std::vector<double> joint_landscape(Setting const& setting, RecordLayout const& layout, JointContext const& context,
                                    std::int64_t range)
{
    auto const first = range * orders_per_range;
    auto const last = std::min(first + orders_per_range, landscape_orders(setting));
    std::vector<double> objective, likelihood, bic, aic, converged, mic, mean;
    std::vector<Matrix> unmixing;
    for (auto const& order : fit_order_range(context, first, last)) {
        bool const failed = !std::isfinite(order.fit.log_likelihood);
        objective.push_back(failed ? std::nan("") : -order.fit.penalised());
        likelihood.push_back(failed ? std::nan("") : order.fit.log_likelihood);
        bic.push_back(failed ? std::nan("") : order.bic);
        aic.push_back(failed ? std::nan("") : order.aic);
        converged.push_back(order.fit.converged());
        mic.push_back(order.inexactness.mic);
        mean.push_back(order.inexactness.mean);
        unmixing.push_back(failed ? Matrix::Constant(setting.factors, context.domains[0].benchmarks(), std::nan(""))
                                  : order.unmixing);
    }
    RecordBuilder record(layout);
    record.set("objective", objective);
    record.set("log_likelihood", likelihood);
    record.set("bic", bic);
    record.set("aic", aic);
    record.set("converged", converged);
    record.set("mic", mic);
    record.set("mean_inexactness", mean);
    record.set("unmixing", unmixing);
    return record.take();
}

} // namespace exahca
