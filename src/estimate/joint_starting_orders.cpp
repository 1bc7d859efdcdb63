#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/estimate/interim_search.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/model/linear_sem.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <limits>
#include <numeric>

namespace exahca {
namespace {

// What starting orders are the best of; results[0] and results[1] below are in this order.
constexpr std::array objectives{Objective::n_weighted, Objective::mic};

/// The best orders of the standardised components: m x m matrices in coordinates P x, sources of unit variance, so that
/// inexactness knows no scale of a source.
SearchResult search(JointContext const& context, Objective objective, int count, SearchLimits const& limits)
{
    SearchOptions options;
    options.objective = objective;
    options.sizes = context.sizes;
    options.best_n = count;
    options.set_limits(limits);
    return search_orders(context.standardised, options);
}

/// Moments of the raw rows of all domains together, by which factors are named.
Moments pooled_moments(JointContext const& context)
{
    std::vector<Moments> moments;
    for (CentredDomain const& domain : context.domains)
        moments.push_back({domain.models(), domain.mean, domain.covariance});
    return pool(moments);
}

/// What is told of the searches when a stop ends the task: the best order of each, named by the factors that its joint
/// fit would start from.
std::vector<InterimSearch> interim_of(JointContext const& context, std::span<SearchResult const> results)
{
    auto const pooled = pooled_moments(context);
    std::vector<InterimSearch> known;
    for (std::size_t i = 0; i < results.size(); ++i) {
        Matrix factors; // that the joint fit of this order would start from
        try {
            factors = read_fit(start_of_order(context, results[i].best.front().order)).factor_scores;
        } catch (NumericalFailure const&) { // the search has its value and its bound all the same
        }
        known.push_back(interim_search(objectives[i], results[i], factors, pooled));
    }
    return known;
}

/// Size of the isotropic triangular model, for AIC and BIC.
ModelSize size_of(JointContext const& context)
{
    CentredDomain const& domain = context.domains.front();
    return {context.factors(),
            domain.benchmarks(),
            static_cast<Index>(context.domains.size()),
            total_models(context.domains),
            context.density,
            SourcePattern::triangular,
            ResidualFit::fixed};
}

} // namespace

StartingOrders find_starting_orders(JointContext const& context, int count, SearchLimits const& limits)
{
    std::vector<SearchResult> results;
    for (Objective const objective : objectives) {
        results.push_back(search(context, objective, count, limits));
        if (results.back().outcome == SearchOutcome::stopped) throw SearchStopped(interim_of(context, results));
    }
    StartingOrders starts;
    auto const wanted = static_cast<std::size_t>(count);
    // The i-th best order of the one search, then that of the other: each is a candidate by its own measure, and the
    // two often agree.
    for (std::size_t i = 0; i < wanted && starts.orders.size() < wanted; ++i)
        for (SearchResult const& result : results) {
            if (i >= result.best.size() || starts.orders.size() == wanted) continue;
            CandidateOrder const& order = result.best[i].order;
            if (std::find(starts.orders.begin(), starts.orders.end(), order) == starts.orders.end())
                starts.orders.push_back(order);
        }
    for (SearchResult const& result : results)
        if (result.outcome != SearchOutcome::optimum_proven) starts.outcome = result.outcome;
    starts.mean_lower_bound = results[0].lower_bound;
    starts.mic_lower_bound = results[1].lower_bound;
    starts.known = interim_of(context, results);
    return starts;
}

// Digits of the index to the base m!, the last domain's the lowest; within a domain permutations in lexicographic
// order, level 1 first, by the factorial number system.
CandidateOrder order_of_rank(int domains, int levels, std::int64_t index)
{
    std::vector<int> identity(static_cast<std::size_t>(levels));
    std::iota(identity.begin(), identity.end(), 0);
    std::int64_t permutations = 1;
    for (int l = 2; l <= levels; ++l) permutations *= l;
    CandidateOrder order = first_order(domains, levels);
    for (auto domain = order.rows.rbegin(); domain != order.rows.rend(); ++domain) {
        std::int64_t rank = index % permutations, block = permutations;
        index /= permutations;
        std::vector<int> left = identity;
        for (int l = levels; l >= 1; --l) {
            block /= l;
            auto const pick = left.begin() + rank / block;
            (*domain)[static_cast<std::size_t>(levels - l)] = *pick;
            left.erase(pick);
            rank %= block;
        }
    }
    return order;
}

JointContext joint_context(std::span<Matrix const> scores, std::span<std::string const> names,
                           JointOptions const& options)
{
    if (scores.empty() || scores.size() != names.size()) throw UsageError("the joint estimator needs named domains");
    if (options.factors < 1 || options.factors > scores.front().cols())
        throw UsageError(fmt::format("{} factors", options.factors),
                         fmt::format("there must be 1 to {}, the number of benchmarks", scores.front().cols()));
    std::vector<CentredDomain> domains;
    for (Matrix const& matrix : scores) domains.push_back(centre(matrix));
    return prepare_joint(
        std::move(domains), names,
        {options.factors, options.density, options.fast_ica, options.seed, options.replicate, options.search_index});
}

FittedOrder fit_order(JointContext const& context, CandidateOrder const& order)
{
    FittedOrder fitted;
    fitted.order = order;
    FitOptions options;
    options.density = context.density;
    fitted.fit = fit_joint(context.domains, start_of_order(context, order), options);
    fitted.unmixing = read_fit(fitted.fit.parameters).unmixing;
    fitted.aic = aic(fitted.fit.log_likelihood, size_of(context));
    fitted.bic = bic(fitted.fit.log_likelihood, size_of(context));
    fitted.inexactness = inexactness_of(context, order);
    return fitted;
}

OrderInexactness inexactness_of(JointContext const& context, CandidateOrder const& order)
{
    auto largest = evaluate_order(OrderProblem(context.standardised, Objective::mic), order);
    auto const mean = evaluate_order(OrderProblem(context.standardised, Objective::n_weighted, context.sizes), order);
    return {largest.value, mean.value, std::move(largest.inexactness)};
}

std::vector<FittedOrder> fit_order_range(JointContext const& context, std::int64_t first, std::int64_t last)
{
    EXAHCA_EXPECT(first >= 0 && first <= last);
    std::vector<FittedOrder> fitted;
    for (std::int64_t index = first; index < last; ++index) {
        CandidateOrder const order = order_of_rank(static_cast<int>(context.domains.size()), context.factors(), index);
        try {
            fitted.push_back(fit_order(context, order));
        } catch (NumericalFailure const&) {
            FittedOrder failed;
            // A range always has last - first lines, so that a line's number is its order's rank.
            failed.order = order;
            failed.fit.log_likelihood = -std::numeric_limits<double>::infinity();
            fitted.push_back(std::move(failed));
        }
    }
    return fitted;
}

} // namespace exahca
