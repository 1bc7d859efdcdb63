#include "exahca/search/order_search.hpp"

#include "search/search_run.hpp"

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
    else
        run_plain(problem, run);
    return run.result();
}

} // namespace exahca
