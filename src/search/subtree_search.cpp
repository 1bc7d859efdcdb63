#include "exahca/search/subtree_search.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "search/fast_search.hpp"

#include <algorithm>
#include <limits>

namespace exahca {
namespace {

// A searcher keeps few partial orders: all of them may come back as subtrees.
constexpr std::int64_t most_searcher_bytes = std::int64_t{1} << 19;
// A round: enough chunks for many ranks, each long enough for its message, and few at the beginning, when the threshold
// still falls.
constexpr std::int64_t chunk_effort = 300'000;
constexpr std::size_t first_round_chunks = 4;
constexpr std::size_t most_round_chunks = 256;
constexpr std::size_t crowded_round_chunks = 16;
// Bounds of chunks under way, before only their minimum is kept.
constexpr std::size_t most_away_bounds = 4096;

void write_subtrees(ByteWriter& writer, std::vector<Subtree> const& subtrees)
{
    writer.put(static_cast<std::uint64_t>(subtrees.size()));
    for (auto const& subtree : subtrees) {
        writer.put(subtree.bound);
        writer.put_span(std::span<std::uint8_t const>(subtree.rows));
        writer.put_span(std::span<std::uint32_t const>(subtree.order));
        writer.put_span(std::span<std::uint8_t const>(subtree.after));
    }
}

// Rows of a subtree: whole levels, at most m of them, and in no domain a row twice. Messages come from other ranks, so
// what does not fit is an error and not a bug.
void check_rows(std::vector<std::uint8_t> const& rows, std::size_t domains, std::size_t levels)
{
    bool valid = rows.size() % domains == 0 && rows.size() / domains <= levels;
    for (std::size_t k = 0; valid && k < domains; ++k) {
        std::uint64_t seen = 0;
        for (std::size_t at = k; at < rows.size(); at += domains) {
            auto const bit = std::uint64_t{1} << (rows[at] % 64);
            valid &= rows[at] < levels && (seen & bit) == 0;
            seen |= bit;
        }
    }
    if (!valid) throw InvalidInput("a message holds no subtree of this search", "rows repeat or are out of range");
}

// A place half-way (Subtree::order and after) names every domain once; 64 stands behind every row.
void check_place(Subtree const& subtree, std::size_t domains)
{
    if (subtree.order.empty() && subtree.after.empty()) return;
    bool valid = subtree.order.size() == domains && subtree.after.size() == domains;
    std::vector<bool> seen(domains, false);
    for (std::size_t i = 0; valid && i < domains; ++i) {
        auto const k = subtree.order[i];
        valid = k < domains && !seen[k] && subtree.after[i] <= 64;
        if (valid) seen[k] = true;
    }
    if (!valid)
        throw InvalidInput("a message holds no subtree of this search", "its place half-way is none of its tuples");
}

std::vector<Subtree> read_subtrees(ByteReader& reader, int domains, int levels)
{
    auto const count = reader.get<std::uint64_t>();
    std::vector<Subtree> subtrees;
    for (std::uint64_t i = 0; i < count; ++i) {
        Subtree subtree;
        subtree.bound = reader.get<double>();
        subtree.rows = reader.get_vector<std::uint8_t>();
        subtree.order = reader.get_vector<std::uint32_t>();
        subtree.after = reader.get_vector<std::uint8_t>();
        check_rows(subtree.rows, static_cast<std::size_t>(domains), static_cast<std::size_t>(levels));
        check_place(subtree, static_cast<std::size_t>(domains));
        subtrees.push_back(std::move(subtree));
    }
    return subtrees;
}

FoundOrder pack(RankedOrder const& ranked)
{
    FoundOrder found{ranked.value, {}, ranked.inexactness};
    for (auto const& rows : ranked.order.rows)
        for (int const row : rows) found.rows.push_back(static_cast<std::uint8_t>(row));
    return found;
}

} // namespace

std::int64_t Subtree::bytes() const
{
    return static_cast<std::int64_t>(sizeof *this + rows.capacity() + after.capacity() +
                                     order.capacity() * sizeof(std::uint32_t)) +
           (after.empty() ? 16 : 48); // what the allocator adds
}

Bytes to_bytes(SubtreeChunk const& chunk)
{
    ByteWriter writer;
    writer.put(chunk.number);
    writer.put(chunk.threshold);
    writer.put(chunk.tuple_budget);
    write_subtrees(writer, chunk.subtrees);
    return writer.take();
}

SubtreeChunk read_chunk(std::span<std::byte const> message, int domains, int levels)
{
    ByteReader reader(message);
    SubtreeChunk chunk;
    chunk.number = reader.get<std::uint64_t>();
    chunk.threshold = reader.get<double>();
    chunk.tuple_budget = reader.get<std::int64_t>();
    chunk.subtrees = read_subtrees(reader, domains, levels);
    reader.expect_end();
    return chunk;
}

Bytes to_bytes(SubtreeReply const& reply)
{
    ByteWriter writer;
    writer.put(reply.number);
    writer.put(reply.count);
    writer.put(reply.tuples);
    writer.put(reply.effort);
    writer.put(static_cast<std::uint64_t>(reply.found.size()));
    for (auto const& found : reply.found) write_order(writer, found);
    write_subtrees(writer, reply.open);
    return writer.take();
}

SubtreeReply read_reply(std::span<std::byte const> message, int domains, int levels)
{
    ByteReader reader(message);
    SubtreeReply reply;
    reply.number = reader.get<std::uint64_t>();
    reply.count = reader.get<std::int64_t>();
    reply.tuples = reader.get<std::int64_t>();
    reply.effort = reader.get<std::int64_t>();
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < count; ++i) reply.found.push_back(read_order(reader, domains, levels));
    reply.open = read_subtrees(reader, domains, levels);
    reader.expect_end();
    return reply;
}

struct SubtreeSearcher::State
{
    OrderProblem problem;
    SearchOptions options;
};

SubtreeSearcher::SubtreeSearcher(OrderProblem problem, SearchOptions const& options)
    : state_(std::make_unique<State>(State{std::move(problem), options}))
{
    check_search_options(options);
    // No clock decides inside a chunk: its budget does, or a stop that was asked for.
    state_->options.time_limit_seconds = 0;
}

SubtreeSearcher::~SubtreeSearcher() = default;
SubtreeSearcher::SubtreeSearcher(SubtreeSearcher&&) noexcept = default;
SubtreeSearcher& SubtreeSearcher::operator=(SubtreeSearcher&&) noexcept = default;

SubtreeReply SubtreeSearcher::search(SubtreeChunk const& chunk, StopFlag const& stop)
{
    auto const& problem = state_->problem;
    auto options = state_->options;
    options.tuple_limit = chunk.tuple_budget;
    options.stop = &stop;
    SearchRun run(problem, options);
    run.best.lower_threshold(chunk.threshold);
    // What the search leaves open is collected, so that nothing of the chunk is lost when its budget ends.
    std::vector<Subtree> open;
    run.collect_open(open);
    FastSearch search(problem, options.kernels == SearchKernels::portable ? portable_kernels() : best_kernels(),
                      std::min(options.frontier_bytes, most_searcher_bytes), run);
    for (auto const& subtree : chunk.subtrees) {
        // Orders found in this chunk lower the threshold for its later subtrees.
        if (subtree.bound > run.best.threshold()) continue;
        if (run.ended())
            open.push_back(subtree);
        else
            search.expand_subtree(subtree);
    }
    SubtreeReply reply{run.best.kept(), run.best.count(), run.tuples, run.effort(), {}, chunk.number};
    // The threshold may have fallen since these were left: what is above it now is not sent.
    for (auto& subtree : open)
        if (subtree.bound <= run.best.threshold()) reply.open.push_back(std::move(subtree));
    return reply;
}

SubtreePlan::SubtreePlan(OrderProblem const& problem, SearchOptions const& options, std::span<RankedOrder const> known)
    : levels_(problem.factors()), limit_(options.incumbent.value_or(std::numeric_limits<double>::infinity())),
      counts_(options.count_below.has_value()), frontier_bytes_(options.frontier_bytes),
      best_(options.best_n, options.incumbent, options.count_below)
{
    check_search_options(options);
    for (auto const& order : known) best_.offer(pack(order));
    push({});
}

// For heaps: what comes first is the largest. Lowest bound first, or, while memory is short, deepest first. Ties go by
// rows and place, so that the order is one of the subtrees alone and not of their arrival.
bool SubtreePlan::comes_later(Subtree const& a, Subtree const& b) const
{
    if (!lowest_first_ && a.rows.size() != b.rows.size()) return a.rows.size() < b.rows.size();
    if (a.bound != b.bound) return a.bound > b.bound;
    return a.rows != b.rows ? a.rows > b.rows : a.after > b.after;
}

void SubtreePlan::push(Subtree subtree)
{
    open_bytes_ += subtree.bytes();
    open_.push_back(std::move(subtree));
    std::push_heap(open_.begin(), open_.end(), [this](auto const& a, auto const& b) { return comes_later(a, b); });
}

Subtree SubtreePlan::pop()
{
    std::pop_heap(open_.begin(), open_.end(), [this](auto const& a, auto const& b) { return comes_later(a, b); });
    Subtree subtree = std::move(open_.back());
    open_.pop_back();
    open_bytes_ -= subtree.bytes();
    return subtree;
}

// Whatever comes next is worth searching. With the lowest bound first, all are hopeless when the first is.
void SubtreePlan::drop_hopeless()
{
    while (!open_.empty() && open_.front().bound > best_.threshold()) {
        if (!lowest_first_) {
            (void)pop();
            continue;
        }
        open_.clear();
        open_bytes_ = 0;
    }
}

// The deepest first leaves few: their subtrees are small, and what is pushed is deeper still. Two marks, so that it
// does not sort anew all the time.
void SubtreePlan::choose_discipline()
{
    peak_bytes_ = std::max(peak_bytes_, open_bytes_ + away_bytes_);
    bool const crowded = open_bytes_ > (lowest_first_ ? frontier_bytes_ : frontier_bytes_ / 2);
    if (crowded != lowest_first_) return;
    lowest_first_ = !crowded;
    std::make_heap(open_.begin(), open_.end(), [this](auto const& a, auto const& b) { return comes_later(a, b); });
}

// Bounds under way are kept for the proven lower bound, since a chunk that has not come back counts as open. Beyond
// most_away_bounds only their least is kept, which makes that bound weaker, never wrong.
std::optional<SubtreeChunk> SubtreePlan::next(std::size_t most_subtrees, std::int64_t tuple_budget)
{
    EXAHCA_EXPECT(most_subtrees >= 1);
    drop_hopeless();
    if (open_.empty()) return std::nullopt;
    SubtreeChunk chunk{best_.threshold(), tuple_budget, {}};
    double lowest = std::numeric_limits<double>::infinity();
    while (!open_.empty() && chunk.subtrees.size() < most_subtrees) {
        chunk.subtrees.push_back(pop());
        lowest = std::min(lowest, chunk.subtrees.back().bound);
        away_bytes_ += chunk.subtrees.back().bytes();
        drop_hopeless();
    }
    if (away_bounds_.size() >= most_away_bounds)
        away_bounds_.assign(1, *std::min_element(away_bounds_.begin(), away_bounds_.end()));
    away_bounds_.push_back(lowest);
    ++under_way_;
    return chunk;
}

void SubtreePlan::absorb(SubtreeReply reply)
{
    EXAHCA_EXPECT(under_way_ > 0);
    --under_way_;
    // Replies do not say which bound they settle, so bounds go only when nothing is under way.
    if (under_way_ == 0) away_bounds_.clear();
    tuples_ += reply.tuples;
    effort_ += reply.effort;
    best_.add_count(reply.count);
    for (auto& found : reply.found) best_.offer(std::move(found));
    for (auto& subtree : reply.open) push(std::move(subtree));
    choose_discipline();
    if (under_way_ == 0) away_bytes_ = 0;
    drop_hopeless();
}

SearchResult SubtreePlan::result(SearchOutcome unfinished) const
{
    SearchResult result;
    result.best = best_.ranked(levels_);
    result.tuples_visited = tuples_;
    result.effort = effort_;
    result.peak_frontier_bytes = peak_bytes_;
    // With an incumbent and no order of at most that, the incumbent is the proven bound.
    result.lower_bound = std::min(best_.best_value(), limit_);
    bool const done = finished();
    result.outcome = done ? SearchOutcome::optimum_proven : unfinished;
    if (!done) {
        for (double const bound : away_bounds_) result.lower_bound = std::min(result.lower_bound, bound);
        for (auto const& subtree : open_) result.lower_bound = std::min(result.lower_bound, subtree.bound);
    }
    result.ties_cut = best_.ties_cut();
    if (counts_) result.count = best_.count();
    return result;
}

SearchRounds::SearchRounds(OrderProblem const& problem, SearchOptions const& options,
                           std::span<RankedOrder const> known)
    : limit_(options.tuple_limit), plan_(problem, options, known)
{
    begin_round();
}

// Makes the chunks of a round at once, so that none of them depends on another's reply: number of chunks, subtrees in
// each and budgets follow from the plan, the round's number and what is left of the limit alone (docs/search.md,
// section 9). Rounds double from 4 to 256 chunks; a crowded plan gets 16, since each reply may bring
// most_searcher_bytes of open subtrees.
void SearchRounds::begin_round()
{
    chunks_.clear();
    replies_.clear();
    handed_out_ = 0;
    auto const left = limit_ > 0 ? limit_ - plan_.effort() : std::numeric_limits<std::int64_t>::max();
    if (left > 0) {
        auto most = std::min(most_round_chunks, first_round_chunks << std::min<std::int64_t>(rounds_, 10));
        if (plan_.crowded()) most = std::min(most, crowded_round_chunks);
        most =
            static_cast<std::size_t>(std::clamp<std::int64_t>(left / chunk_effort, 1, static_cast<std::int64_t>(most)));
        auto const share = std::clamp<std::size_t>((plan_.waiting() + most - 1) / most, 1, most_chunk_subtrees);
        // next() may drop subtrees that have become hopeless, so there can be fewer chunks than `most`.
        while (chunks_.size() < most) {
            auto chunk = plan_.next(share, std::min(chunk_effort, left));
            if (!chunk) break;
            chunk->number = chunks_.size();
            chunks_.push_back(std::move(*chunk));
        }
    }
    replies_.resize(chunks_.size());
    done_ = chunks_.empty();
    ++rounds_;
}

std::optional<SubtreeChunk> SearchRounds::next()
{
    if (gave_up_ || handed_out_ == chunks_.size()) return std::nullopt;
    ++under_way_;
    return std::move(chunks_[handed_out_++]);
}

// Replies wait until the round is whole and are then put together by number. After giving up order does not matter any
// more: the answer depends on when that was anyway.
void SearchRounds::absorb(SubtreeReply reply)
{
    if (reply.number >= handed_out_ || (!gave_up_ && replies_[reply.number]))
        throw InvalidInput("a message holds no reply of this search", "its chunk is not under way");
    --under_way_;
    if (gave_up_) {
        plan_.absorb(std::move(reply));
        return;
    }
    replies_[reply.number] = std::move(reply);
    if (under_way_ > 0 || handed_out_ < chunks_.size()) return;
    end_round();
    begin_round();
}

void SearchRounds::end_round()
{
    for (auto& reply : replies_)
        if (reply) plan_.absorb(std::move(*reply));
    replies_.assign(replies_.size(), std::nullopt);
}

void SearchRounds::give_up(SearchOutcome why)
{
    if (done_ || gave_up_) return;
    gave_up_ = true;
    outcome_ = why;
    end_round();
}

SearchResult after_pilot(SearchResult const& pilot, SearchResult rest)
{
    rest.tuples_visited += pilot.tuples_visited;
    rest.start_tuples += pilot.start_tuples;
    rest.effort += pilot.effort;
    rest.peak_frontier_bytes = std::max(rest.peak_frontier_bytes, pilot.peak_frontier_bytes);
    if (rest.outcome != SearchOutcome::optimum_proven && !rest.best.empty())
        // The pilot may have proven more than the rest did; but no bound exceeds the best order there is.
        rest.lower_bound = std::max(rest.lower_bound, std::min(pilot.lower_bound, rest.best.front().value));
    return rest;
}

} // namespace exahca
