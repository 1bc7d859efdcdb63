// Question: how many tuples, and how much time, does it take to prove the best order, and how does that compare with a
// plain depth-first search and with brute force? Results and machine: docs/performance.md.
//
// Run: tests/bench_search --benchmark_filter=real_m4/6
// The instances are those of the reference folder; without it there is nothing to run.

#include "exahca/search/instance_text.hpp"
#include "exahca/search/order_search.hpp"

#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

namespace {

using namespace exahca;

struct Row
{
    char const* instance; // without .txt
    std::size_t domains;
    bool plain; // the baselines end within seconds
    bool brute;
};

constexpr Row rows[] = {{"real_m3", 4, true, true},  {"real_m3", 5, true, true},   {"real_m3", 8, true, false},
                        {"real_m4", 5, true, true},  {"real_m4", 6, true, false},  {"real_m4", 7, false, false},
                        {"real_m5", 5, true, false}, {"real_m5", 6, false, false}, {"real_m6", 5, true, false},
                        {"real_m6", 6, false, false}};

std::vector<Matrix> read(Row const& row)
{
    std::ifstream file(std::string(EXAHCA_REFERENCE_DIR) + "/reference/search_instances/" + row.instance + ".txt");
    if (!file) return {};
    std::stringstream text;
    text << file.rdbuf();
    auto unmixing = parse_unmixing_text(text.str(), row.instance);
    unmixing.resize(std::min(row.domains, unmixing.size()));
    return unmixing;
}

void run(benchmark::State& state, std::vector<Matrix> const& unmixing, SearchOptions const& options)
{
    OrderProblem const problem(unmixing, options.objective, options.sizes);
    std::int64_t tuples = 0;
    std::int64_t searches = 0;
    double value = 0;
    for (auto _ : state) {
        auto const result = search_orders(problem, options);
        tuples += result.tuples_visited;
        value = result.best.front().value;
        ++searches;
    }
    state.counters["tuples"] = static_cast<double>(tuples) / static_cast<double>(searches);
    state.counters["tuples/s"] = benchmark::Counter(static_cast<double>(tuples), benchmark::Counter::kIsRate);
    state.counters["value"] = value;
}

void add(std::string const& name, std::vector<Matrix> const& unmixing, SearchOptions const& options)
{
    benchmark::RegisterBenchmark(name.c_str(), [=](benchmark::State& state) {
        run(state, unmixing, options);
    })->Unit(benchmark::kMillisecond);
}

void add_all(Row const& row)
{
    auto const unmixing = read(row);
    if (unmixing.empty()) return;
    std::string const name = std::string(row.instance) + "/" + std::to_string(row.domains);
    std::vector<double> sizes{756, 332, 238, 154, 221, 306, 155, 135, 200, 180};
    sizes.resize(unmixing.size());
    add(name + "/best1", unmixing, {.best_n = 1});
    add(name + "/best10", unmixing, {.best_n = 10});
    add(name + "/portable", unmixing, {.best_n = 1, .kernels = SearchKernels::portable});
    add(name + "/mean", unmixing, {.objective = Objective::mean, .best_n = 1});
    add(name + "/n_weighted", unmixing, {.objective = Objective::n_weighted, .sizes = sizes, .best_n = 1});
    if (row.plain) add(name + "/plain", unmixing, {.best_n = 1, .method = SearchMethod::plain});
    if (row.brute) add(name + "/brute", unmixing, {.best_n = 1, .method = SearchMethod::brute});
}

} // namespace

int main(int argc, char** argv)
{
    for (auto const& row : rows) add_all(row);
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
