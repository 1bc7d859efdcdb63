#include "search/search_run.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {

void check_search_options(SearchOptions const& options)
{
    if (options.best_n < 1)
        throw InvalidInput(fmt::format("{} best orders asked for", options.best_n), {}, "ask for 1 or more");
    if (options.best_n > std::int64_t{100'000'000})
        throw InvalidInput(fmt::format("{} best orders asked for", options.best_n), "they are kept in memory",
                           "ask for at most 100,000,000, or count them below a threshold");
    if (options.tuple_limit < 0)
        throw InvalidInput(fmt::format("limit of {} tuples", options.tuple_limit), {},
                           "give 0 for none, or a positive number");
    if (options.pilot < 1 || options.frontier_bytes < 1)
        throw InvalidInput(
            fmt::format("a pilot of {} tuples, {} bytes for partial orders", options.pilot, options.frontier_bytes), {},
            "give positive numbers");
    if (!(options.time_limit_seconds >= 0))
        throw InvalidInput(fmt::format("time limit of {} s", options.time_limit_seconds), {},
                           "give 0 for none, or a positive number");
    if ((options.incumbent && std::isnan(*options.incumbent)) ||
        (options.count_below && std::isnan(*options.count_below)))
        throw InvalidInput("the incumbent or the threshold for counting is not a number", {}, "leave it out");
}

SearchRun::SearchRun(OrderProblem const& problem, SearchOptions const& options)
    : best(options.best_n, options.incumbent, options.count_below), problem_(&problem), limit_(options.tuple_limit),
      stop_(options.stop), counts_(options.count_below.has_value()),
      incumbent_(options.incumbent.value_or(std::numeric_limits<double>::infinity()))
{
    if (options.time_limit_seconds > 0 && options.time_limit_seconds < 1e9)
        deadline_ = std::chrono::steady_clock::now() + std::chrono::duration_cast<std::chrono::steady_clock::duration>(
                                                           std::chrono::duration<double>(options.time_limit_seconds));
}

// The first reason that is found stays: a limit that is met together with a stop counts as a stop.
bool SearchRun::look()
{
    if (stop_ != nullptr && stop_->requested())
        outcome_ = SearchOutcome::stopped;
    else if (limit_ > 0 && effort_ >= limit_)
        outcome_ = SearchOutcome::tuple_limit;
    else if (deadline_ && std::chrono::steady_clock::now() >= *deadline_)
        outcome_ = SearchOutcome::time_limit;
    return outcome_ != SearchOutcome::optimum_proven;
}

void SearchRun::leave_open(std::span<std::vector<std::uint8_t> const> levels, double bound,
                           std::span<std::uint32_t const> order, std::span<std::uint8_t const> after)
{
    open_bound_ = std::min(open_bound_, bound);
    if (open_ == nullptr) return;
    Subtree subtree{bound, {}, {order.begin(), order.end()}, {after.begin(), after.end()}};
    for (auto const& rows : levels) subtree.rows.insert(subtree.rows.end(), rows.begin(), rows.end());
    open_->push_back(std::move(subtree));
}

void SearchRun::offer(std::span<std::vector<std::uint8_t> const> levels, double value, std::span<double const> sums)
{
    auto const m = levels.size();
    auto const domains = sums.size();
    FoundOrder found{value, std::vector<std::uint8_t>(m * domains), {}};
    for (std::size_t k = 0; k < domains; ++k) {
        // levels come with level m first, FoundOrder has level 1 first
        for (std::size_t placed = 0; placed < m; ++placed) found.rows[k * m + (m - 1 - placed)] = levels[placed][k];
        found.inexactness.push_back(sums[k] / static_cast<double>(m));
    }
    best.offer_and_count(std::move(found));
}

SearchResult SearchRun::result() const
{
    SearchResult result;
    result.best = best.ranked(problem_->factors());
    result.outcome = outcome_;
    result.tuples_visited = tuples;
    result.effort = effort_;
    result.peak_frontier_bytes = peak_bytes_;
    // What was never looked at lies above the incumbent, or above the best order found.
    result.lower_bound = std::min({best.best_value(), open_bound_, incumbent_});
    result.ties_cut = best.ties_cut();
    if (counts_) result.count = best.count();
    return result;
}

} // namespace exahca
