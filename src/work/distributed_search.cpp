#include "exahca/work/distributed_search.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>

namespace exahca {
namespace {

constexpr std::size_t most_subtrees = 500;
// A chunk may take so many times its share before the rest of it goes back: splitting costs, waiting at the end more.
constexpr double patience = 3;
constexpr double first_rate = 3e6; // effort in tuples per second and core, before anything is measured
constexpr std::int64_t largest_dimension = 4096;

template <class T>
void put_optional(ByteWriter& writer, std::optional<T> const& value)
{
    writer.put(static_cast<std::uint8_t>(value.has_value()));
    writer.put(value.value_or(T{}));
}

template <class T>
std::optional<T> get_optional(ByteReader& reader)
{
    bool const has = reader.get<std::uint8_t>() != 0;
    auto const value = reader.get<T>();
    return has ? std::optional<T>(value) : std::nullopt;
}

template <class Enum>
Enum get_enum(ByteReader& reader, Enum last)
{
    auto const value = reader.get<std::int32_t>();
    if (value < 0 || value > static_cast<std::int32_t>(last))
        throw InvalidInput("a message is no search task", "an option is out of range");
    return static_cast<Enum>(value);
}

// All but the stop flag, which each rank has its own of. A limit in seconds travels along, but only rank 0 looks at it
// (SubtreeSearcher sets it to none).
void put_options(ByteWriter& writer, SearchOptions const& options)
{
    writer.put(static_cast<std::int32_t>(options.objective));
    writer.put_span(std::span<double const>(options.sizes));
    writer.put(options.best_n);
    writer.put(options.tuple_limit);
    writer.put(options.time_limit_seconds);
    writer.put(options.pilot);
    writer.put(options.frontier_bytes);
    put_optional(writer, options.incumbent);
    put_optional(writer, options.count_below);
    writer.put(static_cast<std::int32_t>(options.method));
    writer.put(static_cast<std::int32_t>(options.kernels));
    writer.put(static_cast<std::int32_t>(options.start));
}

SearchOptions get_options(ByteReader& reader)
{
    SearchOptions options;
    options.objective = get_enum(reader, Objective::n_weighted);
    options.sizes = reader.get_vector<double>();
    options.best_n = reader.get<std::int64_t>();
    options.tuple_limit = reader.get<std::int64_t>();
    options.time_limit_seconds = reader.get<double>();
    options.pilot = reader.get<std::int64_t>();
    options.frontier_bytes = reader.get<std::int64_t>();
    options.incumbent = get_optional<double>(reader);
    options.count_below = get_optional<double>(reader);
    options.method = get_enum(reader, SearchMethod::brute);
    options.kernels = get_enum(reader, SearchKernels::portable);
    options.start = get_enum(reader, SearchStart::none);
    return options;
}

} // namespace

Bytes to_bytes(SearchTask const& task)
{
    ByteWriter writer;
    writer.put(static_cast<std::uint64_t>(task.unmixing.size()));
    for (auto const& matrix : task.unmixing) {
        writer.put(static_cast<std::int64_t>(matrix.rows()));
        writer.put(static_cast<std::int64_t>(matrix.cols()));
        writer.put_span(std::span<double const>(matrix.data(), static_cast<std::size_t>(matrix.size())));
    }
    put_options(writer, task.options);
    return writer.take();
}

SearchTask read_search_task(std::span<std::byte const> message)
{
    ByteReader reader(message);
    SearchTask task;
    auto const count = reader.get<std::uint64_t>();
    for (std::uint64_t k = 0; k < count; ++k) {
        auto const rows = reader.get<std::int64_t>();
        auto const cols = reader.get<std::int64_t>();
        auto const values = reader.get_vector<double>();
        if (rows < 0 || cols < 0 || rows > largest_dimension || cols > largest_dimension ||
            values.size() != static_cast<std::size_t>(rows * cols))
            throw InvalidInput("a message is no search task", "a matrix has the wrong number of values");
        task.unmixing.emplace_back(Eigen::Map<Matrix const>(values.data(), rows, cols));
    }
    task.options = get_options(reader);
    reader.expect_end();
    return task;
}

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
    auto chunk = plan_->next(std::min({filling, fair, most_subtrees}), budget);
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
