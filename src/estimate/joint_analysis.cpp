#include "exahca/estimate/joint_analysis.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/anchors.hpp"
#include "exahca/estimate/noise_estimator.hpp"
#include "exahca/estimate/noise_items.hpp"
#include "exahca/estimate/noise_record.hpp"
#include "exahca/estimate/replicate_kind.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/hierarchy_tests.hpp"
#include "exahca/model/noise_comparisons.hpp"
#include "exahca/numerics/density.hpp"
#include "exahca/numerics/moments.hpp"
#include "fitted_model.hpp"
#include "joint_layout.hpp"
#include "joint_options.hpp"
#include "joint_record.hpp"
#include "missing_shift.hpp"
#include "noise_anchors.hpp"
#include "reading.hpp"
#include "reading_error.hpp"
#include "unscreened.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

/// Moments of each domain's raw scores. Where a score is missing in any domain, those that the answer's model implies
/// stand in for all domains' (docs/noise.md, Reading).
std::vector<Moments> domain_moments(ReplicateData const& data, JointEstimate const& estimate)
{
    bool const complete =
        std::all_of(data.scores.begin(), data.scores.end(), [](Matrix const& scores) { return scores.allFinite(); });
    std::vector<Moments> moments;
    for (std::size_t k = 0; k < data.scores.size(); ++k)
        moments.push_back(complete ? moments_of(data.scores[k])
                                   : implied_moments(estimate.best().noise, k, data.scores[k].rows()));
    return moments;
}

JointEstimate estimate_of(ReplicateData const& data, Setting const& setting, JointOptions const& options)
{
    return estimate_joint(data.scores, setting.domains, options);
}

std::span<double const> as_span(Vector const& vector)
{
    return {vector.data(), static_cast<std::size_t>(vector.size())};
}

/// The hierarchy against none, and one subspace against one for each domain, by the setting's likelihood (method.md,
/// section 5; docs/noise.md).
void put_comparisons(RecordBuilder& record, Setting const& setting, ReplicateData const& data,
                     JointOptions const& options, JointEstimate const& estimate)
{
    ModelComparison hierarchy, invariance;
    auto const& best = estimate.best();
    if (options.noise == NoiseModel::aware) {
        // Both sides are fitted in standardised units, in which a log likelihood is higher by log_volume.
        auto const noisy = standardised_data(data.scores, options);
        // Restrictions hold of neither side: full R_k and domains of their own would not keep them.
        bool const anchored = estimate.anchors.restrictions > 0;
        auto const both = anchored ? compare_noise_models(without_anchors(noisy), estimate.anchors.free,
                                                          estimate.anchors.free_log_likelihood + noisy.log_volume)
                                   : compare_noise_models(noisy, in_standard_units(best.noise, noisy),
                                                          best.fit.log_likelihood + noisy.log_volume);
        hierarchy = both.hierarchy;
        invariance = both.invariance;
    } else {
        auto const context = joint_context(data.scores, setting.domains, options);
        hierarchy = compare_hierarchy(context, best.fit);
        invariance = compare_invariance(context);
    }
    record.set("hierarchy_bic_difference", hierarchy.bic_difference());
    record.set("hierarchy_degrees_of_freedom", static_cast<double>(hierarchy.degrees_of_freedom()));
    record.set("invariance_bic_difference", invariance.bic_difference());
    record.set("invariance_degrees_of_freedom", static_cast<double>(invariance.degrees_of_freedom()));
}

/// Sources of every domain before and after the joint fit, and the means that they are counted from.
void put_sources(RecordBuilder& record, JointEstimate const& estimate, std::span<Moments const> moments)
{
    auto const& best = estimate.best().reading;
    std::vector<Matrix> sources, fitted;
    for (auto const& component : estimate.components)
        // Components are in coordinates P x; with P behind them they take scores.
        sources.push_back(component.unmixing * estimate.shared.projection);
    // e = B_k U V (x - mu_k): m x d per domain, of centred raw scores.
    for (auto const& triangle : best.triangles) fitted.push_back(triangle * best.factor_scores);
    record.set("sources_unmixing", sources);
    record.set("fitted_sources", fitted);
    record.set("sem", best.triangles);
    std::vector<double> means;
    for (auto const& [count, mean, covariance] : moments) means.insert(means.end(), mean.begin(), mean.end());
    record.set("domain_mean", means);
}

/// How far the answer is from that of the data before screening, which is a comparison and must not cost the answer.
void put_unscreened(RecordBuilder& record, JointOptimum const& answer, ReplicateData const& unscreened,
                    AnalysisRequest const& request, std::vector<std::string>& warnings)
{
    std::vector<std::string> more;
    try {
        auto const options = joint_options(request, unscreened);
        auto const searched = request.pieces.all_models.empty()
                                  ? search_all_models(unscreened.scores, request.setting.domains, options)
                                  : read_quick_search(request.pieces.all_models);
        auto const without = answer_without_screening(unscreened.scores, options, searched, answer);
        Vector const angles = flag_angles(answer.reading.unmixing, without.unmixing);
        record.set("unscreened_angle", as_span(angles));
        more = without.warnings;
    } catch (NumericalFailure const& failure) {
        more = {fmt::format("there is no answer to compare with: {}", failure.what())};
    }
    for (auto const& warning : more)
        if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
            warnings.push_back("without screening: " + warning);
}

/// What the answer would be if missing scores were not as predicted, which is a comparison and must not cost the
/// answer.
void put_missing_shift(RecordBuilder& record, AnalysisRequest const& request, ReplicateData const& data,
                       JointEstimate const& estimate, std::vector<std::string>& warnings)
{
    try {
        std::vector<double> all;
        for (Vector const& angles : missing_shift_angles(request, data, joint_options(request, data), estimate))
            all.insert(all.end(), angles.begin(), angles.end());
        if (all.empty()) return;
        record.set("missing_shift", std::vector{0.0, request.setting.missing_shift});
        record.set("missing_shift_angle", all);
    } catch (NumericalFailure const& failure) {
        warnings.push_back(fmt::format("other missing scores: there is no answer to compare with: {}", failure.what()));
    }
}

/// The record of an estimate, with the comparisons that belong to it.
AnalysisRecord complete_record(AnalysisRequest const& request, ReplicateData const& data,
                               ReplicateData const& unscreened, JointOptions const& options,
                               JointEstimate const& estimate, Activity& activity)
{
    auto const& setting = request.setting;
    auto const moments = domain_moments(data, estimate);
    auto const pooled = pool(moments);
    RecordBuilder record(request.layout);
    put_orders(record, setting, estimate);
    put_optima(record, estimate, pooled);
    put_components(record, estimate);
    if (setting.noise == NoiseModel::aware) {
        put_noise(record, estimate);
        put_fitted_model(record, estimate.best().noise, data.scores);
    }
    activity.tell("comparison with no hierarchy", 0.9);
    put_comparisons(record, setting, data, options, estimate);
    auto const& best = estimate.best().reading;
    auto const reading = read_order(best.unmixing, best.factor_scores, best.triangles, pooled);
    put_reading(record, reading);
    record.set("alignment_benchmark",
               std::vector<double>(reading.alignment.labels.begin(), reading.alignment.labels.end()));
    record.set("benchmark_r2", reading.alignment.r2);
    if (setting.noise == NoiseModel::aware) {
        auto const error = noise_error_of_reading(estimate.best().noise, best.factor_scores, pooled, data.scores,
                                                  reading.alignment.labels);
        record.set("alignment_r2_noise_error", as_span(error.label_r2));
        record.set("factor_weights_noise_error", error.factor_weights);
    }
    put_sources(record, estimate, moments);
    auto warnings = estimate.warnings;
    if (setting.missing_shift != 0) {
        activity.tell("the same with other missing scores", 0.93);
        put_missing_shift(record, request, data, estimate, warnings);
    }
    if (has_screened(data, unscreened)) {
        activity.tell("the same without screening", 0.95);
        put_unscreened(record, estimate.best(), unscreened, request, warnings);
    }
    return {record.take(), std::move(warnings)};
}

/// The estimate of a setting. \param more_orders  the best of the landscape, where it was computed
/// \param unscreened   the same data before screening, for the comparison with and without
AnalysisRecord joint_estimate(AnalysisRequest const& request, ReplicateData const& data,
                              ReplicateData const& unscreened, std::span<std::int64_t const> more_orders,
                              Activity& activity)
{
    auto const& setting = request.setting;
    auto options = estimate_options(request, data, more_orders);
    options.activity = &activity;
    auto const estimate = setting.noise == NoiseModel::aware
                              ? estimate_noise_aware(data.scores, setting.domains, options, request.pieces)
                              : estimate_of(data, setting, options);

    return telling_when_stopped(estimate.order_searches, [&] {
        return complete_record(request, data, unscreened, options, estimate, activity);
    });
}

/// The analysis of a replicate: a record with what is compared with the estimate, read under the labels of the estimate
/// so that coefficients of replicates have one unit; fresh_label has what these data would choose.
AnalysisRecord joint_replicate(AnalysisRequest const& request, ReplicateData const& data, RecordView const& reference)
{
    auto const estimate = estimate_of(data, request.setting, joint_options(request, data));
    auto const pooled = pool(domain_moments(data, estimate));
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
    put_components(record, estimate);
    return {record.take(), estimate.warnings};
}

/// The answer and all other optima by how far they are behind, with the effort of a replicate.
Contenders joint_contenders(AnalysisRequest const& request, ReplicateData const& data)
{
    auto const estimate = estimate_of(data, request.setting, joint_options(request, data));
    auto const& best = estimate.best();
    Contenders contenders{
        {{best.reading.unmixing, 0}}, best.inexactness.mic, best.inexactness.mean, {}, estimate.warnings,
        estimate.search_outcome};
    for (auto const& optimum : estimate.optima)
        if (&optimum != &best) contenders.ranked.push_back({optimum.reading.unmixing, optimum.behind});
    auto const names = align_with_benchmarks(best.reading.factor_scores, pool(domain_moments(data, estimate)));
    contenders.labels.assign(names.labels.begin(), names.labels.end());
    return contenders;
}

/// The estimator `joint`: joint maximum likelihood of the best starting orders (method.md, section 5).
class JointAnalyser final : public Analyser
{
public:
    AnalysisRecord estimate(AnalysisRequest const& request, ReplicateData const& data, Dataset const& dataset,
                            std::span<std::int64_t const> more_orders, SearchResult const*,
                            Activity& activity) const override
    {
        return joint_estimate(request, data, observed_data(without_screening(request.setting), dataset), more_orders,
                              activity);
    }
    AnalysisRecord replicate(AnalysisRequest const& request, ReplicateData const& data,
                             RecordView const& estimate) const override
    {
        return joint_replicate(request, data, estimate);
    }
    Contenders contenders(AnalysisRequest const& request, ReplicateData const& data) const override
    {
        return joint_contenders(request, data);
    }

    AnalyserWords const& words() const override
    {
        static constexpr AnalyserWords words{
            "nat", "what the joint fit minimised: minus the penalised log-likelihood",
            "the same, next best optimum with the same residual weights released or not; missing: none",
            "mean inexactness coefficient over domains, weighted by their numbers of models",
            "searches for starting orders: "};
        return words;
    }
    std::string_view variant(Setting const& setting) const override { return density_name(setting.density); }
    bool has_likelihood() const override { return true; }
    void add_estimate_fields(RecordLayout& layout, Setting const& setting, std::int64_t benchmarks) const override
    {
        add_joint_fields(layout, setting, benchmarks);
    }

    bool needs_complete_rows(Setting const& setting) const override { return setting.noise == NoiseModel::span; }
    /// Means d, source matrix m (m + 1)/2, shapes of m densities (a location is none of its own, since a shift of it is
    /// one of the mean), and one residual scale when m < d (method.md, section 5).
    Index own_parameters(Setting const& setting, Index benchmarks) const override
    {
        Index const m = setting.factors, d = benchmarks;
        Index const location = has_location(setting.density) ? m : 0;
        return d + m * (m + 1) / 2 + m * counted_shapes(setting.density) - location + (m < d ? 1 : 0);
    }

    bool has_landscape(Setting const& setting) const override { return setting.all_orders; }
    bool has_pieces(Setting const& setting) const override { return setting.noise == NoiseModel::aware; }
    double guessed_seconds(Setting const& setting, ReplicateKind kind) const override
    {
        double const domains = static_cast<double>(setting.domains.size());
        double const searches = setting.noise == NoiseModel::aware ? 3 : 1; // in fits of the span likelihood
        bool const is_estimate = kind == ReplicateKind::estimate;
        // 20 ms for each start of the published setting (four domains, three factors); an estimate does about four
        // times as much.
        return 0.02 * setting.starts * domains / 4 * setting.factors / 3 * (is_estimate ? 4 : 1) * searches;
    }
};

} // namespace

Landscape make_landscape(Setting const& setting, ReplicateData const& data, std::span<std::string const> benchmarks,
                         RandomKey const& key)
{
    auto options = joint_options(setting, key);
    if (setting.noise == NoiseModel::span) return {joint_context(data.scores, setting.domains, options), {}};
    options = thorough(options); // the span that the estimate starts from
    options.bounds = data.bounds;
    options.items = items_of(setting, data.items);
    options.anchors = anchors_of(setting, benchmarks);
    auto orders = noise_orders(data.scores, setting.domains, options);
    return {orders.span.context, std::move(orders)};
}

std::vector<double> joint_landscape(Setting const& setting, RecordLayout const& layout, Landscape const& landscape,
                                    std::int64_t range)
{
    auto const first = range * orders_per_range;
    auto const last = std::min(first + orders_per_range, landscape_orders(setting));
    std::vector<double> objective, likelihood, bic, aic, converged, mic, mean;
    std::vector<Matrix> unmixing;
    Index const benchmarks = layout.field("unmixing").shape.back();
    auto const fits = landscape.noise ? fit_order_range(*landscape.noise, first, last)
                                      : fit_order_range(landscape.context, first, last);
    for (auto const& order : fits) {
        // A fit that failed leaves NaN in its place: ranges have a fixed size.
        bool const failed = !std::isfinite(order.fit.log_likelihood);
        objective.push_back(failed ? std::nan("") : -order.fit.penalised());
        likelihood.push_back(failed ? std::nan("") : order.fit.log_likelihood);
        bic.push_back(failed ? std::nan("") : order.bic);
        aic.push_back(failed ? std::nan("") : order.aic);
        converged.push_back(order.fit.converged());
        mic.push_back(order.inexactness.mic);
        mean.push_back(order.inexactness.mean);
        unmixing.push_back(failed ? Matrix::Constant(setting.factors, benchmarks, std::nan("")) : order.unmixing);
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

Analyser const& joint_analyser()
{
    static JointAnalyser const analyser;
    return analyser;
}

} // namespace exahca
