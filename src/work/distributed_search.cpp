#include "exahca/work/distributed_search.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>

namespace exahca {
namespace {

// A chunk may take so many times its share before the rest of it goes back: splitting costs, waiting at the end more.
constexpr double patience = 3;
constexpr double first_rate = 3e6; // effort in tuples per second and core, before anything is measured

} // namespace

PilotSearch run_pilot(OrderProblem const& problem, SearchOptions const& options)
{
    auto pilot = options;
    // A limit below the pilot's ends the search here, and what it has is the answer.
    bool const users_limit = options.tuple_limit > 0 && options.tuple_limit <= options.pilot;
    if (!users_limit) pilot.tuple_limit = options.pilot;
    PilotSearch search{search_orders(problem, pilot), false};
    search.worth_distributing = !users_limit && search.result.outcome == SearchOutcome::tuple_limit;
    return search;
}

SearchSource::SearchSource(OrderProblem const& problem, SearchOptions const& options,
                           std::span<RankedOrder const> known)
    : domains_(problem.domains()), levels_(problem.factors()), options_(options), start_(Timekeeper::current().now())
{
    if (options.tuple_limit > 0)
        rounds_.emplace(problem, options, known);
    else
        plan_.emplace(problem, options, known);
}

double SearchSource::seconds_since_start() const
{
    return std::chrono::duration<double>(Timekeeper::current().now() - start_).count();
}

void SearchSource::give_up(SearchOutcome why)
{
    outcome_ = why;
    if (rounds_) rounds_->give_up(why);
}

// Without a limit in tuples nothing depends on the size of chunks, so they may follow the clock.
std::optional<SubtreeChunk> SearchSource::next_by_duration(ChunkRequest const& request)
{
    // Effort per second of computing, from all replies so far.
    double const rate =
        seconds_ > 0 && plan_->effort() > 0 ? static_cast<double>(plan_->effort()) / seconds_ : first_rate;
    auto const budget = static_cast<std::int64_t>(std::max(1000.0, patience * request.target_seconds * rate));
    // As many subtrees as should fill the wished time, but no more than a fair share of what is left.
    double const per_subtree = searched_ > 0 ? std::max(1e-9, seconds_ / searched_) : request.target_seconds;
    auto const filling = static_cast<std::size_t>(std::clamp(request.target_seconds / per_subtree, 1.0, 1e6));
    auto const ranks = static_cast<std::size_t>(std::max(1, request.computing_ranks));
    auto const fair = std::max<std::size_t>(1, plan_->waiting() / (2 * ranks));
    auto chunk = plan_->next(std::min({filling, fair, most_chunk_subtrees}), budget);
    if (chunk) chunk->number = chunks_++;
    return chunk;
}

std::optional<Bytes> SearchSource::next_chunk(ChunkRequest const& request)
{
    bool const in_time = options_.time_limit_seconds <= 0 || seconds_since_start() < options_.time_limit_seconds;
    if (outcome_ == SearchOutcome::optimum_proven && !in_time) give_up(SearchOutcome::time_limit);
    if (outcome_ != SearchOutcome::optimum_proven) return std::nullopt;
    auto const chunk = rounds_ ? rounds_->next() : next_by_duration(request);
    if (!chunk) return std::nullopt;
    away_[chunk->number] = chunk->subtrees.size();
    return to_bytes(*chunk);
}

void SearchSource::absorb(std::span<std::byte const> reply, double seconds_spent)
{
    auto parsed = read_reply(reply, domains_, levels_);
    auto const chunk = away_.find(parsed.number);
    if (chunk == away_.end())
        throw InvalidInput("a message holds no reply of this search", "its chunk is not under way");
    // Only for the size of further chunks and for progress; answers do not depend on it.
    searched_ += static_cast<double>(chunk->second);
    away_.erase(chunk);
    seconds_ += seconds_spent;
    if (rounds_)
        rounds_->absorb(std::move(parsed));
    else
        plan_->absorb(std::move(parsed));
}

bool SearchSource::finished() const
{
    if (rounds_) return rounds_->finished();
    return outcome_ != SearchOutcome::optimum_proven ? plan_->under_way() == 0 : plan_->finished();
}

std::pair<double, double> SearchSource::progress() const
{
    if (finished()) return {1, 1};
    double share = 0;
    if (options_.tuple_limit > 0)
        share = static_cast<double>(plan().effort()) / static_cast<double>(options_.tuple_limit);
    if (options_.time_limit_seconds > 0) share = std::max(share, seconds_since_start() / options_.time_limit_seconds);
    // A guess: subtrees done of those known, of which each may still be divided.
    if (options_.tuple_limit == 0 && options_.time_limit_seconds <= 0) {
        double left = static_cast<double>(plan().waiting());
        for (auto const& [number, subtrees] : away_) left += static_cast<double>(subtrees);
        share = searched_ / (searched_ + std::max(1.0, left));
    }
    return {std::min(share, 0.999), 1};
}

SearchRunner::SearchRunner(OrderProblem const& problem, SearchOptions const& options)
    : domains_(problem.domains()), levels_(problem.factors()), searcher_(problem, options)
{
}

Bytes SearchRunner::run(std::span<std::byte const> chunk, StopFlag const& stop)
{
    return to_bytes(searcher_.search(read_chunk(chunk, domains_, levels_), stop));
}

} // namespace exahca
