#pragma once

#include "exahca/search/best_orders.hpp"
#include "exahca/search/subtree_search.hpp"

#include <algorithm>
#include <chrono>
#include <limits>
#include <span>
#include <vector>

namespace exahca {

/// What one search keeps while it runs: what it found, what it counts, when it must end.
///
/// Limits in tuples are limits of effort: what a tuple costs is the unit, and work that visits none counts, too. All of
/// it is counted, none is timed, so a search ends at the same place on every machine.
class SearchRun
{
public:
    /// Effort of a tuple that the filter lets through and that is fitted in double precision, beyond the tuple itself.
    static constexpr std::int64_t fit_effort = 16;
    /// Choices of rows that leave some domain without one, for the effort of one tuple.
    static constexpr std::int64_t dead_ends_per_tuple = 8;

    SearchRun(OrderProblem const& problem, SearchOptions const& options);

    // Tuples count what was looked at; effort is what limits are compared with (docs/search.md, section 8).
    BestOrders best;
    std::int64_t tuples = 0;

    void visit(std::int64_t visited)
    {
        tuples += visited;
        effort_ += visited;
    }
    void spend(std::int64_t effort) { effort_ += effort; }
    [[nodiscard]] std::int64_t effort() const { return effort_; }

    /// True once a limit is reached or a stop was requested; stays true. Cheap: looks at the clock and the stop flag
    /// now and then, so it should be asked every few microseconds.
    [[nodiscard]] bool ended()
    {
        if (outcome_ != SearchOutcome::optimum_proven) return true;
        return ++calls_ % 64 == 0 || (limit_ > 0 && effort_ >= limit_) ? look() : false;
    }
    /// The same for places that come by seldom: looks every time.
    [[nodiscard]] bool ended_now() { return outcome_ != SearchOutcome::optimum_proven || look(); }
    [[nodiscard]] SearchOutcome outcome() const { return outcome_; }
    /// Memory that partial orders which wait take at the moment.
    void hold(std::int64_t bytes) { peak_bytes_ = std::max(peak_bytes_, bytes); }
    /// A part of the tree that was left out: all orders below these levels, of at least this value; or only those whose
    /// next tuple comes behind `after` (see Subtree).
    void leave_open(std::span<std::vector<std::uint8_t> const> levels, double bound,
                    std::span<std::uint32_t const> order = {}, std::span<std::uint8_t const> after = {});
    /// Keeps what is left open, for someone else to search.
    void collect_open(std::vector<Subtree>& open) { open_ = &open; }
    /// Whether each part that is left open matters, and not only the lowest bound.
    [[nodiscard]] bool collects() const { return open_ != nullptr; }

    /// Offers a complete order. \param levels  rows chosen at level m first, K of them each
    void offer(std::span<std::vector<std::uint8_t> const> levels, double value, std::span<double const> sums);

    [[nodiscard]] SearchResult result() const;

private:
    bool look();

    OrderProblem const* problem_;
    std::int64_t limit_;
    // May be null.
    StopFlag const* stop_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    bool counts_;
    double incumbent_;
    std::int64_t effort_ = 0;
    SearchOutcome outcome_ = SearchOutcome::optimum_proven;
    std::int64_t calls_ = 0;
    std::int64_t peak_bytes_ = 0;
    std::vector<Subtree>* open_ = nullptr;
    // Least bound of all parts that were left open.
    double open_bound_ = std::numeric_limits<double>::infinity();
};

/// \throws InvalidInput  for an option out of range
void check_search_options(SearchOptions const& options);

/// Children sorted by bound, nothing else.
void run_plain(OrderProblem const& problem, SearchOptions const& options, SearchRun& run);
/// Every order.
void run_brute(OrderProblem const& problem, SearchOptions const& options, SearchRun& run);

} // namespace exahca
