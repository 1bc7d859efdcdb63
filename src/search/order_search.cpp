#include "exahca/search/order_search.hpp"

#include "search/fast_search.hpp"

namespace exahca {

SearchResult search_orders(std::span<Matrix const> unmixing, SearchOptions const& options)
{
    return search_orders(OrderProblem(unmixing, options.objective, options.sizes), options);
}

SearchResult search_orders(OrderProblem const& problem, SearchOptions const& options)
{
    check_search_options(options);
    SearchRun run(problem, options);
    if (options.method == SearchMethod::brute)
        run_brute(problem, run);
    else if (options.method == SearchMethod::plain)
        run_plain(problem, run);
    else
        FastSearch(problem, options.kernels == SearchKernels::portable ? portable_kernels() : best_kernels(), run)
            .expand_subtree({});
    return run.result();
}

} // namespace exahca
