// How long do the parts of the joint estimator take at the published setting's size (N = 1,480, K = 4, m = 3, d = 6)?
// Data: simulated, built-in sources. Times are processor time of one core.

#include "exahca/experiment/joint_estimator.hpp"
#include "exahca/experiment/simulator.hpp"

#include <benchmark/benchmark.h>

namespace exahca {
namespace {

struct Data
{
    std::vector<Matrix> scores;
    std::vector<std::string> names = default_domain_names(4);
};

Data const& data()
{
    static Data const made = [] {
        SimulationOptions options;
        options.sizes = {756, 332, 238, 154};
        Data result;
        for (Domain const& domain : select_domains(simulate(options), default_domain_names(4)))
            result.scores.push_back(domain.scores);
        return result;
    }();
    return made;
}

JointOptions options_of(benchmark::State const& state)
{
    JointOptions options;
    options.density = static_cast<DensityFamily>(state.range(0));
    return options;
}

void label(benchmark::State& state) { state.SetLabel(std::string(density_name(options_of(state).density))); }

void one_evaluation(benchmark::State& state)
{
    label(state);
    JointContext const context = joint_context(data().scores, data().names, options_of(state));
    JointParameters const parameters = start_of_order(context, first_order(4, 3));
    JointLikelihood likelihood(context.domains);
    JointGradient gradient;
    for (auto _ : state) benchmark::DoNotOptimize(likelihood.evaluate(parameters, gradient));
    state.counters["ns_per_source_value"] = benchmark::Counter(
        1480.0 * 3 * 1e-9, benchmark::Counter::kIsIterationInvariantRate | benchmark::Counter::kInvert);
}

void one_fit(benchmark::State& state)
{
    label(state);
    JointContext const context = joint_context(data().scores, data().names, options_of(state));
    std::int64_t index = 0, evaluations = 0;
    for (auto _ : state) {
        FittedOrder const fitted = fit_order(context, order_of_rank(4, 3, index));
        index = (index + 137) % 1296;
        evaluations += fitted.fit.evaluations;
    }
    state.counters["evaluations"] = static_cast<double>(evaluations) / static_cast<double>(state.iterations());
}

void preparation(benchmark::State& state)
{
    label(state);
    for (auto _ : state) benchmark::DoNotOptimize(joint_context(data().scores, data().names, options_of(state)));
}

// One bootstrap replicate: twelve starts, two optima restarted, four released.
void one_estimate(benchmark::State& state)
{
    label(state);
    for (auto _ : state) benchmark::DoNotOptimize(estimate_joint(data().scores, data().names, options_of(state)));
}

void densities(benchmark::internal::Benchmark* benchmark)
{
    for (DensityFamily const family :
         {DensityFamily::extended, DensityFamily::sas, DensityFamily::mog2, DensityFamily::mog3})
        benchmark->Arg(static_cast<std::int64_t>(family));
    benchmark->Unit(benchmark::kMillisecond);
}

BENCHMARK(one_evaluation)->Apply(densities)->Unit(benchmark::kMicrosecond);
BENCHMARK(one_fit)->Apply(densities);
BENCHMARK(preparation)->Apply(densities);
BENCHMARK(one_estimate)->Apply(densities);

} // namespace
} // namespace exahca

BENCHMARK_MAIN();
