#include "command.hpp"

#include "campaign.hpp"
#include "distributed.hpp"
#include "exahca/experiment/kernel_fingerprint.hpp"
#include "exahca/experiment/task_runner.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/parallel/signals.hpp"
#include "messages.hpp"
#include "orders_only.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <memory>

namespace exahca {
namespace {

/// Collective: has some tasks computed, with progress, snapshots and limits looked after on rank 0.
RunStatistics compute(Communicator& world, Campaign* campaign, Stage stage, TaskRunner& runner, StopFlag& stop,
                      SearchRequest const& request)
{
    RunOptions options;
    options.stop = &stop;
    options.chunks.target_seconds = request.chunk_seconds;
    options.rank_zero_computes = request.rank_zero_computes;
    std::unique_ptr<TaskSource> source;
    std::unique_ptr<StageProgress> progress;
    auto const detail = [&] {
        auto const what = runner.activity().state().what;
        return fmt::format("{} of {} tasks, {} failed{}", source->tasks_done(), source->tasks_total(),
                           campaign->records().count(TaskStatus::failed), what.empty() ? "" : ", " + what);
    };
    if (campaign != nullptr) {
        source = std::make_unique<TaskSource>(campaign->experiment(), campaign->records(), campaign->tasks(stage));
        progress = std::make_unique<StageProgress>(std::string(to_string(stage)), world.size(),
                                                   request.quiet || source->tasks_total() == 0);
        options.poll = [&] {
            auto const [done, total] = source->progress();
            // The first estimate may take a minute: count what rank 0 has done of its task.
            auto const tasks = static_cast<double>(std::max<std::int64_t>(1, source->tasks_total()));
            auto const under_way = runner.activity().state().share * std::min(total / tasks, total - done);
            progress->update(done + under_way, total, detail());
            campaign->watch(stop);
        };
    }
    auto const statistics = run_workload(world, source.get(), runner, options);
    if (progress && source->finished()) progress->finish(1, 1, detail());
    return statistics;
}

/// Collective: searches of published settings that are worth sharing out, each by all ranks together.
RunStatistics share_searches(Communicator& world, Campaign* campaign, Experiment const& experiment, TaskRunner& runner,
                             StopFlag& stop, SearchRequest const& request)
{
    RunStatistics statistics;
    for (std::size_t s = 0; s < experiment.settings().size() && !stop.requested(); ++s) {
        auto const& setting = experiment.settings()[s];
        SettingId const id(static_cast<std::int64_t>(s));
        if (!shares_search(setting)) continue;
        ByteWriter known;
        if (campaign != nullptr)
            known.put(campaign->records().at(experiment.id_of({id, ReplicateKind::estimate, 0})).status);
        auto const status = world.broadcast(known.take());
        if (ByteReader(status).get<TaskStatus>() != TaskStatus::missing) continue;
        try {
            auto const [matrices, sizes] = runner.search_problem(id);
            SearchOptions options;
            options.objective = setting.objective;
            options.sizes = sizes;
            options.best_n = setting.best;
            options.set_limits(search_limits(setting, SearchUse::estimate));
            Watch watch{stop, request.chunk_seconds, request.rank_zero_computes, request.quiet};
            if (campaign != nullptr) watch.poll = [&] { campaign->watch(stop); };
            auto result = search_together(world, matrices, options, watch, statistics);
            if (result.outcome != SearchOutcome::stopped) runner.set_search_result(id, std::move(result));
        } catch (NumericalFailure const&) { // all ranks alike: the estimate's task will say why
        } catch (InvalidInput const&) {
        }
    }
    return statistics;
}

/// Collective: gives every rank's runner the estimates.
void share_estimates(Communicator& world, Campaign* campaign, Experiment const& experiment, TaskRunner& runner)
{
    ByteWriter writer;
    if (campaign != nullptr)
        for (auto const id : campaign->tasks(Stage::estimates)) campaign->records().at(id).write(writer);
    auto estimates = read_estimates(world.broadcast(writer.take()), experiment);
    for (std::size_t s = 0; s < estimates.size(); ++s)
        runner.set_estimate(SettingId(static_cast<std::int64_t>(s)), std::move(estimates[s]));
}

/// Collective: gives every rank's runner the best orders of the landscapes.
void share_start_orders(Communicator& world, Campaign* campaign, Experiment const& experiment, TaskRunner& runner)
{
    auto const message = world.broadcast(campaign ? write_start_orders(campaign->best_of_landscapes()) : Bytes{});
    auto orders = read_start_orders(message, experiment.settings().size());
    for (std::size_t s = 0; s < orders.size(); ++s)
        runner.set_start_orders(SettingId(static_cast<std::int64_t>(s)), std::move(orders[s]));
}

/// Collective: all stages, each once the one before it is finished.
RunStatistics compute_all(Communicator& world, Campaign* campaign, Experiment const& experiment, TaskRunner& runner,
                          StopFlag& stop, SearchRequest const& request)
{
    auto statistics = compute(world, campaign, Stage::landscapes, runner, stop, request);
    if (statistics.outcome != WorkloadOutcome::finished) return statistics;
    share_start_orders(world, campaign, experiment, runner);
    statistics.add(share_searches(world, campaign, experiment, runner, stop, request));
    if (statistics.outcome != WorkloadOutcome::finished) return statistics;
    statistics.add(compute(world, campaign, Stage::estimates, runner, stop, request));
    if (statistics.outcome != WorkloadOutcome::finished) return statistics;
    share_estimates(world, campaign, experiment, runner);
    statistics.add(compute(world, campaign, Stage::replicates, runner, stop, request));
    return statistics;
}

void announce(SearchRequest const& request, Campaign& campaign, ExitStatus status)
{
    auto const failed = campaign.records().count(TaskStatus::failed);
    auto const missing = campaign.records().count(TaskStatus::missing);
    auto const total = campaign.experiment().task_count();
    fmt::print("{}: {} of {} tasks, {} failed, {:.1f} s. ", request.output, total - missing, total, failed,
               campaign.seconds());
    if (status == ExitStatus::resumable)
        fmt::print("Stopped early: continue with the same command and --resume\n");
    else if (request.share.of > 1)
        fmt::print("Part {} of {}: join all parts with exahca merge\n", request.share.part + 1, request.share.of);
    else
        fmt::print("Read it with: exahca show {}\n", request.output);
}

class SearchCommand final : public Command
{
public:
    std::string_view name() const override { return "search"; }
    std::string_view summary() const override
    {
        return "find the causal order behind a leaderboard, and how sure it is";
    }
    std::string_view usage() const override { return "SCORES.h5 -o RESULTS.h5 [options]"; }
    std::string_view description() const override
    {
        return "Estimates the latent factors of every setting and the causal order in which they act, and repeats that "
               "on\n"
               "resampled data. Runs alone, or on many ranks under mpirun or srun: the results do not depend on the "
               "number\n"
               "of ranks. SIGUSR1, SIGTERM and --max-time write interim results and end with status 75.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca search scores.h5 -o results.h5 --domains llama-3-8b,qwen2.5-14b --factors 3 --bootstrap 200",
                "mpirun -n 64 exahca search scores.h5 -o results.h5 --min-models 100 --bootstrap 1000",
                "exahca search scores.h5 -o results.h5 --min-models 100 --bootstrap 5000 --resume"};
    }
    std::vector<std::string> positional() const override { return {"scores"}; }
    void add_options(Options& options) const override { add_search_options(options); }
    bool is_distributed() const override { return true; }
    ExitStatus run(Values const& values, RunContext& context) const override
    {
        auto const request = read_search_request(values);
        if (request.orders_only) return search_orders_only(request, context);
        auto& world = context.world;
        StopFlag stop;
        SignalHandlers const handlers(stop);
        std::unique_ptr<Campaign> campaign;
        on_rank_zero(world, [&] { campaign = std::make_unique<Campaign>(request, context.command_line); });
        auto const kernels = gather_kernels(world, kernel_fingerprint());
        on_rank_zero(world, [&] { campaign->set_kernels(kernels); });
        if (campaign)
            for (auto const& note : campaign->notes()) fmt::print(stderr, "exahca: {}\n", note);

        try {
            return run_campaign(request, context, campaign.get(), stop);
        } catch (Error const&) { // known to this rank alone: the others would wait for ever
            if (world.size() == 1) throw;
            report_and_abort(world, std::current_exception());
        }
    }

private:
    static ExitStatus run_campaign(SearchRequest const& request, RunContext& context, Campaign* campaign,
                                   StopFlag& stop)
    {
        auto& world = context.world;
        auto const plan = read_plan(world.broadcast(campaign ? campaign->describe() : Bytes{}));
        std::span<std::byte const> own_scores;
        if (campaign) {
            auto const& scores = campaign->scores().scores;
            own_scores = std::as_bytes(std::span(scores.data(), static_cast<std::size_t>(scores.size())));
        }
        auto const buffer = world.share(own_scores, request.storage);
        Dataset const dataset({reinterpret_cast<double const*>(buffer.bytes().data()), plan.models,
                               static_cast<Index>(plan.experiment.benchmarks().size())},
                              plan.rows);
        TaskRunner runner(plan.experiment, dataset);
        auto const statistics = compute_all(world, campaign, plan.experiment, runner, stop, request);
        if (statistics.outcome ==
            WorkloadOutcome::dropped) { // asked twice: ranks that still compute are not waited for
            if (campaign) announce(request, *campaign, campaign->finish(statistics, {}, context.message_passing));
            if (world.size() > 1 && campaign) world.abort(static_cast<int>(ExitStatus::resumable));
        }
        auto const facts = gather_rank_facts(world);
        auto status = ExitStatus::done;
        if (campaign && statistics.outcome != WorkloadOutcome::dropped) {
            status = campaign->finish(statistics, facts, context.message_passing);
            announce(request, *campaign, status);
        } else if (campaign) {
            status = ExitStatus::resumable;
        }
        return agreed_status(world, status);
    }

    static ExitStatus agreed_status(Communicator& world, ExitStatus status)
    {
        ByteWriter writer;
        writer.put(status);
        auto const message = world.broadcast(writer.take());
        return ByteReader(message).get<ExitStatus>();
    }
};

} // namespace

std::unique_ptr<Command> make_search_command() { return std::make_unique<SearchCommand>(); }

} // namespace exahca
