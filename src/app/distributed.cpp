#include "distributed.hpp"

#include "exahca/experiment/distributed_search.hpp"
#include "exahca/parallel/launch.hpp"
#include "exahca/parallel/session.hpp"

#include <cstdio>
#include <fmt/format.h>
#include <memory>

namespace exahca {
namespace {

void write_result(ByteWriter& writer, SearchResult const& result)
{
    writer.put(static_cast<std::uint64_t>(result.best.size()));
    for (auto const& ranked : result.best) {
        writer.put(static_cast<std::uint64_t>(ranked.order.rows.size()));
        for (auto const& rows : ranked.order.rows) writer.put_span(std::span<int const>(rows));
        writer.put(ranked.value);
        writer.put_span(std::span<double const>(ranked.inexactness));
    }
    writer.put(result.outcome);
    writer.put(result.lower_bound);
    writer.put(result.tuples_visited);
    writer.put(result.start_tuples);
}

SearchResult read_result(ByteReader& reader)
{
    SearchResult result;
    auto const orders = reader.get<std::uint64_t>();
    for (std::uint64_t i = 0; i < orders; ++i) {
        RankedOrder ranked;
        auto const domains = reader.get<std::uint64_t>();
        for (std::uint64_t k = 0; k < domains; ++k) ranked.order.rows.push_back(reader.get_vector<int>());
        ranked.value = reader.get<double>();
        ranked.inexactness = reader.get_vector<double>();
        result.best.push_back(std::move(ranked));
    }
    result.outcome = reader.get<SearchOutcome>();
    result.lower_bound = reader.get<double>();
    result.tuples_visited = reader.get<std::int64_t>();
    result.start_tuples = reader.get<std::int64_t>();
    reader.expect_end();
    return result;
}

} // namespace

StageProgress::StageProgress(std::string what, int ranks, bool quiet)
    : what_(std::move(what)), ranks_(ranks),
      printer_(quiet ? ProgressStyle::silent : choose_progress_style(stderr, process_environment()), stderr)
{
}

double StageProgress::seconds() const
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
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
    PilotSearch pilot;
    ByteWriter verdict;
    if (world.rank() == 0) {
        pilot = run_pilot(problem, options);
        verdict.put(static_cast<std::uint8_t>(pilot.worth_distributing));
        write_result(verdict, pilot.result);
    }
    auto const message = world.broadcast(verdict.take());
    ByteReader reader(message);
    bool const worth_distributing = reader.get<std::uint8_t>() != 0;
    auto known = read_result(reader);
    if (!worth_distributing) return known;

    std::unique_ptr<SearchSource> source;
    std::unique_ptr<StageProgress> progress;
    RunOptions run;
    run.stop = &watch.stop;
    run.chunks.target_seconds = watch.chunk_seconds;
    run.rank_zero_computes = watch.rank_zero_computes;
    if (world.rank() == 0) {
        source = std::make_unique<SearchSource>(problem, options, known.best);
        progress = std::make_unique<StageProgress>("search", world.size(), watch.quiet);
        run.poll = [&] {
            auto const [done, total] = source->progress();
            auto const best = source->result();
            progress->update(done, total, fmt::format("best {:.6f}", best.best.empty() ? 1.0 : best.best[0].value));
            watch.poll();
        };
    }
    SearchRunner runner(problem, options);
    auto const searched = run_workload(world, source.get(), runner, run);
    statistics.add(searched);
    ByteWriter answer;
    if (source) {
        if (searched.outcome != WorkloadOutcome::finished) source->give_up(SearchOutcome::stopped);
        auto result = source->result();
        result.tuples_visited += known.tuples_visited;
        result.start_tuples += known.start_tuples;
        progress->finish(1, 1, std::string(result.outcome == SearchOutcome::optimum_proven ? "proven" : "ended early"));
        write_result(answer, result);
    }
    auto const found = world.broadcast(answer.take());
    ByteReader found_reader(found);
    return read_result(found_reader);
}

} // namespace exahca
