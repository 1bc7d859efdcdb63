#include "exahca/search/subtree_search.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "search/fast_search.hpp"

#include <algorithm>
#include <limits>

namespace exahca {
namespace {

// For heaps: the subtree to search first is the largest.
bool comes_later(Subtree const& a, Subtree const& b)
{
    return a.bound != b.bound ? a.bound > b.bound : a.rows > b.rows;
}

void write_subtrees(ByteWriter& writer, std::vector<Subtree> const& subtrees)
{
    writer.put(static_cast<std::uint64_t>(subtrees.size()));
    for (auto const& subtree : subtrees) {
        writer.put(subtree.bound);
        writer.put_span(std::span<std::uint8_t const>(subtree.rows));
    }
}

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

std::vector<Subtree> read_subtrees(ByteReader& reader, int domains, int levels)
{
    auto const count = reader.get<std::uint64_t>();
    std::vector<Subtree> subtrees;
    for (std::uint64_t i = 0; i < count; ++i) {
        Subtree subtree;
        subtree.bound = reader.get<double>();
        subtree.rows = reader.get_vector<std::uint8_t>();
        check_rows(subtree.rows, static_cast<std::size_t>(domains), static_cast<std::size_t>(levels));
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

Bytes to_bytes(SubtreeChunk const& chunk)
{
    ByteWriter writer;
    writer.put(chunk.threshold);
    writer.put(chunk.tuple_budget);
    write_subtrees(writer, chunk.subtrees);
    return writer.take();
}

SubtreeChunk read_chunk(std::span<std::byte const> message, int domains, int levels)
{
    ByteReader reader(message);
    SubtreeChunk chunk;
    chunk.threshold = reader.get<double>();
    chunk.tuple_budget = reader.get<std::int64_t>();
    chunk.subtrees = read_subtrees(reader, domains, levels);
    reader.expect_end();
    return chunk;
}

Bytes to_bytes(SubtreeReply const& reply)
{
    ByteWriter writer;
    writer.put(reply.count);
    writer.put(reply.tuples);
    writer.put(static_cast<std::uint64_t>(reply.found.size()));
    for (auto const& found : reply.found) write_order(writer, found);
    write_subtrees(writer, reply.open);
    return writer.take();
}

SubtreeReply read_reply(std::span<std::byte const> message, int domains, int levels)
{
    ByteReader reader(message);
    SubtreeReply reply;
    reply.count = reader.get<std::int64_t>();
    reply.tuples = reader.get<std::int64_t>();
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
    state_->options.time_limit_seconds = 0;
}

SubtreeSearcher::~SubtreeSearcher() = default;
SubtreeSearcher::SubtreeSearcher(SubtreeSearcher&&) noexcept = default;
SubtreeSearcher& SubtreeSearcher::operator=(SubtreeSearcher&&) noexcept = default;

SubtreeReply SubtreeSearcher::search(SubtreeChunk const& chunk, StopFlag const& stop)
{
    auto const& problem = state_->problem;
    auto options = state_->options;
    options.node_limit = chunk.tuple_budget;
    options.stop = &stop;
    SearchRun run(problem, options);
    run.make_node_limit_soft();
    run.best.lower_threshold(chunk.threshold);
    std::vector<OpenSubtree> open;
    run.collect_open(open);
    FastSearch search(problem, options.kernels == SearchKernels::portable ? portable_kernels() : best_kernels(), run);
    auto const domains = static_cast<std::ptrdiff_t>(problem.domains());
    for (auto const& subtree : chunk.subtrees) {
        if (subtree.bound > run.best.threshold()) continue;
        std::vector<std::vector<std::uint8_t>> levels;
        for (auto at = subtree.rows.begin(); at != subtree.rows.end(); at += domains)
            levels.emplace_back(at, at + domains);
        if (run.ended())
            run.leave_open(levels, subtree.bound);
        else
            search.expand_subtree(levels);
    }
    SubtreeReply reply{run.best.kept(), run.best.count(), run.tuples, {}};
    for (auto& subtree : open)
        if (subtree.bound <= run.best.threshold()) reply.open.push_back({subtree.bound, std::move(subtree.rows)});
    return reply;
}

SubtreePlan::SubtreePlan(OrderProblem const& problem, SearchOptions const& options, std::span<RankedOrder const> known)
    : levels_(problem.factors()), limit_(options.incumbent.value_or(std::numeric_limits<double>::infinity())),
      counts_(options.count_below.has_value()), best_(options.best_n, options.incumbent, options.count_below)
{
    check_search_options(options);
    for (auto const& order : known) best_.offer(pack(order));
    open_.push_back({0, {}});
}

std::optional<SubtreeChunk> SubtreePlan::next(std::size_t most_subtrees, std::int64_t tuple_budget)
{
    EXAHCA_EXPECT(most_subtrees >= 1);
    // The heap's first has the lowest bound: when it is hopeless, all are.
    if (hopeless()) {
        open_.clear();
        return std::nullopt;
    }
    SubtreeChunk chunk{best_.threshold(), tuple_budget, {}};
    away_bounds_.push_back(open_.front().bound);
    while (!open_.empty() && chunk.subtrees.size() < most_subtrees && open_.front().bound <= best_.threshold()) {
        std::pop_heap(open_.begin(), open_.end(), comes_later);
        chunk.subtrees.push_back(std::move(open_.back()));
        open_.pop_back();
    }
    ++under_way_;
    return chunk;
}

void SubtreePlan::absorb(SubtreeReply reply)
{
    EXAHCA_EXPECT(under_way_ > 0);
    --under_way_;
    if (under_way_ == 0) away_bounds_.clear();
    tuples_ += reply.tuples;
    best_.add_count(reply.count);
    for (auto& found : reply.found) best_.offer(std::move(found));
    for (auto& subtree : reply.open) {
        open_.push_back(std::move(subtree));
        std::push_heap(open_.begin(), open_.end(), comes_later);
    }
}

SearchResult SubtreePlan::result(SearchOutcome unfinished) const
{
    SearchResult result;
    result.best = best_.ranked(levels_);
    result.tuples_visited = tuples_;
    result.lower_bound = std::min(best_.best_value(), limit_);
    bool const done = finished();
    result.outcome = done ? SearchOutcome::optimum_proven : unfinished;
    if (!done) {
        for (double const bound : away_bounds_) result.lower_bound = std::min(result.lower_bound, bound);
        if (!open_.empty()) result.lower_bound = std::min(result.lower_bound, open_.front().bound);
    }
    result.ties_cut = best_.ties_cut();
    if (counts_) result.count = best_.count();
    return result;
}

} // namespace exahca
