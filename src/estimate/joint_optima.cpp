#include "joint_optima.hpp"

#include "exahca/core/error.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/numerics/orthogonal.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace exahca {
namespace {

/// Of one source at a fixed flag: a row of T_k and its shapes, few parameters.
MinimizerOptions source_minimizer()
{
    MinimizerOptions options;
    options.max_iterations = 100;
    return options;
}

/// An optimum of its isotropic fit; what needs the other optima comes later (describe_optima).
JointOptimum optimum_of(JointFit fit, OptimumSource source)
{
    JointOptimum optimum;
    optimum.source = source;
    optimum.isotropic_reading = read_fit(fit.parameters);
    optimum.isotropic = std::move(fit);
    return optimum;
}

bool higher(JointOptimum const& a, JointOptimum const& b) { return a.isotropic.penalised() > b.isotropic.penalised(); }

/// Looks for higher likelihood by refitting sources at fixed flags, and keeps count of what it finds.
class Restarter
{
public:
    explicit Restarter(JointContext const& context) : context_(context) {}

    // Refits the sources at the optimum's flag from all known sources, then everything from there; again while that
    // helps. A joint fit that ends no higher than what there is is thrown away, so an optimum never falls. restart_gain
    // adds up.
    void raise(JointOptimum& optimum, SourceStarts const& starts) const
    {
        constexpr int max_rounds = 4;
        double const before = optimum.isotropic.penalised();
        for (int round = 0; round < max_rounds; ++round) {
            JointFit const refit = refit_at_flag(context_, optimum.isotropic.parameters, starts, source_minimizer());
            double const gain = refit.penalised() - optimum.isotropic.penalised();
            // Less than .05 nats from other sources: only worth a joint fit where the optimum itself had not come to
            // rest.
            if (gain < 0.05 && (round > 0 || optimum.isotropic.at_rest())) break;
            auto fit = try_fit(context_, refit.parameters, ResidualFit::fixed);
            if (!fit || !(fit->penalised() > optimum.isotropic.penalised())) break;
            optimum.isotropic = std::move(*fit);
        }
        optimum.isotropic_reading = read_fit(optimum.isotropic.parameters);
        optimum.restart_gain += optimum.isotropic.penalised() - before;
    }

    // The best that sources can do at another flag, V and metric held; `best` lends the sources that the fit at least
    // has.
    [[nodiscard]] JointFit at_flag(JointFit const& best, Matrix const& subspace, SourceStarts const& starts) const
    {
        return refit_at_flag(context_, with_flag(best.parameters, subspace), starts, source_minimizer());
    }

private:
    JointContext const& context_;
};

// Optima that ended in the same place become one, the highest of them; order by falling likelihood. Each fitted order
// is told where its optimum is now; those without a finite likelihood have none.
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

} // namespace

std::optional<JointFit> try_fit(JointContext const& context, JointParameters const& start, ResidualFit residuals)
{
    FitOptions options;
    options.density = context.density;
    options.residuals = residuals;
    try {
        return fit_joint(context.domains, start, options);
    } catch (NumericalFailure const&) {
        return std::nullopt;
    }
}

void tell(JointOptions const& options, std::string what, double share)
{
    if (options.activity != nullptr) options.activity->tell(std::move(what), share);
}

std::vector<JointOptimum> group_by_flag(std::vector<FittedOrder>& orders, double degrees)
{
    std::vector<JointOptimum> optima;
    for (FittedOrder& fitted : orders) {
        if (!std::isfinite(fitted.fit.penalised())) continue;
        auto const same = [&](JointOptimum const& optimum) {
            return flags_agree(optimum.isotropic_reading.unmixing, fitted.unmixing, degrees);
        };
        auto found = std::find_if(optima.begin(), optima.end(), same);
        if (found == optima.end()) found = optima.insert(optima.end(), optimum_of(fitted.fit, OptimumSource::start));
        ++found->fits;
        fitted.optimum = static_cast<int>(found - optima.begin());
    }
    return optima;
}

double leading_gain(JointEstimate const& estimate)
{
    double gain = 0;
    for (std::size_t i = 0; i < std::min<std::size_t>(2, estimate.optima.size()); ++i)
        gain = std::max(gain, estimate.optima[i].restart_gain);
    return gain;
}

void restart_best(JointContext const& context, JointEstimate& estimate, JointOptions const& options)
{
    // In nats: the leading two count as settled when a pass gains less.
    constexpr double settled = 0.5;
    if (options.restarted_optima == 0) return;
    Restarter const restarter(context);
    for (int pass = 0; pass < options.restart_passes; ++pass) {
        auto const count = std::min(estimate.optima.size(), static_cast<std::size_t>(options.restarted_optima));
        std::vector<JointFit const*> fits;
        for (std::size_t i = 0; i < count; ++i) fits.push_back(&estimate.optima[i].isotropic);
        // Once per pass, from the optima as they are: what one has found may serve the others.
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

void challenge_best(JointContext const& context, JointEstimate& estimate, JointOptions const& options)
{
    constexpr std::uint64_t max_rounds = 4;
    constexpr double tolerance = 1; // nats (method.md, section 5)
    Restarter const restarter(context);
    for (std::uint64_t round = 0; round < max_rounds; ++round) {
        JointFit const best = estimate.optima.front().isotropic;
        std::vector<Matrix> flags;
        for (std::size_t i = 1; i < estimate.optima.size(); ++i)
            flags.push_back(estimate.optima[i].isotropic.parameters.subspace);
        RandomStream random(
            {options.seed, "random-flag", options.replicate, {}, options.search_index * max_rounds + round});
        // Random rotations of H, the orthonormal rows of the best flag: other flags of the same span.
        for (int i = 0; i < options.random_flags; ++i)
            flags.push_back(random_orthogonal(random, best.parameters.factors()) *
                            estimate.optima.front().isotropic_reading.unmixing);
        // The components of ICA and the sources of the best optimum.
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
        // Of refits with V held: a lower limit of what a joint fit would gain there.
        estimate.remaining_miss = std::max(0.0, challenger.penalised() - best.penalised());
        if (estimate.remaining_miss <= tolerance) return;
        auto fit = try_fit(context, challenger.parameters, ResidualFit::fixed);
        if (!fit) return;
        JointOptimum optimum = optimum_of(std::move(*fit), OptimumSource::challenge);
        restarter.raise(optimum, starts);
        optimum.restart_gain = optimum.isotropic.penalised() - best.penalised();
        estimate.optima.push_back(std::move(optimum));
        merge_optima(estimate.optima, estimate.orders, options.same_flag_degrees);
    }
}

} // namespace exahca
