#include "exahca/experiment/joint_estimator.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/numerics/orthogonal.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <optional>

namespace exahca {
namespace {

FitOptions isotropic_options(JointContext const& context)
{
    FitOptions options;
    options.density = context.density;
    return options;
}

MinimizerOptions source_minimizer()
{
    MinimizerOptions options;
    options.max_iterations = 100;
    return options;
}

JointOptimum optimum_of(JointFit fit)
{
    JointOptimum optimum;
    optimum.isotropic_reading = read_fit(fit.parameters);
    optimum.isotropic = std::move(fit);
    return optimum;
}

// A fit that goes wrong on the way to something better is not worth losing what there is.
std::optional<JointFit> try_fit(JointContext const& context, JointParameters const& start, FitOptions const& options)
{
    try {
        return fit_joint(context.domains, start, options);
    } catch (NumericalFailure const&) {
        return std::nullopt;
    }
}

bool higher(JointOptimum const& a, JointOptimum const& b) { return a.isotropic.penalised() > b.isotropic.penalised(); }

// Leader clustering: each fit joins the first optimum, of higher likelihood than itself, whose flag it shares.
std::vector<JointOptimum> group_by_flag(std::vector<FittedOrder>& orders, double degrees)
{
    std::vector<JointOptimum> optima;
    for (FittedOrder& fitted : orders) {
        if (!std::isfinite(fitted.fit.penalised())) continue;
        auto const same = [&](JointOptimum const& optimum) {
            return flags_agree(optimum.isotropic_reading.unmixing, fitted.unmixing, degrees);
        };
        auto found = std::find_if(optima.begin(), optima.end(), same);
        if (found == optima.end()) found = optima.insert(optima.end(), optimum_of(fitted.fit));
        ++found->fits;
        fitted.optimum = static_cast<int>(found - optima.begin());
    }
    return optima;
}

/// Looks for higher likelihood by refitting sources at fixed flags, and keeps count of what it finds.
class Restarter
{
public:
    explicit Restarter(JointContext const& context) : context_(context) {}

    // Refits the sources at the optimum's flag from all known sources, then everything; again while that helps.
    void raise(JointOptimum& optimum, SourceStarts const& starts) const
    {
        constexpr int max_rounds = 4;
        double const before = optimum.isotropic.penalised();
        for (int round = 0; round < max_rounds; ++round) {
            JointFit const refit = refit_at_flag(context_, optimum.isotropic.parameters, starts, source_minimizer());
            double const gain = refit.penalised() - optimum.isotropic.penalised();
            if (gain < 0.05 && (round > 0 || optimum.isotropic.converged())) break;
            auto fit = try_fit(context_, refit.parameters, isotropic_options(context_));
            if (!fit || !(fit->penalised() > optimum.isotropic.penalised())) break;
            optimum.isotropic = std::move(*fit);
        }
        optimum.isotropic_reading = read_fit(optimum.isotropic.parameters);
        optimum.restart_gain += optimum.isotropic.penalised() - before;
    }

    // The best that sources can do at another subspace or flag.
    [[nodiscard]] JointFit at_flag(JointFit const& best, Matrix const& subspace, SourceStarts const& starts) const
    {
        return refit_at_flag(context_, with_flag(best.parameters, subspace), starts, source_minimizer());
    }

private:
    JointContext const& context_;
};

// Shares of the time are those of the thorough analysis, roughly.
void tell(JointOptions const& options, std::string what, double share)
{
    if (options.activity != nullptr) options.activity->tell(std::move(what), share);
}

// Optima that ended in the same place become one; order by falling likelihood.
void merge_optima(std::vector<JointOptimum>& optima, std::vector<FittedOrder>& orders, double degrees)
{
    std::vector<std::size_t> sorted(optima.size());
    for (std::size_t i = 0; i < sorted.size(); ++i) sorted[i] = i;
    std::stable_sort(sorted.begin(), sorted.end(), [&](auto a, auto b) { return higher(optima[a], optima[b]); });
    std::vector<JointOptimum> merged;
    std::vector<int> place(optima.size());
    for (std::size_t const i : sorted) {
        auto const same = [&](JointOptimum const& optimum) {
            return flags_agree(optimum.isotropic_reading.unmixing, optima[i].isotropic_reading.unmixing, degrees);
        };
        auto const found = std::find_if(merged.begin(), merged.end(), same);
        place[i] = static_cast<int>(found - merged.begin());
        if (found != merged.end()) {
            found->fits += optima[i].fits;
        } else {
            merged.push_back(std::move(optima[i]));
        }
    }
    optima = std::move(merged);
    for (FittedOrder& fitted : orders)
        if (std::isfinite(fitted.fit.penalised())) fitted.optimum = place[static_cast<std::size_t>(fitted.optimum)];
}

// What the last restart found at the two optima that the order hangs on.
double leading_gain(JointEstimate const& estimate)
{
    double gain = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, estimate.optima.size()); ++i)
        gain = std::max(gain, estimate.optima[i].restart_gain);
    return gain;
}

// Restarts the best optima from their own components and each other's sources, until the leading two gain nothing more.
// What they gained in the last pass is left in their restart_gain.
void restart_best(JointContext const& context, JointEstimate& estimate, JointOptions const& options)
{
    constexpr double settled = 0.5;
    if (options.restarted_optima == 0) return;
    Restarter const restarter(context);
    for (int pass = 0; pass < options.restart_passes; ++pass) {
        auto const count = std::min(estimate.optima.size(), static_cast<std::size_t>(options.restarted_optima));
        std::vector<JointFit const*> fits;
        for (std::size_t i = 0; i < count; ++i) fits.push_back(&estimate.optima[i].isotropic);
        SourceStarts const starts = collect_source_starts(context, fits);
        for (JointOptimum& optimum : estimate.optima) optimum.restart_gain = 0;
        for (std::size_t i = 0; i < count; ++i) {
            auto const passed = pass + static_cast<double>(i) / static_cast<double>(count);
            tell(options, fmt::format("restart {} of {}", i + 1, count), 0.1 + 0.4 * passed / options.restart_passes);
            restarter.raise(estimate.optima[i], starts);
        }
        merge_optima(estimate.optima, estimate.orders, options.same_flag_degrees);
        if (leading_gain(estimate) < settled) return;
    }
}

// Tries the flags of all other optima and random flags of the best optimum's span against it, and moves on to whatever
// beats it by more than 1, until nothing does.
void challenge_best(JointContext const& context, JointEstimate& estimate, JointOptions const& options)
{
    constexpr int max_rounds = 4;
    constexpr double tolerance = 1; // nats (method.md, section 5)
    Restarter const restarter(context);
    for (int round = 0; round < max_rounds; ++round) {
        JointFit const best = estimate.optima.front().isotropic;
        std::vector<Matrix> flags;
        for (std::size_t i = 1; i < estimate.optima.size(); ++i)
            flags.push_back(estimate.optima[i].isotropic.parameters.subspace);
        RandomStream random({options.seed, "random-flag", options.replicate, {}, static_cast<std::uint64_t>(round)});
        for (int i = 0; i < options.random_flags; ++i)
            flags.push_back(random_orthogonal(random, best.parameters.factors()) *
                            estimate.optima.front().isotropic_reading.unmixing);
        JointFit const* const known = &best;
        SourceStarts const starts = collect_source_starts(context, {&known, 1});
        JointFit challenger;
        challenger.log_likelihood = -std::numeric_limits<double>::infinity();
        for (std::size_t i = 0; i < flags.size(); ++i) {
            tell(options, fmt::format("other flag {} of {}", i + 1, flags.size()),
                 0.5 + 0.3 * static_cast<double>(i) / static_cast<double>(flags.size()));
            JointFit refit = restarter.at_flag(best, flags[i], starts);
            if (refit.penalised() > challenger.penalised()) challenger = std::move(refit);
        }
        estimate.remaining_miss = std::max(0.0, challenger.penalised() - best.penalised());
        if (estimate.remaining_miss <= tolerance) return;
        auto fit = try_fit(context, challenger.parameters, isotropic_options(context));
        if (!fit) return;
        JointOptimum optimum = optimum_of(std::move(*fit));
        restarter.raise(optimum, starts);
        optimum.restart_gain = optimum.isotropic.penalised() - best.penalised();
        estimate.optima.push_back(std::move(optimum));
        merge_optima(estimate.optima, estimate.orders, options.same_flag_degrees);
    }
}

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
        FitOptions released = isotropic_options(context);
        released.residuals = ResidualFit::released;
        // The metric changes so much that the first fit's coordinates no longer suit: again from where it ended.
        for (int round = 0; round < 4 && (round == 0 || !optimum.fit.converged()); ++round) {
            auto fit = try_fit(context, optimum.fit.parameters, released);
            if (!fit) break;
            optimum.fit = std::move(*fit);
        }
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

void describe_optima(JointContext const& context, JointEstimate& estimate)
{
    Matrix const answer = estimate.best().isotropic_reading.unmixing;
    double const highest = estimate.optima.front().isotropic.penalised();
    for (JointOptimum& optimum : estimate.optima) {
        optimum.gap = highest - optimum.isotropic.penalised();
        optimum.angles_to_best = flag_angles(optimum.isotropic_reading.unmixing, answer);
        ModelSize const size{context.factors(),
                             context.domains.front().benchmarks(),
                             static_cast<Index>(context.domains.size()),
                             total_models(context.domains),
                             context.density,
                             SourcePattern::triangular,
                             optimum.residuals};
        optimum.parameters = parameter_count(size);
        optimum.aic = aic(optimum.fit.log_likelihood, size);
        optimum.bic = bic(optimum.fit.log_likelihood, size);
    }
    estimate.optimiser_miss = leading_gain(estimate);
    // Against an optimum with the same residuals the likelihoods at hand count, otherwise the isotropic ones of both.
    double next = std::numeric_limits<double>::infinity();
    JointOptimum const& best = estimate.best();
    for (JointOptimum& optimum : estimate.optima) {
        if (&optimum == &best) continue;
        optimum.behind = optimum.residuals == best.residuals
                             ? best.fit.penalised() - optimum.fit.penalised()
                             : best.isotropic.penalised() - optimum.isotropic.penalised();
        next = std::min(next, optimum.behind);
    }
    estimate.decided = next > std::max({1.0, estimate.optimiser_miss, estimate.remaining_miss});
}

void collect_warnings(JointContext const& context, std::span<std::string const> names, JointEstimate& estimate)
{
    auto const warn = [&](std::string text) { estimate.warnings.push_back(std::move(text)); };
    Index const m = context.factors();
    Index const own = m * (m + 1) / 2 + m * counted_shapes(context.density) + context.domains.front().benchmarks();
    for (std::size_t k = 0; k < context.domains.size(); ++k) {
        CentredDomain const& domain = context.domains[k];
        if (domain.models() < 2 * own)
            warn(fmt::format("{} has {} models for {} parameters of its own", names[k], domain.models(), own));
        if (context.components[k].fast_ica_outcome == IcaOutcome::not_converged)
            warn(fmt::format("FastICA has not converged on {}; its likelihood started from there", names[k]));
        bool gaussian = true;
        for (DensityFamily const family : context.components[k].families)
            gaussian = gaussian && family == DensityFamily::gauss;
        if (gaussian && m > 1)
            warn(fmt::format("all components of {} look Gaussian: nothing identifies them", names[k]));
    }
    if (whitening_transform(pooled_covariance(context.domains)).rows() < context.domains.front().benchmarks())
        warn("a benchmark is constant or a combination of others within the domains");
    if (!estimate.best().fit.converged()) warn("the best joint fit has not converged within its iterations");
    if (estimate.search_outcome != SearchOutcome::optimum_proven)
        warn("the search for starting orders ended at its limit: other starts may be better");
    if (!estimate.decided && estimate.optima.size() > 1) {
        double next = std::numeric_limits<double>::infinity();
        for (JointOptimum const& optimum : estimate.optima)
            if (&optimum != &estimate.best()) next = std::min(next, optimum.behind);
        warn(
            fmt::format("order not settled: another flag is {:.1f} log-likelihood units behind, the optimiser is known "
                        "to miss {:.1f}",
                        next, std::max(estimate.optimiser_miss, estimate.remaining_miss)));
    }
}

} // namespace

JointOptions thorough(JointOptions options)
{
    options.restarted_optima = 6;
    options.restart_passes = 3;
    options.random_flags = 50;
    return options;
}

JointEstimate conclude_joint(JointContext const& context, std::vector<FittedOrder> orders, JointOptions const& options)
{
    JointEstimate estimate;
    estimate.shared = context.shared;
    estimate.components = context.components;
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

JointEstimate estimate_joint(std::span<Matrix const> scores, std::span<std::string const> names,
                             JointOptions const& options)
{
    if (scores.empty() || scores.size() != names.size()) throw UsageError("the joint estimator needs named domains");
    if (options.factors < 1 || options.factors > scores.front().cols())
        throw UsageError(fmt::format("{} factors", options.factors),
                         fmt::format("there must be 1 to {}, the number of benchmarks", scores.front().cols()));
    if (options.starts < 1) throw UsageError("the joint estimator needs at least one starting order");
    JointContext const context = joint_context(scores, names, options);
    StartingOrders const starts = find_starting_orders(context, options.starts, options.search);
    std::vector<FittedOrder> fitted;
    std::string last_failure = "there is no starting order";
    for (CandidateOrder const& order : starts.orders) {
        try {
            fitted.push_back(fit_order(context, order));
        } catch (NumericalFailure const& failure) {
            last_failure = failure.what();
        }
    }
    if (fitted.empty()) throw NumericalFailure("no joint fit succeeded: " + last_failure);
    JointEstimate estimate = conclude_joint(context, std::move(fitted), options);
    estimate.search_outcome = starts.outcome;
    collect_warnings(context, names, estimate);
    return estimate;
}

} // namespace exahca
