// How long do the parts of the joint estimator take at the published setting's size (N = 1,480, K = 4, m = 3, d = 6)?
// Data: simulated, built-in sources. Times are processor time of one core.

#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/model/noise_starts.hpp"
#include "exahca/simulate/simulator.hpp"

#include <benchmark/benchmark.h>

#include <chrono>
#include <limits>

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

// What is known of the noisy scores: all of them, 70 % of each row's, the upper 85 % of one benchmark's or of two.
enum class Known { all, most, above_floor, above_two_floors };

std::vector<PatternedScores> noisy_data(Known known)
{
    RandomStream random({1, "joint-bench", 0, "missing", 0});
    std::vector<PatternedScores> domains;
    for (Matrix scores : data().scores) {
        Index const d = scores.cols();
        double const infinity = std::numeric_limits<double>::infinity();
        ScoreBounds bounds{Vector::Constant(d, -infinity), Vector::Constant(d, infinity)};
        if (known == Known::most)
            for (double& x : scores.reshaped())
                if (random.uniform() < 0.3) x = std::numeric_limits<double>::quiet_NaN();
        Index const floors = known == Known::above_floor ? 1 : known == Known::above_two_floors ? 2 : 0;
        for (Index i = 0; i < floors; ++i) {
            Vector column = scores.col(i);
            std::sort(column.begin(), column.end());
            bounds.floor[i] = column[column.size() * 15 / 100];
        }
        std::vector<Index> columns;
        for (Index i = 0; i < d; ++i) columns.push_back(i);
        domains.push_back(group_rows(classify_scores(scores, bounds), columns));
    }
    return domains;
}

// Factor analysis with sources of several components spread around 0.
NoiseParameters noisy_parameters(std::vector<PatternedScores> const& domains, Index components)
{
    NoiseParameters parameters =
        analyse_factors(domains, principal_component_start(domains, 3), {.max_steps = 20}).parameters;
    for (Matrix& shapes : parameters.shapes) {
        shapes.setZero(3 * components - 1, 3);
        for (Index c = 0; c < components; ++c)
            shapes.row(components - 1 + c).setConstant(0.8 * (static_cast<double>(c) - 0.5));
    }
    return parameters;
}

template <class Function>
double microseconds(Function const& function)
{
    auto const start = std::chrono::steady_clock::now();
    function();
    return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
}

// By turns with the likelihood of exact scores (first argument: components), so that both meet the same machine; the
// least times of each.
void noisy_evaluation(benchmark::State& state)
{
    auto const components = static_cast<Index>(state.range(0));
    auto const domains = noisy_data(static_cast<Known>(state.range(1)));
    NoiseParameters const noisy = noisy_parameters(domains, components);
    NoiseLikelihood const noise_likelihood(domains);
    NoiseParameters noise_gradient;
    JointOptions options;
    options.density = components == 2 ? DensityFamily::mog2 : DensityFamily::mog3;
    JointContext const context = joint_context(data().scores, data().names, options);
    JointParameters const exact = start_of_order(context, first_order(4, 3));
    JointLikelihood likelihood(context.domains);
    JointGradient gradient;
    double least = std::numeric_limits<double>::infinity(), least_exact = least;
    for (auto _ : state) {
        double const time = microseconds([&] { noise_likelihood.evaluate(noisy, noise_gradient); });
        state.SetIterationTime(time * 1e-6);
        least = std::min(least, time);
        least_exact = std::min(least_exact, microseconds([&] { likelihood.evaluate(exact, gradient); }));
    }
    state.counters["us"] = least;
    state.counters["exact_us"] = least_exact;
    state.counters["ratio"] = least / least_exact;
}

// 400 steps of EM from one start.
void factor_analysis(benchmark::State& state)
{
    auto const domains = noisy_data(static_cast<Known>(state.range(0)));
    NoiseParameters const start = principal_component_start(domains, 3);
    for (auto _ : state) benchmark::DoNotOptimize(analyse_factors(domains, start, {.tolerance = 0}));
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
BENCHMARK(noisy_evaluation)
    ->ArgNames({"components", "known"})
    ->ArgsProduct({{3, 2}, {0, 1, 2, 3}})
    ->UseManualTime()
    ->Unit(benchmark::kMicrosecond);
BENCHMARK(factor_analysis)->ArgName("known")->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

} // namespace
} // namespace exahca

BENCHMARK_MAIN();
