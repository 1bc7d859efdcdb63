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

/// A part of the tree of orders: all orders whose levels m, m-1, .. hold these rows, or what is left of them where
/// their enumeration was left half-way.
struct Subtree
{
    double bound = 0;               ///< no order in it has a lower value
    std::vector<std::uint8_t> rows; ///< level m first, K rows each; empty: the whole tree, m levels: one order
    /// Where the next level's tuples were enumerated, and up to which they are done: tuples are sorted by the row of
    /// the first domain of `order`, then by that of the second, and so on; those up to `after` are done. Both are
    /// empty, or hold K values; a row of 64 stands for "all rows".
    std::vector<std::uint32_t> order = {};
    std::vector<std::uint8_t> after = {};

    /// What it takes in memory, about.
    [[nodiscard]] std::int64_t bytes() const;
};

/// Subtrees of a chunk, at most: its message stays short, and what is not sent yet may become hopeless meanwhile.
inline constexpr std::size_t most_chunk_subtrees = 512;

/// Subtrees for someone to search, and what is known when they are handed out.
struct SubtreeChunk
{
    double threshold = 0;          ///< orders and subtrees above this do not matter
    std::int64_t tuple_budget = 0; ///< after so much effort, hand back what is left; 0: search it all
    std::vector<Subtree> subtrees;
    std::uint64_t number = 0; ///< comes back with the reply
};

/// What a search of a chunk gives.
struct SubtreeReply
{
    std::vector<FoundOrder> found; ///< all that may be among the best n, ties included
    std::int64_t count = 0;        ///< orders below the threshold for counting
    std::int64_t tuples = 0;
    std::int64_t effort = 0;
    std::vector<Subtree> open = {}; ///< what is left to search
    std::uint64_t number = 0;       ///< of the chunk
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
    /// \param options  objective and sizes are the problem's; limits and `start` are ignored
    SubtreeSearcher(OrderProblem problem, SearchOptions const& options);
    ~SubtreeSearcher();
    SubtreeSearcher(SubtreeSearcher&&) noexcept;
    SubtreeSearcher& operator=(SubtreeSearcher&&) noexcept;

    /// A pure function of the chunk, except that a raised `stop` ends it sooner; what is left then is in `open`. Every
    /// call gets somewhere, however small the budget.
    [[nodiscard]] SubtreeReply search(SubtreeChunk const& chunk, StopFlag const& stop);

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// Hands out the tree in chunks and puts the replies together.
///
/// Once it is finished, the answer is that of search_orders, bit for bit, for every partition into chunks, every budget
/// and every order of arrival: thresholds only leave out what cannot be in it. Subtrees of lowest bound come first;
/// while those that wait would take more than `frontier_bytes`, the deepest do, so that they become fewer.
class SubtreePlan
{
public:
    /// \param known  orders found before, as from a pilot search; they lower the first threshold
    SubtreePlan(OrderProblem const& problem, SearchOptions const& options, std::span<RankedOrder const> known);

    /// The subtrees to search first; nothing when all are handed out or done.
    /// \param most_subtrees  1 or more
    [[nodiscard]] std::optional<SubtreeChunk> next(std::size_t most_subtrees, std::int64_t tuple_budget);
    /// Takes the reply to one chunk. \pre a chunk is under way
    void absorb(SubtreeReply reply);

    [[nodiscard]] bool finished() const { return under_way_ == 0 && open_.empty(); }
    [[nodiscard]] std::size_t waiting() const { return open_.size(); }  ///< subtrees not handed out
    [[nodiscard]] std::int64_t under_way() const { return under_way_; } ///< chunks handed out and not answered
    [[nodiscard]] std::int64_t tuples() const { return tuples_; }
    [[nodiscard]] std::int64_t effort() const { return effort_; }
    [[nodiscard]] bool crowded() const { return !lowest_first_; } ///< the deepest subtrees come first at the moment

    /// The answer so far. Unless finished, with `outcome`, the lower bound that is proven; subtrees under way count as
    /// open.
    [[nodiscard]] SearchResult result(SearchOutcome unfinished = SearchOutcome::stopped) const;

private:
    [[nodiscard]] bool comes_later(Subtree const& a, Subtree const& b) const;
    void push(Subtree subtree);
    [[nodiscard]] Subtree pop();
    void drop_hopeless();
    void choose_discipline();

    int levels_;
    double limit_;
    bool counts_;
    std::int64_t frontier_bytes_;
    BestOrders best_;
    std::vector<Subtree> open_; // a heap, see comes_later
    bool lowest_first_ = true;
    std::int64_t open_bytes_ = 0;
    std::int64_t away_bytes_ = 0;
    std::int64_t peak_bytes_ = 0;
    std::vector<double> away_bounds_; // of the chunks under way, when they were handed out
    std::int64_t under_way_ = 0;
    std::int64_t tuples_ = 0;
    std::int64_t effort_ = 0;
};

/// A search that a limit in tuples may end, in pieces that ranks may share: the same bits for any number of them.
///
/// It goes on in rounds. A round is a list of chunks, made from what is known when it begins: with the same threshold,
/// budgets that are numbers of tuples, and no more of them than the limit allows. Its replies are put together when all
/// are there, in the order of the chunks. So neither the arrival of replies nor the clock nor the number of ranks
/// decides anything, and between rounds the limit is looked at.
class SearchRounds
{
public:
    /// \param options  `tuple_limit` is that of the rounds; 0: none
    /// \param known    orders found before
    SearchRounds(OrderProblem const& problem, SearchOptions const& options, std::span<RankedOrder const> known);

    /// The next chunk of this round; nothing when all are handed out.
    [[nodiscard]] std::optional<SubtreeChunk> next();
    /// Takes the reply to one chunk, in any order. \throws InvalidInput  when no such chunk is under way
    void absorb(SubtreeReply reply);
    /// Hands out nothing more: finished as soon as what is under way has come back.
    void give_up(SearchOutcome why);

    [[nodiscard]] bool finished() const { return under_way_ == 0 && (done_ || gave_up_); }
    [[nodiscard]] SubtreePlan const& plan() const { return plan_; }
    [[nodiscard]] std::int64_t under_way() const { return under_way_; } ///< chunks handed out and not answered
    /// The answer so far, with what is proven.
    [[nodiscard]] SearchResult result() const { return plan_.result(outcome_); }

private:
    void begin_round();
    void end_round();

    std::int64_t limit_;
    SubtreePlan plan_;
    std::vector<SubtreeChunk> chunks_;                 // of this round; empty once handed out
    std::vector<std::optional<SubtreeReply>> replies_; // of this round, by chunk
    std::size_t handed_out_ = 0;
    std::int64_t under_way_ = 0;
    std::int64_t rounds_ = 0;
    bool done_ = false;
    bool gave_up_ = false;
    SearchOutcome outcome_ = SearchOutcome::tuple_limit;
};

/// The answer of a search that went on after its pilot: orders and proof of the rest, where nothing more was proven the
/// pilot's bound, and the tuples of both.
[[nodiscard]] SearchResult after_pilot(SearchResult const& pilot, SearchResult rest);

} // namespace exahca
