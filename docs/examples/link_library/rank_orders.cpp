// Ranks the causal orders of given unmixing matrices: rank_orders MATRICES.txt
//
// The file has a line "K m d" and K blocks of m lines with d numbers, as for exahca search --orders-only.
#include <exahca/core/error.hpp>
#include <exahca/search/instance_text.hpp>
#include <exahca/search/order_search.hpp>

#include <cstdio>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

int main(int argc, char** argv)
{
    if (argc != 2) {
        std::fputs("usage: rank_orders MATRICES.txt\n", stderr);
        return 2;
    }
    try {
        std::ifstream file(argv[1]);
        std::string const text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        std::vector<exahca::Matrix> const unmixing = exahca::parse_unmixing_text(text, argv[1]);
        exahca::SearchOptions options;
        options.best_n = 3;
        auto const result = exahca::search_orders(unmixing, options);
        if (result.outcome != exahca::SearchOutcome::optimum_proven) return 1;
        for (auto const& ranked : result.best) {
            std::printf("mic %.17g", ranked.value);
            for (double const inexactness : ranked.inexactness) std::printf(" %.17g", inexactness);
            std::printf("\n");
        }
    } catch (exahca::Error const& error) {
        std::fprintf(stderr, "rank_orders: %s\n", error.what());
        return static_cast<int>(error.status());
    }
    return 0;
}
