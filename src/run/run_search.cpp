#include "exahca/run/run_search.hpp"

#include "campaign.hpp"
#include "exahca/estimate/joint_pieces.hpp"
#include "exahca/model/order_problem.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/profile/profile_group.hpp"
#include "exahca/run/distributed.hpp"
#include "exahca/run/memory_text.hpp"
#include "exahca/work/estimate_sharing.hpp"
#include "exahca/work/kernel_fingerprint.hpp"
#include "exahca/work/task_runner.hpp"
#include "messages.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <optional>

namespace exahca {
namespace {

/// The last line of a run: what there is, and what can be done with it.
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
    if (auto const& changed = campaign.changed_profiles(); !changed.empty())
        fmt::print("{}\n", changed_profiles_text(changed, request.output));
}

/// Collective: rank 0's status on every rank.
ExitStatus agreed_status(Communicator& world, ExitStatus status)
{
    ByteWriter writer;
    writer.put(status);
    auto const message = world.broadcast(writer.take());
    return ByteReader(message).get<ExitStatus>();
}

/// Collective: the scores on every rank, once per node where that is possible; says where it is not.
NodeBuffer share_scores(Communicator& world, Campaign const* campaign, NodeStorage storage)
{
    std::span<std::byte const> own;
    if (campaign) {
        auto const& scores = campaign->scores().scores;
        own = std::as_bytes(std::span(scores.data(), static_cast<std::size_t>(scores.size())));
    }
    auto buffer = world.share(own, storage);
    if (storage == NodeStorage::private_copies) return buffer;
    for (auto const& node : gather_sharing(world, buffer))
        if (node.ranks > 1 && !node.shared)
            fmt::print(stderr, "exahca: {}\n", unshared_text(node, std::ssize(buffer.bytes())));
    return buffer;
}

/// What one setting's search works on; nothing where there is nothing to share: the setting is done already, or its
/// data allow no search, which its estimate's task will find and say.
std::optional<SearchProblem> shared_problem(Campaign& campaign, SettingId id, TaskRunner const& runner)
{
    auto const& experiment = campaign.experiment();
    if (campaign.records().at(experiment.id_of({id, ReplicateKind::estimate, 0})).status != TaskStatus::missing)
        return std::nullopt;
    try {
        auto problem = runner.search_problem(id);
        OrderProblem const accepted(problem.matrices, experiment.setting(id).objective, problem.sizes);
        return problem;
    } catch (NumericalFailure const&) {
    } catch (InvalidInput const&) {
    }
    return std::nullopt;
}

/// Searches of so many settings are shared out whatever the number of ranks.
constexpr int most_shared_searches = 12;

/// One rank's part in the stages of a search. Its members are collective: every rank calls the same ones.
class SearchStages
{
public:
    /// \param campaign  on rank 0, null elsewhere
    SearchStages(SearchRequest const& request, RunContext const& context, Campaign* campaign,
                 Experiment const& experiment, TaskRunner& runner, StopFlag& stop)
        : request_(request), context_(context), world_(context.world), campaign_(campaign), experiment_(experiment),
          runner_(runner), stop_(stop)
    {
    }

    /// All stages, each once the one before it is finished.
    RunStatistics compute()
    {
        compute(Stage::landscapes);
        if (finished()) share_start_orders();
        if (finished()) share_searches();
        if (finished()) share_estimate_pieces();
        if (finished()) compute(Stage::estimates);
        if (finished()) share_estimates();
        if (finished()) compute(Stage::replicates);
        return statistics_;
    }

private:
    /// The same on all ranks: rank 0 tells how a computation ended.
    bool finished() const { return statistics_.outcome == WorkloadOutcome::finished; }

    [[nodiscard]] RunOptions run_options()
    {
        RunOptions options;
        options.stop = &stop_;
        options.chunks.target_seconds = request_.chunk_seconds;
        options.rank_zero_computes = request_.rank_zero_computes;
        options.dropped = [&](RunStatistics const& so_far) { leave(so_far); }; // the user has asked twice
        options.lost = [&](RunStatistics const& so_far) { leave(so_far); };    // collective calls would wait for ever
        options.failed = failed();
        if (campaign_ != nullptr) options.poll_takes_long = [&] { return campaign_->about_to_write(stop_); };
        return options;
    }

    /// What is done on a rank that aborts all others.
    [[nodiscard]] std::function<void()> failed()
    {
        return [this] {
            if (campaign_ != nullptr) campaign_->release();
        };
    }

    /// Has some tasks computed, with progress, snapshots and limits looked after on rank 0.
    void compute(Stage stage)
    {
        auto options = run_options();
        std::unique_ptr<TaskSource> source;
        std::unique_ptr<StageProgress> progress;
        auto const detail = [&] {
            auto const what = runner_.activity().state().what;
            auto const saved = campaign_->snapshot_text();
            return fmt::format("{} of {} tasks, {} failed{}{}", source->tasks_done(), source->tasks_total(),
                               campaign_->records().count(TaskStatus::failed), what.empty() ? "" : ", " + what,
                               saved.empty() ? "" : ", " + saved);
        };
        if (campaign_ != nullptr) {
            source =
                std::make_unique<TaskSource>(campaign_->experiment(), campaign_->records(), campaign_->tasks(stage));
            progress = std::make_unique<StageProgress>(std::string(to_string(stage)), world_.size(),
                                                       request_.quiet || source->tasks_total() == 0);
            options.poll = [&] {
                auto const [done, total] = source->progress();
                // The first estimate may take a minute: count what rank 0 has done of its task.
                auto const tasks = static_cast<double>(std::max<std::int64_t>(1, source->tasks_total()));
                auto const under_way = runner_.activity().state().share * std::min(total / tasks, total - done);
                progress->update(done + under_way, total, detail());
                campaign_->watch(stop_);
                if (context_.observer) context_.observer({stage, source->tasks_done(), campaign_->snapshots(), stop_});
            };
        }
        statistics_.add(run_workload(world_, source.get(), runner_, options));
        if (progress && source->finished()) progress->finish(1, 1, detail());
    }

    /// Rank 0: saves what there is and ends all ranks, waiting neither for the others nor for the task that this one
    /// may be computing.
    void leave(RunStatistics statistics)
    {
        statistics.add(statistics_);
        auto status = campaign_->finish(statistics, {}, context_.message_passing);
        bool const lost = !statistics.lost_ranks.empty();
        if (lost)
            fmt::print(stderr, "exahca: {} ({}): {}\n", lost_text(statistics.lost_ranks),
                       campaign_->hosts_of(statistics.lost_ranks),
                       status == ExitStatus::resumable ? "what is done is saved" : "the others have done their work");
        announce(request_, *campaign_, status);
        if (lost && status != ExitStatus::resumable) status = ExitStatus::lost_ranks;
        campaign_->release();
        world_.abort(static_cast<int>(status));
    }

    /// Searches of published settings that are worth sharing out, each by all ranks together.
    ///
    /// Rank 0 alone finds out whether there is a problem to search, before it tells the others: a failure that one rank
    /// swallowed between two collective calls would leave the others waiting in the second.
    void share_searches()
    {
        auto const settings = searches_to_share();
        for (auto const id : settings) {
            auto const& setting = experiment_.setting(id);
            // A stop that has reached some ranks only must not part them: rank 0's word counts.
            bool const wanted = campaign_ != nullptr && !stop_.requested();
            auto const problem = wanted ? shared_problem(*campaign_, id, runner_) : std::nullopt;
            auto const message =
                world_.broadcast(problem ? write_given_matrices({problem->matrices, problem->sizes, {}, {}}) : Bytes{});
            if (message.empty()) continue;
            auto const given = read_given_matrices(message);
            SearchOptions options;
            options.objective = setting.objective;
            options.sizes = given.sizes;
            options.best_n = setting.best;
            options.set_limits(search_limits(setting, SearchUse::estimate));
            Watch watch{stop_, request_.chunk_seconds, request_.rank_zero_computes, request_.quiet};
            watch.lost = [&](SearchResult const& found, RunStatistics const& so_far) {
                keep_interim(id, *problem, found);
                leave(so_far);
            };
            watch.failed = failed();
            if (campaign_ != nullptr) watch.poll_takes_long = [&] { return campaign_->about_to_write(stop_); };
            if (campaign_ != nullptr)
                watch.poll = [&](SearchResult const& so_far) {
                    keep_interim(id, *problem, so_far); // for the snapshot that may be due
                    campaign_->watch(stop_);
                };
            auto result = search_together(world_, given.unmixing, options, watch, statistics_);
            if (result.outcome == SearchOutcome::stopped) {
                if (campaign_ != nullptr) keep_interim(id, *problem, result);
                continue;
            }
            runner_.set_search_result(id, std::move(result));
        }
    }

    /// Settings whose searches for orders are shared out. Of many settings each rank does some alone: sharing would
    /// have all ranks wait for each other at every one. The same on all ranks.
    [[nodiscard]] std::vector<SettingId> searches_to_share() const
    {
        std::vector<SettingId> settings;
        for (std::int64_t s = 0; s < std::ssize(experiment_.settings()); ++s)
            if (shares_search(experiment_.setting(SettingId(s)))) settings.emplace_back(s);
        if (std::ssize(settings) > std::max(most_shared_searches, 2 * world_.size())) settings.clear();
        return settings;
    }

    /// Estimates that are missing and are done in pieces, with their effort, where these are worth sharing out.
    [[nodiscard]] std::map<SettingId, JointOptions> estimates_to_share() const
    {
        std::map<SettingId, JointOptions> efforts;
        for (auto const id : campaign_->tasks(Stage::estimates)) {
            auto const setting = experiment_.task(id).setting;
            if (has_pieces(experiment_.setting(setting)) && campaign_->records().at(id).status == TaskStatus::missing)
                efforts.emplace(setting, estimate_effort(experiment_.setting(setting)));
        }
        return worth_sharing(efforts.size(), world_.size()) ? efforts : std::map<SettingId, JointOptions>{};
    }

    /// Pieces of estimates, by all ranks; then every rank's runner knows what they found.
    void share_estimate_pieces()
    {
        auto options = run_options();
        std::unique_ptr<EstimatePieceSource> source;
        std::unique_ptr<StageProgress> progress;
        if (campaign_ != nullptr) {
            source = std::make_unique<EstimatePieceSource>(estimates_to_share());
            progress = std::make_unique<StageProgress>("searches", world_.size(), request_.quiet || source->finished());
            options.poll = [&] {
                auto const [done, total] = source->progress();
                progress->update(done, total, source->detail());
                campaign_->watch(stop_);
            };
        }
        EstimatePieceRunner pieces(runner_);
        statistics_.add(run_workload(world_, source.get(), pieces, options));
        if (progress && source->finished()) progress->finish(1, 1, source->detail());
        if (source && !finished())
            for (auto const& [setting, interim] : source->interim()) keep_interim(setting, interim);
        if (!finished()) return;
        auto shared =
            read_shared_estimates(world_.broadcast(source ? write_shared_estimates(source->found()) : Bytes{}));
        for (auto& [setting, found] : shared) runner_.set_estimate_pieces(setting, std::move(found));
    }

    /// Rank 0: what is known of a search that is not over, for interim results.
    void keep_interim(SettingId id, SearchProblem const& problem, SearchResult so_far)
    {
        if (so_far.best.empty()) return;
        so_far.outcome = SearchOutcome::stopped; // as far as these results go
        keep_interim(id, {runner_.interim(id, problem, so_far)});
    }
    void keep_interim(SettingId id, std::vector<InterimSearch> known)
    {
        TaskRecord record;
        record.interim = std::move(known);
        campaign_->records().put(experiment_.id_of({id, ReplicateKind::estimate, 0}), std::move(record));
    }

    /// Gives every rank's runner the estimates.
    void share_estimates()
    {
        if (!experiment_.has_replicates()) return; // nothing else needs them
        ByteWriter writer;
        if (campaign_ != nullptr)
            for (auto const id : campaign_->tasks(Stage::estimates)) campaign_->records().at(id).write(writer);
        auto estimates = read_estimates(world_.broadcast(writer.take()), experiment_);
        for (std::size_t s = 0; s < estimates.size(); ++s)
            runner_.set_estimate(SettingId(static_cast<std::int64_t>(s)), std::move(estimates[s]));
    }

    /// Gives every rank's runner the best orders of the landscapes.
    void share_start_orders()
    {
        auto const message =
            world_.broadcast(campaign_ ? write_start_orders(campaign_->best_of_landscapes()) : Bytes{});
        auto orders = read_start_orders(message, experiment_.settings().size());
        for (std::size_t s = 0; s < orders.size(); ++s)
            if (!orders[s].empty())
                runner_.set_start_orders(SettingId(static_cast<std::int64_t>(s)), std::move(orders[s]));
    }

    SearchRequest const& request_;
    RunContext const& context_;
    Communicator& world_;
    Campaign* campaign_;
    Experiment const& experiment_;
    TaskRunner& runner_;
    StopFlag& stop_;
    RunStatistics statistics_;
};

/// Collective: everything behind the checks of rank 0, whose campaign it is.
ExitStatus run_campaign(SearchRequest const& request, RunContext const& context, Campaign* campaign, StopFlag& stop)
{
    auto& world = context.world;
    auto const plan = read_plan(world.broadcast(campaign ? campaign->describe() : Bytes{}));
    auto const buffer = share_scores(world, campaign, request.storage);
    Dataset const dataset({reinterpret_cast<double const*>(buffer.bytes().data()), plan.models,
                           static_cast<Index>(plan.experiment.benchmarks().size())},
                          plan.rows, plan.facts);
    TaskRunner runner(plan.experiment, dataset);
    auto const statistics = SearchStages(request, context, campaign, plan.experiment, runner, stop).compute();
    auto const facts = gather_rank_facts(world); // after work was dropped, rank 0 ends the others here
    auto status = ExitStatus::done;
    on_rank_zero(world, [&] {
        status = campaign->finish(statistics, facts, context.message_passing);
        announce(request, *campaign, status);
    });
    return agreed_status(world, status);
}

} // namespace

ExitStatus run_search(SearchRequest const& request, RunContext const& context, StopFlag& stop)
{
    auto& world = context.world;
    std::unique_ptr<Campaign> campaign;
    on_rank_zero(world, [&] { campaign = std::make_unique<Campaign>(request, context.command_line); });
    auto const kernels = gather_kernels(world, kernel_fingerprint());
    on_rank_zero(world, [&] { campaign->set_kernels(kernels); });
    if (campaign)
        for (auto const& note : campaign->notes()) fmt::print(stderr, "exahca: {}\n", note);
    return run_campaign(request, context, campaign.get(), stop);
}

} // namespace exahca
