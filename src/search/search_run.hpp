#pragma once

#include "exahca/search/best_orders.hpp"

#include <chrono>
#include <limits>
#include <span>
#include <vector>

namespace exahca {

/// A part of the tree that nobody has searched yet.
struct OpenSubtree
{
    double bound = 0;
    std::vector<std::uint8_t> rows; ///< of the levels that are placed, level m first, K each
};

/// What one search keeps while it runs: what it found, what it counts, when it must end.
class SearchRun
{
public:
    SearchRun(OrderProblem const& problem, SearchOptions const& options);

    BestOrders best;
    std::int64_t tuples = 0;

    /// True once a limit is reached or a stop was requested; stays true. Cheap: looks at the clock now and then.
    [[nodiscard]] bool ended()
    {
        if (outcome_ != SearchOutcome::optimum_proven) return true;
        return ++calls_ % 256 == 0 || (node_limit_ > 0 && tuples >= node_limit_) ? look() : false;
    }
    [[nodiscard]] SearchOutcome outcome() const { return outcome_; }
    /// Like ended(), but for places where giving up loses work: deaf to a soft limit.
    [[nodiscard]] bool aborted() { return ended() && !soft_; }
    /// The node limit may be overstepped until the node at hand is done.
    void make_node_limit_soft() { soft_limit_ = true; }
    /// A part of the tree that was left out: all orders below these levels, of at least this value.
    void leave_open(std::span<std::vector<std::uint8_t> const> levels, double bound);
    /// Keeps what is left open, for someone else to search.
    void collect_open(std::vector<OpenSubtree>& open) { open_ = &open; }

    /// Offers a complete order. \param levels  rows chosen at level m first, K of them each
    void offer(std::span<std::vector<std::uint8_t> const> levels, double value, std::span<double const> sums);

    [[nodiscard]] SearchResult result() const;

private:
    bool look();

    OrderProblem const* problem_;
    std::int64_t node_limit_;
    StopFlag const* stop_;
    std::optional<std::chrono::steady_clock::time_point> deadline_;
    bool counts_;
    double limit_;
    SearchOutcome outcome_ = SearchOutcome::optimum_proven;
    std::int64_t calls_ = 0;
    bool soft_limit_ = false;
    bool soft_ = false;
    std::vector<OpenSubtree>* open_ = nullptr;
    double open_bound_ = std::numeric_limits<double>::infinity();
};

/// \throws InvalidInput  for an option out of range
void check_search_options(SearchOptions const& options);

/// Children sorted by bound, nothing else.
void run_plain(OrderProblem const& problem, SearchRun& run);
/// Every order.
void run_brute(OrderProblem const& problem, SearchRun& run);

} // namespace exahca
