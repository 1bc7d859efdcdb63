#include "exahca/run/distributed.hpp"

#include "exahca/parallel/launch.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/work/distributed_search.hpp"
#include "messages.hpp"

#include <algorithm>
#include <cstdio>
#include <fmt/format.h>
#include <memory>

namespace exahca {
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
    PilotSearch pilot;
    Bytes own_verdict;
    if (world.rank() == 0) {
        pilot = run_pilot(problem, options);
        own_verdict = write_pilot_verdict({pilot.worth_distributing, pilot.result});
    }
    auto const verdict = read_pilot_verdict(world.broadcast(own_verdict), problem.domains(), problem.factors());
    auto const& known = verdict.known;
    if (!verdict.worth_distributing) return known;

    std::unique_ptr<SearchSource> source;
    std::unique_ptr<StageProgress> progress;
    RunOptions run;
    run.stop = &watch.stop;
    run.chunks.target_seconds = watch.chunk_seconds;
    run.rank_zero_computes = watch.rank_zero_computes;
    if (world.rank() == 0) {
        if (options.time_limit_seconds > 0) {
            std::chrono::duration<double> const spent = Timekeeper::current().now() - begin;
            options.time_limit_seconds = std::max(1e-3, options.time_limit_seconds - spent.count());
        }
        source = std::make_unique<SearchSource>(problem, options, known.best);
        progress = std::make_unique<StageProgress>("search", world.size(), watch.quiet);
        run.poll = [&] {
            auto const [done, total] = source->progress();
            auto const best = after_pilot(known, source->result());
            progress->update(done, total, fmt::format("best {:.6f}", best.best.empty() ? 1.0 : best.best[0].value));
            watch.poll(best);
        };
    }
    run.poll_takes_long = watch.poll_takes_long;
    run.failed = watch.failed;
    run.lost = [&](RunStatistics const& so_far) {
        if (watch.lost) watch.lost(after_pilot(known, source->result()), so_far);
    };
    SearchRunner runner(problem, options);
    auto const searched = run_workload(world, source.get(), runner, run);
    statistics.add(searched);
    ByteWriter answer;
    if (source) {
        auto const [done, total] = source->progress();
        bool const stopped = searched.outcome != WorkloadOutcome::finished;
        if (stopped) source->give_up(SearchOutcome::stopped);
        auto const result = after_pilot(known, source->result());
        std::string const end = result.outcome == SearchOutcome::optimum_proven ? "proven" : "ended early";
        // A search at its limit has done all that was asked of it; a stopped one has not.
        if (stopped)
            progress->finish(std::min(done, 0.99 * total), total, end);
        else
            progress->finish(1, 1, end);
        write_search_result(answer, result);
    }
    auto const found = world.broadcast(answer.take());
    ByteReader reader(found);
    auto result = read_search_result(reader, problem.domains(), problem.factors());
    reader.expect_end();
    return result;
}

} // namespace exahca
