#include "joint_analysis.hpp"

#include "exahca/core/error.hpp"
#include "exahca/experiment/experiment.hpp"
#include "exahca/experiment/joint_estimator.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/hierarchy_tests.hpp"
#include "exahca/numerics/moments.hpp"
#include "layouts.hpp"
#include "reading.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>

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

void put_components(RecordBuilder& record, JointEstimate const& estimate, ReplicateData const& data)
{
    std::vector<double> used, optima(data.scores.size(), 1), converged;
    for (auto const& scores : data.scores) used.push_back(static_cast<double>(scores.rows()));
    for (auto const& component : estimate.components)
        converged.push_back(component.outcome == MinimizerOutcome::converged ||
                            component.outcome == MinimizerOutcome::stalled);
    record.set("models_used", used);
    record.set("ica_optima", optima);
    record.set("ica_converged", converged);
}

/// The fitted orders, those of the answer's optimum first, then by falling likelihood.
std::vector<FittedOrder const*> listed_orders(JointEstimate const& estimate, int most)
{
    std::vector<FittedOrder const*> orders;
    for (auto const& order : estimate.orders) orders.push_back(&order);
    std::stable_sort(orders.begin(), orders.end(), [&](auto const* a, auto const* b) {
        return (a->optimum == estimate.answer) > (b->optimum == estimate.answer);
    });
    if (orders.size() > 1) // only the best fit of the answer leads; the rest follow by likelihood
        std::stable_sort(orders.begin() + 1, orders.end(),
                         [](auto const* a, auto const* b) { return a->fit.penalised() > b->fit.penalised(); });
    orders.resize(std::min(orders.size(), static_cast<std::size_t>(most)));
    return orders;
}

void put_orders(RecordBuilder& record, Setting const& setting, JointContext const& context,
                JointEstimate const& estimate)
{
    OrderProblem const problem(context.standardised, Objective::mic, context.sizes);
    std::vector<double> objective, mic, mean, inexactness, rows, angles, likelihood, bic, aic, converged, optimum;
    std::vector<Matrix> unmixing;
    auto const orders = listed_orders(estimate, setting.best);
    for (auto const* order : orders) {
        auto const value = evaluate_order(problem, order->order);
        objective.push_back(-order->fit.log_likelihood);
        mic.push_back(order->mic);
        mean.push_back(order->mean_inexactness);
        inexactness.insert(inexactness.end(), value.inexactness.begin(), value.inexactness.end());
        for (auto const& domain_rows : order->order.rows)
            rows.insert(rows.end(), domain_rows.begin(), domain_rows.end());
        // The answer itself stands first, with its residuals released; the others are compared with it.
        unmixing.push_back(unmixing.empty() ? estimate.best().reading.unmixing : order->unmixing);
        Vector const angle = flag_angles(estimate.best().isotropic_reading.unmixing, order->unmixing);
        angles.insert(angles.end(), angle.begin(), angle.end());
        likelihood.push_back(order->fit.log_likelihood);
        bic.push_back(order->bic);
        aic.push_back(order->aic);
        converged.push_back(order->fit.converged());
        optimum.push_back(order->optimum);
    }
    std::fill_n(angles.begin(), setting.factors, 0.0);
    record.set("order_count", static_cast<double>(orders.size()));
    record.set("search_outcome", static_cast<double>(estimate.search_outcome));
    record.set("objective", objective);
    record.set("mic", mic);
    record.set("mean_inexactness", mean);
    record.set("inexactness", inexactness);
    record.set("row", rows);
    record.set("unmixing", unmixing);
    record.set("angle_to_best", angles);
    record.set("log_likelihood", likelihood);
    record.set("bic", bic);
    record.set("aic", aic);
    record.set("converged", converged);
    record.set("order_optimum", optimum);
}

void put_optima(RecordBuilder& record, JointEstimate const& estimate, Moments const& pooled)
{
    std::vector<double> likelihood, bic, aic, released, gap, behind, fits, gain, angles, labels;
    std::vector<Matrix> unmixing;
    auto const count = std::min(estimate.optima.size(), static_cast<std::size_t>(most_optima));
    for (auto const& optimum : std::span(estimate.optima).first(count)) {
        likelihood.push_back(optimum.fit.log_likelihood);
        bic.push_back(optimum.bic);
        aic.push_back(optimum.aic);
        released.push_back(optimum.residuals == ResidualFit::released);
        gap.push_back(optimum.gap);
        behind.push_back(optimum.behind);
        fits.push_back(optimum.fits);
        gain.push_back(optimum.restart_gain);
        angles.insert(angles.end(), optimum.angles_to_best.begin(), optimum.angles_to_best.end());
        unmixing.push_back(optimum.reading.unmixing);
        auto const alignment = align_with_benchmarks(optimum.reading.factor_scores, pooled);
        labels.insert(labels.end(), alignment.labels.begin(), alignment.labels.end());
    }
    record.set("optimum_count", static_cast<double>(estimate.optima.size()));
    record.set("optimum_log_likelihood", likelihood);
    record.set("optimum_bic", bic);
    record.set("optimum_aic", aic);
    record.set("optimum_released", released);
    record.set("optimum_gap", gap);
    record.set("optimum_behind", behind);
    record.set("optimum_fits", fits);
    record.set("optimum_restart_gain", gain);
    record.set("optimum_angle", angles);
    record.set("optimum_unmixing", unmixing);
    record.set("optimum_label", labels);
    record.set("answer", estimate.answer);
    record.set("decided", estimate.decided);
    record.set("optimiser_miss", estimate.optimiser_miss);
    record.set("remaining_miss", estimate.remaining_miss);
    record.set("parameters", static_cast<double>(estimate.best().parameters));
    record.set("answer_bic", estimate.best().bic);
    record.set("answer_log_likelihood", estimate.best().fit.log_likelihood);
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

/// The fits of all starting orders, without those that failed.
std::vector<FittedOrder> fit_starts(JointContext const& context, std::vector<CandidateOrder> const& orders,
                                    Activity& activity)
{
    std::vector<FittedOrder> fits;
    for (std::size_t i = 0; i < orders.size(); ++i) {
        activity.tell(fmt::format("joint fit {} of {}", i + 1, orders.size()),
                      0.02 + 0.08 * static_cast<double>(i) / static_cast<double>(orders.size()));
        try {
            fits.push_back(fit_order(context, orders[i]));
        } catch (NumericalFailure const&) { // the other orders may do; conclude_joint counts what is left
        }
    }
    if (fits.empty()) throw NumericalFailure("the likelihood is not finite at the start of any order");
    return fits;
}

} // namespace

std::vector<double> joint_estimate(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                   ReplicateData const& unscreened, RandomKey const& key,
                                   std::span<std::int64_t const> more_orders, std::string& note, Activity& activity)
{
    auto options = thorough(joint_options(setting, key));
    options.activity = &activity;
    options.search = search_limits(setting, SearchUse::estimate);
    activity.tell("components of each base model", 0);
    auto const context = joint_context(data.scores, setting.domains, options);
    auto starts = find_starting_orders(context, options.starts, options.search);
    for (auto const rank : more_orders) {
        auto const order = order_of_rank(static_cast<int>(setting.domains.size()), setting.factors, rank);
        if (std::find(starts.orders.begin(), starts.orders.end(), order) == starts.orders.end())
            starts.orders.push_back(order);
    }
    auto estimate = conclude_joint(context, fit_starts(context, starts.orders, activity), options);
    estimate.search_outcome = starts.outcome;
    note = fmt::format("{}", fmt::join(estimate.warnings, "; "));

    auto const pooled = pooled_moments(data);
    RecordBuilder record(layout);
    put_orders(record, setting, context, estimate);
    put_optima(record, estimate, pooled);
    put_components(record, estimate, data);
    activity.tell("comparison with no hierarchy", 0.9);
    put_comparisons(record, context, estimate);
    auto const& best = estimate.best().reading;
    auto const reading = read_order(best.unmixing, best.factor_scores, best.triangles, pooled);
    put_reading(record, reading);
    record.set("alignment_benchmark",
               std::vector<double>(reading.alignment.labels.begin(), reading.alignment.labels.end()));
    record.set("benchmark_r2", reading.alignment.r2);
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
    if (setting.screen > 0) {
        activity.tell("the same without screening", 0.95);
        auto const without = estimate_joint(unscreened.scores, setting.domains, joint_options(setting, key));
        Vector const angles = flag_angles(best.unmixing, without.best().reading.unmixing);
        record.set("unscreened_angle", as_span(angles));
    }
    return record.take();
}

std::vector<double> joint_replicate(Setting const& setting, RecordLayout const& layout, ReplicateData const& data,
                                    RandomKey const& key, RecordView const& reference)
{
    auto const estimate = estimate_joint(data.scores, setting.domains, joint_options(setting, key));
    auto const pooled = pooled_moments(data);
    auto const& best = estimate.best().reading;
    auto const order = listed_orders(estimate, 1).front();

    RecordBuilder record(layout);
    record.set("search_outcome", static_cast<double>(estimate.search_outcome));
    record.set("objective", -order->fit.log_likelihood);
    if (estimate.optima.size() > 1)
        record.set("next_objective", -estimate.optima[estimate.answer == 0 ? 1 : 0].isotropic.log_likelihood);
    record.set("mic", order->mic);
    record.set("mean_inexactness", order->mean_inexactness);
    record.set("log_likelihood", estimate.best().isotropic.log_likelihood);
    record.set("bic", estimate.best().bic);
    record.set("aic", estimate.best().aic);
    record.set("converged", estimate.best().fit.converged());
    record.set("unmixing", best.unmixing);
    Vector const angles = flag_angles(reference.matrix("unmixing", 0), best.unmixing);
    record.set("angle_to_estimate", as_span(angles));
    auto const fresh = align_with_benchmarks(best.factor_scores, pooled);
    record.set("fresh_label", std::vector<double>(fresh.labels.begin(), fresh.labels.end()));
    std::vector<Index> labels;
    for (double const label : reference.values("alignment_benchmark")) labels.push_back(static_cast<Index>(label));
    put_reading(record, read_order(best.unmixing, best.factor_scores, best.triangles, pooled, labels));
    put_components(record, estimate, data);
    return record.take();
}

Contenders joint_contenders(Setting const& setting, ReplicateData const& data, RandomKey const& key)
{
    auto const estimate = estimate_joint(data.scores, setting.domains, joint_options(setting, key));
    auto const& best = estimate.best().reading;
    Contenders contenders{{{best.unmixing, 0}}, 0, 0, {}};
    for (std::size_t i = 0; i < estimate.optima.size(); ++i)
        if (static_cast<int>(i) != estimate.answer)
            contenders.ranked.push_back({estimate.optima[i].reading.unmixing, estimate.optima[i].behind});
    auto const order = listed_orders(estimate, 1).front();
    contenders.search_outcome = estimate.search_outcome;
    contenders.mic = order->mic;
    contenders.mean_inexactness = order->mean_inexactness;
    auto const names = align_with_benchmarks(best.factor_scores, pooled_moments(data));
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
    std::vector<double> likelihood, bic, aic, converged, mic, mean;
    std::vector<Matrix> unmixing;
    for (auto const& order : fit_order_range(context, first, last)) {
        bool const failed = !std::isfinite(order.fit.log_likelihood);
        likelihood.push_back(failed ? std::nan("") : order.fit.log_likelihood);
        bic.push_back(failed ? std::nan("") : order.bic);
        aic.push_back(failed ? std::nan("") : order.aic);
        converged.push_back(order.fit.converged());
        mic.push_back(order.mic);
        mean.push_back(order.mean_inexactness);
        unmixing.push_back(failed ? Matrix::Constant(setting.factors, context.domains[0].benchmarks(), std::nan(""))
                                  : order.unmixing);
    }
    RecordBuilder record(layout);
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
