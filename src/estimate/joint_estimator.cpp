#include "exahca/estimate/joint_estimator.hpp"

#include "difference_error.hpp"
#include "exahca/core/error.hpp"
#include "exahca/estimate/noise_estimator.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/flag_order.hpp"
#include "joint_optima.hpp"
#include "joint_warnings.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

/// Size of the triangular model, for AIC and BIC: N counts the rows of all domains, copies included.
ModelSize size_of(JointContext const& context, ResidualFit residuals)
{
    return {context.factors(),
            context.domains.front().benchmarks(),
            static_cast<Index>(context.domains.size()),
            total_models(context.domains),
            context.density,
            SourcePattern::triangular,
            residuals};
}

/// Fits the best isotropic optima again from where they ended, with a free residual metric D = diag(psi)
/// (docs/joint_fit.md, Residuals). The answer is then the highest penalised likelihood among those whose residuals are
/// treated as the leading one's are: released and isotropic likelihoods do not compare. With m = d there are no
/// residuals to release.
void release_residuals(JointContext const& context, JointEstimate& estimate, JointOptions const& options)
{
    bool const possible = context.factors() < context.domains.front().benchmarks();
    auto const count = std::min(estimate.optima.size(), static_cast<std::size_t>(options.released_optima));
    for (std::size_t i = 0; i < estimate.optima.size(); ++i) {
        JointOptimum& optimum = estimate.optima[i];
        optimum.fit = optimum.isotropic;
        optimum.reading = optimum.isotropic_reading;
        if (options.residuals != ResidualFit::released || !possible || i >= count) continue;
        tell(options, fmt::format("residual weights of optimum {} of {}", i + 1, count),
             0.85 + 0.05 * static_cast<double>(i) / static_cast<double>(count));
        // The metric changes so much that the first fit's coordinates no longer suit: again from where it ended, up to
        // three times.
        for (int round = 0; round < 4 && (round == 0 || !optimum.fit.at_rest()); ++round) {
            auto fit = try_fit(context, optimum.fit.parameters, ResidualFit::released);
            if (!fit) break;
            optimum.fit = std::move(*fit);
        }
        // Every released fit has failed: the isotropic one stands.
        if (optimum.fit.parameters.log_psi.size() == 0) continue;
        optimum.reading = read_fit(optimum.fit.parameters);
        optimum.residuals = ResidualFit::released;
    }
    estimate.answer = 0;
    for (std::size_t i = 1; i < count; ++i)
        if (estimate.optima[i].residuals == estimate.optima[0].residuals &&
            estimate.optima[i].fit.penalised() > estimate.best().fit.penalised())
            estimate.answer = static_cast<int>(i);
}

/// How far every other optimum is behind the answer, by what standard error, and whether that decides. Against an
/// optimum with the same residuals the likelihoods at hand count, otherwise the isotropic ones of both.
void judge_rivals(JointContext const& context, JointEstimate& estimate)
{
    JointOptimum const& best = estimate.best();
    // Equal rows are copies of one model: in the standard error (Vuong 1989) their differences add up to one.
    std::vector<RowGroups> copies;
    for (CentredDomain const& domain : context.domains) copies.push_back(equal_rows(domain.rows));
    auto const rows_of = [&](JointFit const& fit) { return row_log_likelihoods(context.domains, fit.parameters); };
    auto const best_rows = rows_of(best.fit), best_isotropic_rows = rows_of(best.isotropic);
    estimate.decided = true;
    for (JointOptimum& optimum : estimate.optima) {
        if (&optimum == &best) continue;
        bool const alike = optimum.residuals == best.residuals;
        optimum.behind = alike ? best.fit.penalised() - optimum.fit.penalised()
                               : best.isotropic.penalised() - optimum.isotropic.penalised();
        optimum.behind_error = difference_error(copies, alike ? best_rows : best_isotropic_rows,
                                                rows_of(alike ? optimum.fit : optimum.isotropic));
        if (optimum.behind <= least_decisive(estimate.optimiser_miss, estimate.remaining_miss, optimum.behind_error))
            estimate.decided = false;
    }
}

/// What is said of every optimum beside its fit: gap, angles, criteria, the order that its flag calls for. Gaps and
/// angles compare isotropic fits with isotropic ones, since the flag of G = D V' Q^-1 depends on the metric.
void describe_optima(JointContext const& context, JointEstimate& estimate)
{
    Matrix const answer = estimate.best().isotropic_reading.unmixing;
    double const highest = estimate.optima.front().isotropic.penalised();
    for (JointOptimum& optimum : estimate.optima) {
        optimum.gap = highest - optimum.isotropic.penalised();
        optimum.angles_to_best = flag_angles(optimum.isotropic_reading.unmixing, answer);
        ModelSize const size = size_of(context, optimum.residuals), isotropic = size_of(context, ResidualFit::fixed);
        optimum.parameters = parameter_count(size);
        optimum.aic = aic(optimum.fit.log_likelihood, size);
        optimum.bic = bic(optimum.fit.log_likelihood, size);
        optimum.isotropic_aic = aic(optimum.isotropic.log_likelihood, isotropic);
        optimum.isotropic_bic = bic(optimum.isotropic.log_likelihood, isotropic);
        // Of the final fit: an optimum may have left the order that it started from, or have started from none.
        optimum.order = order_of_fit(context, optimum.fit.parameters);
        optimum.inexactness = inexactness_of(context, optimum.order);
    }
    estimate.optimiser_miss = leading_gain(estimate);
    judge_rivals(context, estimate);
}

/// The fits of all starting orders. A start that fails is no reason to give the others up.
std::vector<FittedOrder> fit_starts(JointContext const& context, std::vector<CandidateOrder> const& orders,
                                    JointOptions const& options)
{
    std::vector<FittedOrder> fits;
    std::string last_failure = "there is no starting order";
    for (std::size_t i = 0; i < orders.size(); ++i) {
        tell(options, fmt::format("joint fit {} of {}", i + 1, orders.size()),
             0.02 + 0.08 * static_cast<double>(i) / static_cast<double>(orders.size()));
        try {
            fits.push_back(fit_order(context, orders[i]));
        } catch (NumericalFailure const& failure) {
            last_failure = failure.what();
        }
    }
    if (fits.empty()) throw NumericalFailure("no joint fit succeeded: " + last_failure);
    return fits;
}

/// Whether two searches for components ended at the same ones: their starts, random, are all that differs. Compared by
/// likelihood, domain by domain, since rows of an unmixing come in any order and with any sign.
bool have_same_components(JointContext const& a, JointContext const& b)
{
    constexpr double same = 1e-3; // nats
    return std::equal(
        a.components.begin(), a.components.end(), b.components.begin(),
        [&](auto const& x, auto const& y) { return std::abs(x.log_likelihood - y.log_likelihood) < same; });
}

/// Fits that start from the components of other random starts, told by the candidate orders of `context`: the
/// likelihood of components has many maxima where domains are small or scores cut off, and orders of poor ones start
/// poor fits.
/// \param known  fits so far; of two with one candidate order the better is kept
void add_fits_of_other_components(JointContext const& context, std::span<Matrix const> scores,
                                  std::span<std::string const> names, JointOptions const& options,
                                  std::vector<FittedOrder>& known)
{
    std::vector<JointContext> others;
    for (int i = 1; i < options.searches; ++i) {
        JointOptions one = options;
        one.search_index = static_cast<std::uint64_t>(i);
        try {
            auto other = joint_context(scores, names, one);
            auto const is_same = [&](JointContext const& seen) { return have_same_components(seen, other); };
            if (is_same(context) || std::any_of(others.begin(), others.end(), is_same)) continue;
            others.push_back(std::move(other));
            auto const starts = find_starting_orders(others.back(), one.starts, one.search);
            for (FittedOrder& fit : fit_starts(others.back(), starts.orders, one)) {
                // The fit started from an order of other components. In the table of orders it stands under that of
                // `context`'s components which its flag calls for.
                fit.order = order_of_fit(context, fit.fit.parameters);
                fit.inexactness = inexactness_of(context, fit.order);
                auto const same = std::find_if(known.begin(), known.end(),
                                               [&](FittedOrder const& seen) { return seen.order == fit.order; });
                if (same == known.end())
                    known.push_back(std::move(fit));
                else if (fit.fit.penalised() > same->fit.penalised())
                    *same = std::move(fit);
            }
        } catch (NumericalFailure const&) { // one of several
        }
    }
}

/// From the starting orders on.
/// \param add_fits  adds to the fits of the starting orders, where there is more to start from
template <typename AddFits>
JointEstimate fit_starting_orders(JointContext const& context, std::span<std::string const> names,
                                  StartingOrders const& starts, JointOptions const& options, AddFits const& add_fits)
{
    std::vector<FittedOrder> fits = fit_starts(context, starts.orders, options);
    std::size_t const failed = starts.orders.size() - fits.size();
    add_fits(fits);
    JointEstimate estimate = conclude_joint(context, std::move(fits), options);
    estimate.order_searches = starts.known;
    estimate.search_outcome = starts.outcome;
    estimate.mean_lower_bound = starts.mean_lower_bound;
    estimate.mic_lower_bound = starts.mic_lower_bound;
    estimate.warnings = joint_warnings(context, names, options.benchmarks, estimate);
    if (failed > 0)
        estimate.warnings.push_back(
            fmt::format("the joint fit failed from {} of {} starting orders", failed, starts.orders.size()));
    return estimate;
}

/// Scores at or beyond a bound, in domains where the benchmark varies. Ends that are not known are infinite and count
/// nothing; without bounds there is nothing to count.
std::int64_t cut_off_scores(std::span<Matrix const> scores, ScoreBounds const& bounds)
{
    std::int64_t count = 0;
    for (Matrix const& domain : scores)
        for (Index j = 0; j < bounds.floor.size(); ++j) {
            auto const column = domain.col(j).array();
            if (column.minCoeff() == column.maxCoeff()) continue;
            count += (column <= bounds.floor[j]).count() + (column >= bounds.ceiling[j]).count();
        }
    return count;
}

template <typename AddFits>
JointEstimate estimate_from(JointContext const& context, std::span<std::string const> names,
                            JointOptions const& options, AddFits const& add_fits)
{
    if (options.starts < 1) throw UsageError("the joint estimator needs at least one starting order");
    StartingOrders starts = find_starting_orders(context, options.starts, options.search);
    // Beyond `starts`: the orders of least objective of the landscape.
    for (CandidateOrder const& order : options.extra_starts)
        if (std::find(starts.orders.begin(), starts.orders.end(), order) == starts.orders.end())
            starts.orders.push_back(order);
    return telling_when_stopped(starts.known,
                                [&] { return fit_starting_orders(context, names, starts, options, add_fits); });
}

} // namespace

JointOptions thorough(JointOptions options)
{
    options.restarted_optima = 6;
    options.restart_passes = 3;
    options.random_flags = 50;
    options.searches = independent_searches;
    options.polished = 6;
    options.span_starts = true;
    options.returns = 2;
    options.random_spans = 4;
    options.shape_restarts = 24;
    options.last_restarts = 128;
    return options;
}

CandidateOrder order_of_fit(JointContext const& context, JointParameters const& fit)
{
    Matrix const& projection = context.shared.projection; // P S P' = I, so V S P' regresses V x on P x
    return order_at_flag(context.standardised,
                         fit.subspace * pooled_covariance(context.domains) * projection.transpose());
}

// Optima are groups of fits of one flag. The best ones are restarted with each other's sources; then other flags are
// tried against the best, which may add optima, so restarts follow again; then residuals are released, which chooses
// the answer. Each step leaves optima in falling isotropic likelihood.
JointEstimate conclude_joint(JointContext const& context, std::vector<FittedOrder> orders, JointOptions const& options)
{
    JointEstimate estimate;
    estimate.shared = context.shared;
    estimate.components = context.components;
    estimate.sizes = context.sizes;
    std::stable_sort(orders.begin(), orders.end(),
                     [](FittedOrder const& a, FittedOrder const& b) { return a.fit.penalised() > b.fit.penalised(); });
    estimate.orders = std::move(orders);
    estimate.optima = group_by_flag(estimate.orders, options.same_flag_degrees);
    if (estimate.optima.empty()) throw NumericalFailure("no joint fit has a finite likelihood");
    restart_best(context, estimate, options);
    if (options.random_flags > 0) {
        challenge_best(context, estimate, options);
        restart_best(context, estimate, options);
    }
    release_residuals(context, estimate, options);
    describe_optima(context, estimate);
    return estimate;
}

JointEstimate estimate_joint(JointContext const& context, std::span<std::string const> names,
                             JointOptions const& options)
{
    return estimate_from(context, names, options, [](std::vector<FittedOrder>&) {});
}

JointEstimate estimate_joint(std::span<Matrix const> scores, std::span<std::string const> names,
                             JointOptions const& options)
{
    if (options.noise == NoiseModel::aware) return estimate_noise_aware(scores, names, options);
    tell(options, "components of each base model", 0);
    auto const context = joint_context(scores, names, options);
    auto estimate = estimate_from(context, names, options, [&](std::vector<FittedOrder>& fits) {
        add_fits_of_other_components(context, scores, names, options, fits);
    });
    // A fit that takes the end of a scale for a score is sure of orders that such rows make up (docs/noise.md).
    estimate.cut_off_as_exact = cut_off_scores(scores, options.bounds);
    if (estimate.cut_off_as_exact > 0) estimate.decided = false;
    return estimate;
}

} // namespace exahca
