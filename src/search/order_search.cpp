#include "exahca/search/order_search.hpp"

#include "search/fast_search.hpp"
#include "search/start_search.hpp"

#include <algorithm>
#include <chrono>

namespace exahca {
namespace {

// A proof this short costs less than a search for a good start.
constexpr std::int64_t short_proof = 20'000;
// The start improves at least so many orders at once: the best one's neighbours alone are often a dead end.
constexpr std::int64_t start_breadth = 24;

Kernels const& kernels_for(SearchOptions const& options)
{
    return options.kernels == SearchKernels::portable ? portable_kernels() : best_kernels();
}

// Good orders to begin with, and what they cost.
SearchRun find_start(OrderProblem const& problem, SearchOptions const& options, SearchRun const& trial,
                     double seconds_spent)
{
    auto start_options = options;
    if (options.time_limit_seconds > 0)
        start_options.time_limit_seconds = std::max(1e-3, options.time_limit_seconds - seconds_spent);
    start_options.node_limit = 0;
    start_options.best_n = std::max(options.best_n, start_breadth);
    SearchRun start(problem, start_options);
    for (auto const& found : trial.best.kept()) start.best.offer(found);
    run_start(problem, kernels_for(options), start);
    return start;
}

SearchResult run_fast(OrderProblem const& problem, SearchOptions const& options)
{
    auto const& kernels = kernels_for(options);
    auto const begin = std::chrono::steady_clock::now();
    SearchRun run(problem, options);
    if (options.start == SearchStart::none) {
        FastSearch(problem, kernels, run).expand_subtree({});
        return run.result();
    }
    // The user's own limit may be the shorter one; then the trial is the proof, as far as it gets.
    bool const trial_is_all = options.node_limit > 0 && options.node_limit <= short_proof;
    auto trial_options = options;
    if (!trial_is_all) trial_options.node_limit = short_proof;
    SearchRun trial(problem, trial_options);
    FastSearch(problem, kernels, trial).expand_subtree({});
    if (trial.outcome() == SearchOutcome::optimum_proven) return trial.result();
    std::chrono::duration<double> const spent = std::chrono::steady_clock::now() - begin;
    double const trial_bound = trial.result().lower_bound;
    auto const start = find_start(problem, options, trial, spent.count());
    auto& proof = trial_is_all ? trial : run;
    for (auto const& found : start.best.kept()) proof.best.offer(found);
    if (!trial_is_all) FastSearch(problem, kernels, run).expand_subtree({});
    auto result = proof.result();
    if (result.outcome != SearchOutcome::optimum_proven) // the trial may have proven more than a search cut short
        result.lower_bound = std::max(result.lower_bound, std::min(trial_bound, proof.best.best_value()));
    result.start_tuples = start.tuples + (trial_is_all ? 0 : trial.tuples);
    return result;
}

} // namespace

SearchResult search_orders(std::span<Matrix const> unmixing, SearchOptions const& options)
{
    return search_orders(OrderProblem(unmixing, options.objective, options.sizes), options);
}

SearchResult search_orders(OrderProblem const& problem, SearchOptions const& options)
{
    check_search_options(options);
    if (options.method == SearchMethod::automatic) return run_fast(problem, options);
    SearchRun run(problem, options);
    if (options.method == SearchMethod::brute)
        run_brute(problem, run);
    else
        run_plain(problem, run);
    return run.result();
}

} // namespace exahca
