#include "exahca/experiment/search_forecast.hpp"

#include "exahca/core/random.hpp"
#include "exahca/model/candidate_order.hpp"
#include "exahca/search/subtree_search.hpp"

#include <algorithm>
#include <limits>
#include <utility>
#include <vector>

namespace exahca {
namespace {

constexpr std::int64_t tuples_per_step = 20'000;
constexpr std::size_t most_probes = 2'000;

/// Tuples below one subtree, estimated without bias: where a step's budget ends, one of the parts that are left stands
/// for them all.
///
/// \param visited  counts those that were visited for it
double probe(SubtreeSearcher& searcher, Subtree const& subtree, double threshold, RandomStream& random, double& visited)
{
    StopFlag const never;
    std::vector<Subtree> open{subtree};
    double tuples = 0, weight = 1;
    while (!open.empty()) {
        weight *= static_cast<double>(open.size());
        auto const chosen = static_cast<std::size_t>(random.below(open.size()));
        auto reply = searcher.search({threshold, tuples_per_step, {std::move(open[chosen])}}, never);
        tuples += weight * static_cast<double>(reply.tuples);
        visited += static_cast<double>(reply.tuples);
        open = std::move(reply.open);
    }
    return tuples;
}

/// Samples the tree that is left open by what is known.
void sample_tree(OrderProblem const& problem, SearchOptions const& options, double seconds, SearchPreview& preview)
{
    auto const end = thread_seconds() + seconds;
    auto& forecast = preview.forecast;
    SubtreePlan plan(problem, options, preview.found.best);
    SubtreeSearcher searcher(problem, options);
    StopFlag const never;
    while (plan.waiting() < 1000 && thread_seconds() < end) { // the root is one part alone
        auto const chunk = plan.next(1, 1);
        if (!chunk) break;
        plan.absorb(searcher.search(*chunk, never));
    }
    auto const chunk = plan.next(std::numeric_limits<std::size_t>::max(), 0);
    auto const start = static_cast<double>(plan.tuples());
    auto const visited = static_cast<double>(forecast.tuples_visited);
    RandomStream random({1, "search-forecast", 0, {}, 0});
    auto const before = thread_seconds();
    double in_samples = 0;
    std::vector<double> samples;
    while (chunk && (samples.empty() || thread_seconds() < end) && samples.size() < most_probes) {
        // By bound, low and high ones alike.
        auto const count = chunk->subtrees.size();
        auto const at =
            std::min(count - 1, static_cast<std::size_t>(mirrored(samples.size() + 1) * static_cast<double>(count)));
        samples.push_back(probe(searcher, chunk->subtrees[at], chunk->threshold, random, in_samples));
    }
    forecast.probes = static_cast<std::int64_t>(samples.size());
    Range total;
    if (chunk) total = mean_with_range(samples).times(static_cast<double>(chunk->subtrees.size()));
    forecast.tuples = {std::max(visited, start + total.low), std::max(visited, start + total.middle),
                       std::max(visited, start + total.high)};
    if (samples.size() < 2) forecast.tuples.high = std::numeric_limits<double>::infinity();
    // The short look spends part of its time on finding a first order: the samples tell what a tuple costs.
    double const each = (thread_seconds() - before) / std::max(1.0, in_samples);
    auto const whole = [&](double tuples) { return forecast.seconds + (tuples - visited) * each; };
    forecast.core_seconds = {whole(forecast.tuples.low), whole(forecast.tuples.middle), whole(forecast.tuples.high)};
}

} // namespace

SearchPreview preview_search(OrderProblem const& problem, SearchOptions options, double seconds)
{
    options.tuple_limit = 0;
    options.time_limit_seconds = seconds;
    auto const before = thread_seconds();
    SearchPreview preview{{}, search_orders(problem, options)};
    auto& forecast = preview.forecast;
    forecast.log10_orders = log10_order_count(problem.domains(), problem.factors());
    forecast.seconds = thread_seconds() - before;
    forecast.tuples_visited = preview.found.tuples_visited;
    forecast.proven = preview.found.outcome == SearchOutcome::optimum_proven;
    auto const visited = static_cast<double>(forecast.tuples_visited);
    forecast.tuples = {visited, visited, visited};
    forecast.core_seconds = {forecast.seconds, forecast.seconds, forecast.seconds};
    if (forecast.proven) return preview;
    options.time_limit_seconds = 0;
    sample_tree(problem, options, seconds, preview);
    return preview;
}

} // namespace exahca
