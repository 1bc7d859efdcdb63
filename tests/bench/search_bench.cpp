// Question: how many tuples, and how much time, does it take to prove the best order, and how does that compare with a
// plain depth-first search and with brute force? Results and machine: docs/performance.md.
//
// A second question: how many cells, and how much time, does it take to prove the best flag of up to 100 domains?
//
// Run: tests/bench_search --benchmark_filter=real_m4/6, or =flag
// The instances are those of the reference folder, without which the first question has nothing to run, and simulated
// ones of the design in method.md, section 10.

#include "exahca/core/random.hpp"
#include "exahca/numerics/orthogonal.hpp"
#include "exahca/search/flag_search.hpp"
#include "exahca/search/instance_text.hpp"
#include "exahca/search/order_search.hpp"

#include <benchmark/benchmark.h>

#include <cmath>
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

// Unmixing matrices B_k H, with errors of estimation of this size in every entry. B_k as in the design.
std::vector<Matrix> simulate(int domains, double noise)
{
    constexpr Index m = 3;
    RandomStream random({.seed = 1, .purpose = "flag-bench", .name = {}});
    auto const normal = [&] { return Matrix(Matrix::NullaryExpr(m, m, [&] { return random.normal(); })); };
    Matrix const shared = random_orthogonal(random, m);
    std::vector<Matrix> unmixing;
    for (int k = 0; k < domains; ++k) {
        Matrix triangle = 0.7 * Matrix(normal().triangularView<Eigen::StrictlyUpper>());
        for (Index i = 0; i < m; ++i) triangle(i, i) = std::exp(0.3 * random.normal());
        unmixing.emplace_back(triangle * shared + noise * normal());
    }
    return unmixing;
}

void run_flags(benchmark::State& state, std::vector<Matrix> const& unmixing, Objective objective, double tolerance)
{
    auto const span = project_on_shared_span(unmixing);
    OrderProblem const problem(span.unmixing, objective);
    FlagSearchResult result;
    for (auto _ : state) result = search_flags(problem, {.tolerance = tolerance});
    state.counters["cells"] = static_cast<double>(result.cells);
    state.counters["value"] = result.best.front().value;
    state.counters["bound"] = result.lower_bound;
    state.counters["proven"] = result.outcome == FlagOutcome::proven ? 1 : 0;
}

void add_flags(std::string const& name, std::vector<Matrix> const& unmixing)
{
    if (unmixing.empty()) return;
    auto const add = [&](std::string const& objective_name, Objective objective, double tolerance) {
        auto const whole = "flag-" + objective_name + "/" + name + "/" + std::to_string(unmixing.size());
        benchmark::RegisterBenchmark(whole.c_str(), [=](benchmark::State& state) {
            run_flags(state, unmixing, objective, tolerance);
        })->Unit(benchmark::kMillisecond);
    };
    add("max", Objective::mic, 1e-4);
    add("mean", Objective::mean, 2e-3);
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
    for (std::size_t const domains : {4U, 8U, 10U}) add_flags("real_m3", read({"real_m3", domains, false, false}));
    for (int const domains : {10, 18, 50, 100, 200})
        for (double const noise : {0.1, 0.3})
            add_flags("simulated_" + std::to_string(noise).substr(0, 3), simulate(domains, noise));
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
    benchmark::Shutdown();
    return 0;
}
