// Ranks all orders of two factors in two domains. Domain 1 has the rows of domain 0 in the other order, mixed by an
// upper triangular matrix: exactly one pair of orders fits both.
#include <exahca/core/version.hpp>
#include <exahca/results/data_tree.hpp>
#include <exahca/search/order_search.hpp>

#include <cstdio>
#include <vector>

int main()
{
    exahca::Matrix first(2, 3), second(2, 3);
    first << 1, 0.5, 0, 0, 1, 0;
    second << 0, 2, 0, 3, -1, 0;
    std::vector<exahca::Matrix> const unmixing{first, second};
    exahca::SearchOptions options;
    options.best_n = 4;
    auto const result = exahca::search_orders(unmixing, options);
    exahca::DataGroup tree;
    std::printf("exahca %s: %zu orders, best %.3g\n", exahca::version().data(), result.best.size(),
                result.best.at(0).value);
    bool const right = result.outcome == exahca::SearchOutcome::optimum_proven && result.best.size() == 4 &&
                       result.best[0].value < 1e-12 && result.best[1].value > 1e-3 && tree.variables.empty();
    return right ? 0 : 1;
}
