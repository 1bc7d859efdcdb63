#include "exahca/run/distributed.hpp"

#include "exahca/parallel/launch.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/work/distributed_search.hpp"
#include "messages.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <optional>

namespace exahca {
namespace {

/// Collective: what a search on rank 0 alone has found, and whether it pays to go on together.
PilotVerdict pilot_of_rank_zero(Communicator& world, OrderProblem const& problem, SearchOptions const& options)
{
    Bytes message;
    if (world.rank() == 0) {
        auto const pilot = run_pilot(problem, options);
        message = write_pilot_verdict({pilot.worth_distributing, pilot.result});
    }
    return read_pilot_verdict(world.broadcast(message), problem.domains(), problem.factors());
}

/// Rank 0's side of a search that all ranks do together.
class SharedSearch
{
public:
    /// \param known  what the pilot has found, which took `spent`
    SharedSearch(OrderProblem const& problem, SearchOptions options, SearchResult const& known,
                 std::chrono::duration<double> spent, int ranks, bool quiet)
        : known_(known), source_(problem, with_time_left(std::move(options), spent), known.best),
          progress_("search", ranks, quiet)
    {
    }

    [[nodiscard]] SearchSource& source() { return source_; }
    [[nodiscard]] SearchResult result() const { return after_pilot(known_, source_.result()); }

    /// Tells the progress. \returns the best so far
    SearchResult look()
    {
        auto const [done, total] = source_.progress();
        auto best = result();
        progress_.update(done, total, fmt::format("best {:.6f}", best.best.empty() ? 1.0 : best.best[0].value));
        return best;
    }

    SearchResult finish(WorkloadOutcome outcome)
    {
        auto const [done, total] = source_.progress();
        bool const stopped = outcome != WorkloadOutcome::finished;
        if (stopped) source_.give_up(SearchOutcome::stopped);
        auto found = result();
        std::string const end = found.outcome == SearchOutcome::optimum_proven ? "proven" : "ended early";
        // A search at its limit has done all that was asked of it; a stopped one has not.
        if (stopped)
            progress_.finish(std::min(done, 0.99 * total), total, end);
        else
            progress_.finish(1, 1, end);
        return found;
    }

private:
    static SearchOptions with_time_left(SearchOptions options, std::chrono::duration<double> spent)
    {
        if (options.time_limit_seconds > 0)
            options.time_limit_seconds = std::max(1e-3, options.time_limit_seconds - spent.count());
        return options;
    }

    SearchResult const& known_;
    SearchSource source_;
    StageProgress progress_;
};

} // namespace

StageProgress::StageProgress(std::string what, int ranks, bool quiet)
    : what_(std::move(what)), ranks_(ranks),
      printer_(quiet ? ProgressStyle::silent : choose_progress_style(stderr, process_environment()), stderr)
{
}

double StageProgress::seconds() const
{
    return std::chrono::duration<double>(Timekeeper::current().now() - start_).count();
}

std::string StageProgress::text(std::string const& detail) const
{
    return fmt::format("{}: {}   {} {}", what_, detail, ranks_, ranks_ == 1 ? "rank" : "ranks");
}

void StageProgress::update(double done, double total, std::string const& detail)
{
    printer_.update({done, total, text(detail)}, seconds());
}

void StageProgress::finish(double done, double total, std::string const& detail)
{
    printer_.finish({done, total, text(detail)}, seconds());
}

SearchResult search_together(Communicator& world, std::span<Matrix const> unmixing, SearchOptions options,
                             Watch const& watch, RunStatistics& statistics)
{
    options.stop = &watch.stop;
    OrderProblem const problem(unmixing, options.objective, options.sizes);
    auto const begin = Timekeeper::current().now();
    auto const verdict = pilot_of_rank_zero(world, problem, options);
    if (!verdict.worth_distributing) return verdict.known;

    std::optional<SharedSearch> shared; // on rank 0
    RunOptions run;
    run.stop = &watch.stop;
    run.chunks.target_seconds = watch.chunk_seconds;
    run.rank_zero_computes = watch.rank_zero_computes;
    if (world.rank() == 0) {
        shared.emplace(problem, options, verdict.known, Timekeeper::current().now() - begin, world.size(), watch.quiet);
        run.poll = [&] { watch.poll(shared->look()); };
    }
    run.poll_takes_long = watch.poll_takes_long;
    run.failed = watch.failed;
    run.lost = [&](RunStatistics const& so_far) {
        if (watch.lost) watch.lost(shared->result(), so_far);
    };
    SearchRunner runner(problem, options);
    auto const searched = run_workload(world, shared ? &shared->source() : nullptr, runner, run);
    statistics.add(searched);
    ByteWriter answer;
    if (shared) write_search_result(answer, shared->finish(searched.outcome));
    auto const found = world.broadcast(answer.take());
    ByteReader reader(found);
    auto result = read_search_result(reader, problem.domains(), problem.factors());
    reader.expect_end();
    return result;
}

} // namespace exahca
