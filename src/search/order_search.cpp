#include "exahca/search/order_search.hpp"

#include "exahca/model/linear_sem.hpp"
#include "search/fast_search.hpp"
#include "search/start_search.hpp"

#include <algorithm>
#include <chrono>

namespace exahca {
namespace {

// A proof of so little effort costs less than a search for a good start.
constexpr std::int64_t short_proof = 100'000;
// The start improves at least so many orders at once: the best one's neighbours alone are often a dead end.
constexpr std::int64_t start_breadth = 24;

Kernels const& kernels_for(SearchOptions const& options)
{
    return options.kernels == SearchKernels::portable ? portable_kernels() : best_kernels();
}

void search_all(OrderProblem const& problem, SearchOptions const& options, SearchRun& run)
{
    FastSearch(problem, kernels_for(options), options.frontier_bytes, run).expand_subtree({});
}

double seconds_since(std::chrono::steady_clock::time_point begin)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

// The same options, with what is left of the time.
SearchOptions with_time_left(SearchOptions options, std::chrono::steady_clock::time_point begin)
{
    if (options.time_limit_seconds > 0)
        options.time_limit_seconds = std::max(1e-3, options.time_limit_seconds - seconds_since(begin));
    return options;
}

// Good orders to begin with, and what they cost. A limit in tuples is the proof's: the start's work is bounded anyway.
SearchRun find_start(OrderProblem const& problem, SearchOptions options, SearchRun const& trial)
{
    options.tuple_limit = 0;
    options.best_n = std::max(options.best_n, start_breadth);
    SearchRun start(problem, options);
    for (auto const& found : trial.best.kept()) start.best.offer(found);
    run_start(problem, kernels_for(options), options.frontier_bytes, start);
    return start;
}

// Depth first. A search cut short has an order all the same: the start's.
SearchResult run_fast(OrderProblem const& problem, SearchOptions const& options)
{
    auto const begin = std::chrono::steady_clock::now();
    SearchRun run(problem, options);
    if (options.start == SearchStart::none) {
        search_all(problem, options, run);
        return run.result();
    }
    // The user's own limit may be the shorter one; then the trial is the proof, as far as it gets.
    bool const trial_is_all = options.tuple_limit > 0 && options.tuple_limit <= short_proof;
    auto trial_options = options;
    if (!trial_is_all) trial_options.tuple_limit = short_proof;
    SearchRun trial(problem, trial_options);
    search_all(problem, options, trial);
    if (trial.outcome() == SearchOutcome::optimum_proven) return trial.result();
    auto const trial_result = trial.result();
    auto const start = find_start(problem, with_time_left(options, begin), trial);
    // `run` begins anew, with the start's orders to prune by; where the trial was all there is, they only join what it
    // found. They are offered without being counted: the proof reaches every order itself.
    auto& proof = trial_is_all ? trial : run;
    for (auto const& found : start.best.kept()) proof.best.offer(found);
    if (!trial_is_all) search_all(problem, options, run);
    auto result = proof.result();
    if (result.outcome != SearchOutcome::optimum_proven) // the trial may have proven more than a search cut short
        result.lower_bound = std::max(result.lower_bound, std::min(trial_result.lower_bound, proof.best.best_value()));
    result.start_tuples = start.tuples + (trial_is_all ? 0 : trial.tuples);
    result.peak_frontier_bytes =
        std::max({result.peak_frontier_bytes, trial_result.peak_frontier_bytes, start.result().peak_frontier_bytes});
    return result;
}

// The pilot, then rounds: what ranks that share the search do, too.
SearchResult run_in_rounds(OrderProblem const& problem, SearchOptions const& options)
{
    auto const begin = std::chrono::steady_clock::now();
    auto pilot_options = options;
    pilot_options.tuple_limit = options.pilot;
    auto const pilot = run_fast(problem, pilot_options);
    if (pilot.outcome != SearchOutcome::tuple_limit) return pilot;
    SearchRounds rounds(problem, options, pilot.best);
    SubtreeSearcher searcher(problem, options);
    StopFlag const never;
    auto const& stop = options.stop != nullptr ? *options.stop : never;
    while (!rounds.finished()) {
        if (stop.requested()) rounds.give_up(SearchOutcome::stopped);
        if (options.time_limit_seconds > 0 && seconds_since(begin) >= options.time_limit_seconds)
            rounds.give_up(SearchOutcome::time_limit);
        if (auto const chunk = rounds.next()) rounds.absorb(searcher.search(*chunk, stop));
    }
    return after_pilot(pilot, rounds.result());
}

// An order that a search without a start has not come to: rows as they are.
void ensure_an_order(OrderProblem const& problem, SearchOptions const& options, SearchResult& result)
{
    if (!result.best.empty() || result.outcome == SearchOutcome::optimum_proven) return;
    RankedOrder ranked{first_order(problem.domains(), problem.factors()), 0, {}};
    auto const value = evaluate_order(problem, ranked.order);
    if (options.incumbent && value.value > *options.incumbent) return;
    ranked.value = value.value;
    ranked.inexactness = value.inexactness;
    result.best.push_back(std::move(ranked));
}

} // namespace

SearchResult search_orders(std::span<Matrix const> unmixing, SearchOptions const& options)
{
    return search_orders(OrderProblem(unmixing, options.objective, options.sizes), options);
}

SearchResult search_orders(OrderProblem const& problem, SearchOptions const& options)
{
    check_search_options(options);
    SearchResult result;
    if (options.method == SearchMethod::automatic) {
        bool const in_rounds = options.tuple_limit > options.pilot && options.start == SearchStart::automatic;
        result = in_rounds ? run_in_rounds(problem, options) : run_fast(problem, options);
    } else {
        SearchRun run(problem, options);
        options.method == SearchMethod::brute ? run_brute(problem, options, run) : run_plain(problem, options, run);
        result = run.result();
    }
    ensure_an_order(problem, options, result);
    return result;
}

} // namespace exahca
