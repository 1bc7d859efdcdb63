#include "exahca/search/order_search.hpp"

#include "search/fast_search.hpp"
#include "search/start_search.hpp"

#include <algorithm>

namespace exahca {
namespace {

// A proof this short costs less than a search for a good start.
constexpr std::int64_t short_proof = 2000;
// The start improves at least so many orders at once: the best one's neighbours alone are often a dead end.
constexpr std::int64_t start_breadth = 24;

SearchResult run_fast(OrderProblem const& problem, SearchOptions const& options)
{
    auto const& kernels = options.kernels == SearchKernels::portable ? portable_kernels() : best_kernels();
    SearchRun run(problem, options);
    std::int64_t start_tuples = 0;
    if (options.start == SearchStart::automatic) {
        auto trial_options = options;
        bool const limited = options.node_limit > 0 && options.node_limit <= short_proof;
        if (!limited) trial_options.node_limit = short_proof;
        SearchRun trial(problem, trial_options);
        FastSearch(problem, kernels, trial).expand_subtree({});
        if (trial.outcome() == SearchOutcome::optimum_proven || limited) return trial.result();
        auto start_options = options;
        start_options.node_limit = 0;
        start_options.best_n = std::max(options.best_n, start_breadth);
        SearchRun start(problem, start_options);
        for (auto const& found : trial.best.kept()) start.best.offer(found);
        run_start(problem, start);
        for (auto const& found : start.best.kept()) run.best.offer(found);
        start_tuples = trial.tuples + start.tuples;
    }
    FastSearch(problem, kernels, run).expand_subtree({});
    auto result = run.result();
    result.start_tuples = start_tuples;
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
