#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/core/stop_flag.hpp"
#include "exahca/search/best_orders.hpp"
#include "exahca/search/order_search.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace exahca {

/// A part of the tree of orders: all orders whose levels m, m-1, .. hold these rows.
struct Subtree
{
    double bound = 0;               ///< no order in it has a lower value
    std::vector<std::uint8_t> rows; ///< level m first, K rows each; empty: the whole tree, m levels: one order
};

/// Subtrees for someone to search, and what is known when they are handed out.
struct SubtreeChunk
{
    double threshold = 0;          ///< orders and subtrees above this do not matter
    std::int64_t tuple_budget = 0; ///< after so many tuples, hand back what is left; 0: search it all
    std::vector<Subtree> subtrees;
};

/// What a search of a chunk gives.
struct SubtreeReply
{
    std::vector<FoundOrder> found; ///< all that may be among the best n, ties included
    std::int64_t count = 0;        ///< orders below the threshold for counting
    std::int64_t tuples = 0;
    std::vector<Subtree> open; ///< what is left to search
};

[[nodiscard]] Bytes to_bytes(SubtreeChunk const& chunk);
[[nodiscard]] Bytes to_bytes(SubtreeReply const& reply);
/// \throws InvalidInput  when the message does not hold rows of such a problem
[[nodiscard]] SubtreeChunk read_chunk(std::span<std::byte const> message, int domains, int levels);
[[nodiscard]] SubtreeReply read_reply(std::span<std::byte const> message, int domains, int levels);

/// Searches chunks, one after the other. Each worker has its own.
class SubtreeSearcher
{
public:
    /// \param options  objective and sizes are the problem's; node and time limits and `start` are ignored
    SubtreeSearcher(OrderProblem problem, SearchOptions const& options);
    ~SubtreeSearcher();
    SubtreeSearcher(SubtreeSearcher&&) noexcept;
    SubtreeSearcher& operator=(SubtreeSearcher&&) noexcept;

    /// A pure function of the chunk, except that a raised `stop` ends it sooner; what is left then is in `open`.
    [[nodiscard]] SubtreeReply search(SubtreeChunk const& chunk, StopFlag const& stop);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Hands out the tree in chunks and puts the replies together.
///
/// The answer is that of search_orders, bit for bit, for every partition into chunks, every budget and every order of
/// arrival: thresholds only leave out what cannot be in it.
class SubtreePlan
{
public:
    /// \param known  orders found before, as from a pilot search; they lower the first threshold
    SubtreePlan(OrderProblem const& problem, SearchOptions const& options, std::span<RankedOrder const> known);

    /// The subtrees of lowest bound; nothing when all are handed out or done.
    /// \param most_subtrees  1 or more
    [[nodiscard]] std::optional<SubtreeChunk> next(std::size_t most_subtrees, std::int64_t tuple_budget);
    /// Takes the reply to one chunk. \pre a chunk is under way
    void absorb(SubtreeReply reply);

    [[nodiscard]] bool finished() const { return under_way_ == 0 && hopeless(); }
    [[nodiscard]] std::size_t waiting() const { return open_.size(); }  ///< subtrees not handed out
    [[nodiscard]] std::int64_t under_way() const { return under_way_; } ///< chunks handed out and not answered
    [[nodiscard]] std::int64_t tuples() const { return tuples_; }

    /// The answer so far. Unless finished, with `outcome`, the lower bound that is proven; subtrees under way count as
    /// open.
    [[nodiscard]] SearchResult result(SearchOutcome unfinished = SearchOutcome::stopped) const;

private:
    [[nodiscard]] bool hopeless() const { return open_.empty() || open_.front().bound > best_.threshold(); }

    int levels_;
    double limit_;
    bool counts_;
    BestOrders best_;
    std::vector<Subtree> open_;       // a heap: lowest bound first, ties by rows
    std::vector<double> away_bounds_; // of the chunks under way, when they were handed out
    std::int64_t under_way_ = 0;
    std::int64_t tuples_ = 0;
};

} // namespace exahca
