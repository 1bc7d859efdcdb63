// How long does rank 0 need to save what is computed, at the published setting's size (N = 1,480, K = 4, m = 3, d = 6)?
// Arguments: replicates computed, replicates asked for. Times are of one core; the file is in the temporary folder.

#include "exahca/experiment/experiment.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/io/snapshot.hpp"
#include "exahca/results/results.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/task_runner.hpp"

#include <benchmark/benchmark.h>
#include <filesystem>
#include <unistd.h>

namespace exahca {
namespace {

ScoreMatrix const& scores()
{
    static ScoreMatrix const made = [] {
        SimulationOptions options;
        options.sizes = {756, 332, 238, 154};
        return simulate(options);
    }();
    return made;
}

/// A run under way: the estimate, and one replicate under many numbers, each a little different.
class Run
{
public:
    Run(std::int64_t computed, std::int64_t asked)
        : experiment_(settings(), counts(asked), 1, scores().benchmarks), records_(experiment_)
    {
        Dataset const dataset({scores().scores.data(), scores().scores.rows(), scores().scores.cols()},
                              rows_by_domain(scores()));
        TaskRunner runner(experiment_, dataset);
        auto const number = [&](ReplicateKind kind, std::int64_t i) {
            return experiment_.id_of({SettingId(0), kind, i});
        };
        auto const estimate = number(ReplicateKind::estimate, 0);
        auto record = runner.compute(estimate);
        runner.set_estimate(SettingId(0), record);
        records_.put(estimate, record);
        record = runner.compute(number(ReplicateKind::bootstrap, 0));
        for (std::int64_t i = 0; i < computed; ++i) {
            for (auto& value : record.values) value *= 1 + 1e-9 * static_cast<double>(i);
            records_.put(number(ReplicateKind::bootstrap, i), record);
        }
    }
    [[nodiscard]] DataGroup results() const { return build_results(experiment_, records_, scores(), {"", ""}); }

private:
    static std::vector<Setting> settings()
    {
        Setting published;
        published.domains = default_domain_names(4);
        published.factors = 3;
        published.estimator = Estimator::published;
        return {published};
    }
    static ReplicateCounts counts(std::int64_t asked)
    {
        ReplicateCounts counts;
        counts.bootstrap = asked;
        return counts;
    }

    Experiment experiment_;
    RecordStore records_;
};

void build_tree(benchmark::State& state)
{
    Run const run(state.range(0), state.range(1));
    for (auto _ : state) benchmark::DoNotOptimize(run.results());
}

void save_tree(benchmark::State& state)
{
    auto const folder = std::filesystem::temp_directory_path() / ("exahca-bench-" + std::to_string(::getpid()));
    std::filesystem::create_directory(folder);
    auto const path = (folder / "results.h5").string();
    auto const tree = Run(state.range(0), state.range(1)).results();
    for (auto _ : state) write_snapshot(path, tree);
    state.counters["megabytes"] = static_cast<double>(std::filesystem::file_size(path)) / 1e6;
    std::filesystem::remove_all(folder);
}

void sizes(benchmark::internal::Benchmark* bench)
{
    bench->Args({2000, 2000})->Args({9000, 9000})->Args({2000, 60000})->Unit(benchmark::kMillisecond);
}
BENCHMARK(build_tree)->Apply(sizes);
BENCHMARK(save_tree)->Apply(sizes);

} // namespace
} // namespace exahca

BENCHMARK_MAIN();
