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
constexpr std::size_t enough_parts = 1'000;
constexpr std::int64_t steps_per_probe = 50; // some 50 ms
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

/// A list of parts of the tree, one of which may be what was left of it half-way: that stands for any number of parts,
/// so whoever draws it at random as one among many seldom meets most of the tree.
struct Parts
{
    std::vector<Subtree> whole;
    std::optional<Subtree> rest;
};

/// Looks at the tree of orders below a threshold, until the time is up.
class TreeSampler
{
public:
    TreeSampler(OrderProblem const& problem, SearchOptions const& options, double threshold, double seconds)
        : searcher_(problem, options), threshold_(threshold), most_bytes_(options.frontier_bytes),
          half_(Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds / 2))),
          end_(half_ + (half_ - Clock::now())), stop_(options.stop)
    {
    }

    [[nodiscard]] bool time_is_up() const { return is_past(end_); }
    [[nodiscard]] bool half_time() const { return is_past(half_); }
    [[nodiscard]] TreeWork const& work() const { return work_; }
    /// Whether a rest was drawn as one among the parts.
    [[nodiscard]] bool is_rough() const { return rough_; }

    /// What a part consists of: its own level is enumerated in steps, to the end if so many suffice. Without a limit
    /// (0) until half of the time is over.
    /// \param tuples  grows by those that were visited
    Parts parts_of(Subtree whole, std::int64_t most_steps, double& tuples)
    {
        Parts parts;
        auto const depth = whole.rows.size();
        std::int64_t bytes = 0;
        parts.rest = std::move(whole);
        for (std::int64_t step = 0; parts.rest && bytes < most_bytes_; ++step) {
            if (most_steps > 0 ? step >= most_steps || time_is_up() : half_time()) break;
            auto reply =
                searcher_.search({threshold_, tuples_per_step, {std::move(*parts.rest)}}, stop_ ? *stop_ : never_);
            parts.rest.reset();
            tuples += static_cast<double>(reply.tuples);
            work_.add(reply);
            for (auto& part : reply.open) {
                bool const rest = !part.after.empty() && part.rows.size() == depth;
                bytes += part.bytes();
                if (rest)
                    parts.rest = std::move(part);
                else
                    parts.whole.push_back(std::move(part));
            }
        }
        return parts;
    }

    /// Tuples below one subtree, estimated without bias: of the parts of a part one stands for them all.
    /// \returns nothing when the time was up before its end
    std::optional<double> probe(Subtree const& subtree, RandomStream& random)
    {
        std::vector<Subtree> open{subtree};
        double tuples = 0, weight = 1;
        while (!open.empty()) {
            if (time_is_up()) return std::nullopt;
            weight *= static_cast<double>(open.size());
            double visited = 0;
            auto const chosen = static_cast<std::size_t>(random.below(open.size()));
            auto parts = parts_of(std::move(open[chosen]), steps_per_probe, visited);
            tuples += weight * visited;
            open = std::move(parts.whole);
            if (!parts.rest) continue;
            rough_ = rough_ || !open.empty();
            open.push_back(std::move(*parts.rest));
        }
        return tuples;
    }

private:
    [[nodiscard]] bool is_past(Clock::time_point time) const
    {
        return Clock::now() >= time || (stop_ != nullptr && stop_->requested());
    }

    SubtreeSearcher searcher_;
    double threshold_;
    std::int64_t most_bytes_;
    Clock::time_point half_, end_;
    StopFlag const* stop_;
    StopFlag const never_;
    TreeWork work_;
    bool rough_ = false;
};

/// Divides the tree until there are enough parts to sample, those of the lowest bound first, which hold the most.
/// \param tuples  grows by those that were visited
Parts divide_tree(TreeSampler& tree, double& tuples)
{
    auto const bound_above = [](Subtree const& a, Subtree const& b) { return a.bound > b.bound; };
    auto parts = tree.parts_of({}, 0, tuples);
    auto& heap = parts.whole;
    std::make_heap(heap.begin(), heap.end(), bound_above);
    while (!heap.empty() && heap.size() < enough_parts && !tree.half_time()) {
        std::pop_heap(heap.begin(), heap.end(), bound_above);
        auto smaller = tree.parts_of(std::move(heap.back()), steps_per_probe, tuples);
        heap.pop_back();
        if (smaller.rest) smaller.whole.push_back(std::move(*smaller.rest)); // of one part: not more than another
        for (auto& part : smaller.whole) {
            heap.push_back(std::move(part));
            std::push_heap(heap.begin(), heap.end(), bound_above);
        }
    }
    std::sort(heap.begin(), heap.end(), [](Subtree const& a, Subtree const& b) { return a.bound < b.bound; });
    return parts;
}

/// Tuples below `parts`, estimated from samples of each kind in turn.
Range sample_parts(TreeSampler& tree, Parts const& parts, std::int64_t& probes)
{
    RandomStream random({1, "search-forecast", 0, {}, 0});
    auto const count = parts.whole.size();
    std::vector<double> of_whole, of_rest;
    bool cut = tree.time_is_up();
    while (!cut && of_whole.size() + of_rest.size() < most_probes && (count > 0 || parts.rest)) {
        bool const rest = parts.rest && (count == 0 || of_rest.size() <= of_whole.size());
        // By bound, low and high ones alike.
        auto const at = static_cast<std::size_t>(mirrored(of_whole.size() + 1) * static_cast<double>(count));
        auto const sample = tree.probe(rest ? *parts.rest : parts.whole[std::min(count - 1, at)], random);
        cut = !sample;
        if (sample) (rest ? of_rest : of_whole).push_back(*sample);
    }
    probes = std::ssize(of_whole) + std::ssize(of_rest);
    constexpr auto unknown = std::numeric_limits<double>::infinity();
    Range total;
    // Long samples are the ones that are cut, so without any whole one nothing is known beyond what was visited.
    if ((count > 0 && of_whole.empty()) || (parts.rest && of_rest.empty())) return {0, unknown, unknown};
    if (count > 0) total += mean_with_range(of_whole).times(static_cast<double>(count));
    if (parts.rest) total += mean_with_range(of_rest);
    constexpr std::int64_t few = 10; // the one that was cut may have been the longest of all
    if (count > 0 && std::ssize(of_whole) < (cut ? few : 2)) total.high = unknown;
    if (parts.rest || tree.is_rough()) total.high = unknown;
    return total;
}

/// Samples the tree that is left open by what is known.
void sample_tree(OrderProblem const& problem, SearchOptions const& options, double seconds, SearchPreview& preview)
{
    auto& forecast = preview.forecast;
    auto const threshold = SubtreePlan(problem, options, preview.found.best).next(1, 1)->threshold;
    TreeSampler tree(problem, options, threshold, seconds);
    double start = 0;
    auto const parts = divide_tree(tree, start);
    auto const total = sample_parts(tree, parts, forecast.probes);
    auto const visited = static_cast<double>(forecast.tuples_visited);
    forecast.tuples = {std::max(visited, start + total.low), std::max(visited, start + total.middle),
                       std::max(visited, start + total.high)};
    // The short look spends most of its time on finding a first order: what came after it tells what a tuple costs.
    auto const& work = tree.work();
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
