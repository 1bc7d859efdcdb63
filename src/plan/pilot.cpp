#include "exahca/plan/pilot.hpp"

#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/order_table.hpp"
#include "exahca/work/task_runner.hpp"
#include "exahca/work/task_source.hpp"
#include "pilot_effort.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <numeric>
#include <thread>

namespace exahca {
namespace {

constexpr std::size_t most_tries = 30;
constexpr std::size_t sampled_sets = 400; // of a choice among more
constexpr double grace_seconds = 2;       // for the task under way, when the time is up

using Clock = std::chrono::steady_clock;

Clock::duration as_duration(double seconds)
{
    return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(std::min(seconds, 1e8)));
}

/// The same experiment with searches that end soon: keys, data and layouts do not depend on that. Limits in tuples are
/// scaled down together, so that those of an estimate and of a replicate keep their ratio.
Experiment hurried(Experiment const& experiment, double search_seconds)
{
    auto settings = experiment.settings();
    for (auto& setting : settings) {
        Setting usual;
        usual.estimator = setting.estimator;
        auto const share = usual_search_tuples / search_limits(usual, SearchUse::replicate).tuples;
        auto const most = pilot_replicate_tuples * share;
        setting.search_tuples = setting.search_tuples > 0 ? std::min(setting.search_tuples, most) : most;
        setting.search_seconds =
            setting.search_seconds > 0 ? std::min(setting.search_seconds, search_seconds) : search_seconds;
    }
    return {std::move(settings), experiment.counts(), experiment.seed(), experiment.benchmarks()};
}

/// Asks for a stop at some time, unless it is destroyed before.
class Alarm
{
public:
    Alarm(StopFlag& stop, Clock::time_point when)
        : thread_([this, &stop, when] {
              std::unique_lock lock(mutex_);
              if (!off_.wait_until(lock, when, [this] { return is_off_; })) stop.request();
          })
    {
    }
    ~Alarm()
    {
        {
            std::lock_guard const lock(mutex_);
            is_off_ = true;
        }
        off_.notify_all();
        thread_.join();
    }

private:
    std::mutex mutex_;
    std::condition_variable off_;
    bool is_off_ = false;
    std::thread thread_; // the last member: it uses the others
};

/// Positions of groups by setting.
using GroupsOfSettings = std::map<SettingId, std::vector<std::size_t>>;
GroupsOfSettings by_setting(Pilot const& pilot)
{
    GroupsOfSettings groups;
    for (std::size_t g = 0; g < pilot.groups.size(); ++g) groups[pilot.groups[g].setting].push_back(g);
    return groups;
}

/// One pilot under way.
class Trial
{
public:
    Trial(Experiment const& experiment, Dataset const& dataset, Share const& share, double seconds, Pilot& pilot)
        : asked_(experiment), experiment_(hurried(experiment, pilot.search_limit)), runner_(experiment_, dataset),
          share_(share), pilot_(pilot), tried_(pilot.groups.size()), groups_(by_setting(pilot)),
          end_(Clock::now() + as_duration(seconds)), alarm_(time_up_, end_ + as_duration(grace_seconds)),
          scope_(&time_up_, StopScope::Reach::everything)
    {
    }

    [[nodiscard]] double seconds_left() const
    {
        return std::max(0.0, std::chrono::duration<double>(end_ - Clock::now()).count());
    }

    /// What has to come before replicates, in the order of a run, and one task of each kind.
    void begin(SettingId id)
    {
        auto const& setting = experiment_.setting(id);
        try_stage(id, Stage::landscapes);
        if (analyser_of(setting).has_landscape(setting)) {
            // Which orders of the landscape an estimate starts from does not change what it costs.
            std::vector<std::int64_t> ranks(
                static_cast<std::size_t>(std::min<std::int64_t>(setting.starts, landscape_orders(setting))));
            std::iota(ranks.begin(), ranks.end(), 0);
            runner_.set_start_orders(id, std::move(ranks));
        }
        if (shares_search(setting)) preview(id);
        try_stage(id, Stage::estimates);
        try_stage(id, Stage::replicates);
    }

    /// One more task of every kind of a setting that has any left. \returns whether there was one
    bool go_on(SettingId id)
    {
        bool any = false;
        for (auto const g : groups_[id]) any |= try_next(g);
        return any;
    }

private:
    void try_stage(SettingId id, Stage stage)
    {
        for (auto const g : groups_[id])
            if (stage_of(pilot_.groups[g].kind) == stage) try_next(g);
    }

    /// Looks at a search that ranks will share: what it costs, and orders for the estimate's task to go on with.
    void preview(SettingId id)
    {
        auto const& setting = experiment_.setting(id);
        auto const before = thread_seconds();
        try {
            auto const [matrices, sizes, pooled] = runner_.search_problem(id);
            pilot_.preparation[id] = thread_seconds() - before;
            OrderProblem const problem(matrices, setting.objective, sizes);
            auto const looked =
                preview_search(problem, order_search_options(setting, sizes, setting.best, {.stop = &time_up_}),
                               std::min(pilot_.search_limit, seconds_left() + grace_seconds / 2));
            pilot_.searches[id] = looked.forecast;
            runner_.set_search_result(id, looked.found);
        } catch (StopRequested const&) {    // the time is up
        } catch (NumericalFailure const&) { // the estimate's task will say why
        } catch (InvalidInput const&) {
        }
        pilot_.processor_seconds += thread_seconds() - before;
    }

    /// Tries one more task of a group, unless it has had enough or would not fit. \returns whether it did
    bool try_next(std::size_t g)
    {
        // Nothing is begun any more; a replicate whose estimate was left would fail at once and look cheap.
        if (time_up_.requested()) return false;
        auto& group = pilot_.groups[g];
        auto const done = group.seconds.size();
        if (done >= std::min<std::size_t>(most_tries, static_cast<std::size_t>(group.tasks))) return false;
        // Later ones only where they fit into what is left.
        if (done > 0 && seconds_left() < tried_[g].spent / static_cast<double>(done)) return false;
        TaskId const id = experiment_.id_of({group.setting, group.kind, next_replicate(g)});
        auto [record, spent, foreseen] = attempt(group, id);
        tried_[g].spent += spent;
        group.seconds.push_back(foreseen);
        if (record.status == TaskStatus::failed) ++group.failed;
        if (record.status == TaskStatus::missing) ++group.left;
        if (record.status == TaskStatus::done && is_cut_short(group, record)) ++group.cut_short;
        ++pilot_.tasks_tried;
        pilot_.processor_seconds += spent;
        if (group.kind == ReplicateKind::estimate) runner_.set_estimate(group.setting, std::move(record));
        return true;
    }

    struct Attempt
    {
        TaskRecord record;
        double spent = 0, foreseen = 0; ///< seconds: by this pilot, and of the whole task
    };

    Attempt timed(TaskId id)
    {
        auto const before = thread_seconds();
        auto record = runner_.compute(id);
        auto const seconds = thread_seconds() - before;
        return {std::move(record), seconds, seconds};
    }

    /// Of a choice among very many sets some are looked at: few of them to draw and unmix the base models, which the
    /// runner then knows, more of them to see what each takes.
    Attempt attempt(PilotGroup const& group, TaskId id)
    {
        auto const sets = experiment_.choice(group.setting).size();
        if (!placebo_of_choice(group.kind) || sets <= sampled_sets) return timed(id);
        runner_.sample_choices(sampled_sets);
        auto const first = timed(id), again = timed(id);
        double const spent = first.spent + again.spent;
        double const each = again.spent / static_cast<double>(sampled_sets);
        return {again.record, spent, first.spent + each * static_cast<double>(sets - sampled_sets)};
    }

    /// Whether a search ended where the run's own would have gone on.
    [[nodiscard]] bool is_cut_short(PilotGroup const& group, TaskRecord const& record) const
    {
        if (stage_of(group.kind) == Stage::landscapes) return false;
        // A search that ranks share is predicted by its preview.
        if (group.kind == ReplicateKind::estimate && shares_search(asked_.setting(group.setting))) return false;
        auto const use = group.kind == ReplicateKind::estimate ? SearchUse::estimate : SearchUse::replicate;
        auto const limit = search_limits(asked_.setting(group.setting), use).tuples;
        auto const tried = search_limits(experiment_.setting(group.setting), use).tuples;
        RecordView const view(experiment_.layout(group.setting, group.kind), record.values);
        auto const outcome = view.values("search_outcome")[0];
        bool const proven = !(outcome > static_cast<double>(SearchOutcome::optimum_proven)); // or there was none
        return !proven && (limit == 0 || limit != tried);
    }

    /// A replicate of this run that was not tried yet.
    std::int64_t next_replicate(std::size_t g)
    {
        auto const& group = pilot_.groups[g];
        auto& [position, taken, spent] = tried_[g];
        std::int64_t i = 0;
        if (group.tasks >
            static_cast<std::int64_t>(2 * most_tries)) { // spread over all: influence has cases unlike each other
            do i = static_cast<std::int64_t>(mirrored(position++) * static_cast<double>(group.tasks));
            while (std::find(taken.begin(), taken.end(), i) != taken.end());
        } else {
            i = static_cast<std::int64_t>(position++);
        }
        taken.push_back(i);
        return share_.replicate(group.kind, i);
    }

    struct Tried
    {
        std::size_t position = 0;
        std::vector<std::int64_t> taken{};
        double spent = 0; ///< seconds
    };

    Experiment const& asked_;
    Experiment const experiment_;
    TaskRunner runner_;
    Share share_;
    Pilot& pilot_;
    std::vector<Tried> tried_;
    GroupsOfSettings groups_;
    Clock::time_point
        end_; // begins here: the members before are the work of seconds where there are a million settings
    StopFlag time_up_;
    Alarm alarm_;
    StopScope scope_;
};

/// Settings so that the first few are spread over all.
std::vector<SettingId> spread(std::int64_t settings)
{
    std::vector<SettingId> order;
    std::vector<bool> taken(static_cast<std::size_t>(settings), false);
    for (std::size_t i = 0; static_cast<std::int64_t>(order.size()) < settings; ++i) {
        auto const at = static_cast<std::size_t>(mirrored(i) * static_cast<double>(settings));
        if (taken[at]) continue;
        taken[at] = true;
        order.emplace_back(static_cast<std::int64_t>(at));
    }
    return order;
}

/// The order in which settings are tried. First those that stand for a choice among many: they have tasks that are
/// unlike all others, and few of them.
std::vector<SettingId> tried_first(Experiment const& experiment)
{
    auto order = spread(std::ssize(experiment.settings()));
    std::stable_partition(order.begin(), order.end(), [&](SettingId id) {
        return std::any_of(choice_kinds.begin(), choice_kinds.end(),
                           [&](auto const& choice) { return experiment.count(id, choice.kind) > 0; });
    });
    return order;
}

} // namespace

Pilot count_tasks(Experiment const& experiment, Share const& share)
{
    Pilot pilot;
    for (std::int64_t s = 0; s < static_cast<std::int64_t>(experiment.settings().size()); ++s)
        for (int k = 0; k < replicate_kinds; ++k) {
            SettingId const id(s);
            auto const kind = static_cast<ReplicateKind>(k);
            auto const tasks = share.count(kind, experiment.count(id, kind));
            if (tasks > 0) pilot.groups.push_back({id, kind, tasks, guessed_seconds(experiment, id, kind)});
        }
    return pilot;
}

Pilot run_task_pilot(Experiment const& experiment, Dataset const& dataset, Share const& share, double seconds)
{
    auto const start = Clock::now();
    auto pilot = count_tasks(experiment, share);
    // A single kind of task leaves the time to its search.
    pilot.search_limit = seconds / (pilot.groups.size() == 1 ? 4 : 10);
    auto const order = tried_first(experiment);
    Trial trial(experiment, dataset, share, seconds, pilot);
    std::size_t begun = 0;
    for (; begun < order.size() && (begun == 0 || trial.seconds_left() > 0); ++begun) trial.begin(order[begun]);
    for (bool any = true; any && trial.seconds_left() > 0;) {
        any = false;
        for (std::size_t i = 0; i < begun && trial.seconds_left() > 0; ++i) any |= trial.go_on(order[i]);
    }
    pilot.wall_seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return pilot;
}

} // namespace exahca
