#include "exahca/plan/search_forecast.hpp"

#include "exahca/core/random.hpp"
#include "exahca/model/candidate_order.hpp"
#include "exahca/search/subtree_search.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace exahca {
namespace {

constexpr std::int64_t tuples_per_step = 20'000;
constexpr std::size_t most_probes = 2'000;
constexpr std::size_t enough_parts = 1'000; // to sample from
using Clock = std::chrono::steady_clock;

/// What walking the tree has cost so far, without what finding a first order costs.
struct TreeWork
{
    double before = thread_seconds(), tuples = 0, effort = 0;

    void add(SubtreeReply const& reply)
    {
        tuples += static_cast<double>(reply.tuples);
        effort += static_cast<double>(reply.effort);
    }
    [[nodiscard]] double seconds() const { return thread_seconds() - before; }
};

/// Tuples below one subtree, estimated without bias: where a step's budget ends, one of the parts that are left stands
/// for them all.
///
/// \param spent  counts those that were visited for it
/// \returns nothing when the time was up before its end
std::optional<double> probe(SubtreeSearcher& searcher, Subtree const& subtree, double threshold, RandomStream& random,
                            TreeWork& spent, Clock::time_point end, StopFlag const& stop)
{
    std::vector<Subtree> open{subtree};
    double tuples = 0, weight = 1;
    while (!open.empty()) {
        if (Clock::now() >= end || stop.requested()) return std::nullopt;
        weight *= static_cast<double>(open.size());
        auto const chosen = static_cast<std::size_t>(random.below(open.size()));
        auto reply = searcher.search({threshold, tuples_per_step, {std::move(open[chosen])}}, stop);
        tuples += weight * static_cast<double>(reply.tuples);
        spent.add(reply);
        open = std::move(reply.open);
    }
    return tuples;
}

/// Divides the tree until there are enough parts to sample from. \returns all parts that are open then
std::optional<SubtreeChunk> open_parts(SubtreePlan& plan, SubtreeSearcher& searcher, TreeWork& work,
                                       Clock::time_point end, StopFlag const& stop)
{
    while (plan.waiting() < enough_parts && Clock::now() < end) { // the root is one part alone
        auto const chunk = plan.next(1, tuples_per_step);
        if (!chunk) break;
        auto reply = searcher.search(*chunk, stop);
        work.add(reply);
        plan.absorb(std::move(reply));
    }
    return plan.next(std::numeric_limits<std::size_t>::max(), 0);
}

/// Tuples below some of the parts.
struct Samples
{
    std::vector<double> tuples;
    bool cut = false; ///< whether the time ended one more
};

/// Takes parts by bound, low and high ones alike, until the time is up.
Samples sample_parts(SubtreeChunk const& parts, SubtreeSearcher& searcher, TreeWork& work, Clock::time_point end,
                     StopFlag const& stop)
{
    RandomStream random({1, "search-forecast", 0, {}, 0});
    Samples samples;
    auto const count = parts.subtrees.size();
    while (!samples.cut && samples.tuples.size() < most_probes) {
        auto const at = std::min(
            count - 1, static_cast<std::size_t>(mirrored(samples.tuples.size() + 1) * static_cast<double>(count)));
        auto const sample = probe(searcher, parts.subtrees[at], parts.threshold, random, work, end, stop);
        samples.cut = !sample;
        if (sample) samples.tuples.push_back(*sample);
    }
    return samples;
}

/// Tuples of the whole search: those that were visited, and those below all parts by the samples of them.
/// \param start  visited before the parts were open
Range whole_tree(std::optional<SubtreeChunk> const& parts, Samples const& samples, double start, double visited)
{
    auto const infinite = std::numeric_limits<double>::infinity();
    Range below;
    if (parts && !samples.tuples.empty())
        below = mean_with_range(samples.tuples).times(static_cast<double>(parts->subtrees.size()));
    // Long samples are the ones that are cut, so without any whole one nothing is known beyond what was visited.
    if (parts && samples.tuples.empty()) below.middle = below.high = infinite;
    Range whole{std::max(visited, start + below.low), std::max(visited, start + below.middle),
                std::max(visited, start + below.high)};
    constexpr std::size_t few = 10; // the one that was cut may have been the longest of all
    if (samples.tuples.size() < (samples.cut ? few : 2)) whole.high = infinite;
    return whole;
}

/// Samples the tree that is left open by what is known.
void sample_tree(OrderProblem const& problem, SearchOptions const& options, double seconds, SearchPreview& preview)
{
    auto const end = Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
    auto& forecast = preview.forecast;
    SubtreePlan plan(problem, options, preview.found.best);
    SubtreeSearcher searcher(problem, options);
    StopFlag const never;
    auto const& stop = options.stop != nullptr ? *options.stop : never;
    TreeWork work;
    auto const parts = open_parts(plan, searcher, work, end, stop);
    auto const start = static_cast<double>(plan.tuples()), visited = static_cast<double>(forecast.tuples_visited);
    auto const samples = parts ? sample_parts(*parts, searcher, work, end, stop) : Samples{};
    forecast.probes = std::ssize(samples.tuples);
    forecast.tuples = whole_tree(parts, samples, start, visited);
    // The short look spends most of its time on finding a first order: what came after it tells what a tuple costs.
    double const seconds_in_tree = work.seconds();
    if (work.effort > 0) forecast.seconds_per_tuple = seconds_in_tree / work.effort;
    double const each = work.tuples > 0 ? seconds_in_tree / work.tuples : forecast.seconds / std::max(1.0, visited);
    auto const whole = [&](double tuples) { return forecast.seconds + (tuples - visited) * each; };
    forecast.core_seconds = {whole(forecast.tuples.low), whole(forecast.tuples.middle), whole(forecast.tuples.high)};
}

} // namespace

Range SearchForecast::up_to(std::int64_t tuple_limit) const
{
    if (tuple_limit == 0 || proven) return core_seconds;
    double const most = std::max(seconds, static_cast<double>(tuple_limit) * seconds_per_tuple);
    return {std::min(most, core_seconds.low), std::min(most, core_seconds.middle), std::min(most, core_seconds.high)};
}

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
    forecast.seconds_per_tuple = forecast.seconds / std::max(1.0, static_cast<double>(preview.found.effort));
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
