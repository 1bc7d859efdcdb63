#include "exahca/work/task_runner.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/timekeeper.hpp"
#include "exahca/estimate/analysis.hpp"
#include "exahca/estimate/influence_analysis.hpp"
#include "exahca/estimate/joint_analysis.hpp"
#include "exahca/estimate/joint_pieces.hpp"
#include "exahca/estimate/nested_bootstrap.hpp"
#include "exahca/estimate/published_analysis.hpp"
#include "exahca/estimate/replicate_data.hpp"
#include "exahca/estimate/set_choice.hpp"
#include "exahca/work/task_source.hpp"

#include <algorithm>
#include <fmt/ranges.h>

namespace exahca {

void TaskRunner::set_estimate(SettingId setting, TaskRecord estimate) { estimates_[setting] = std::move(estimate); }

void TaskRunner::set_start_orders(SettingId setting, std::vector<std::int64_t> ranks)
{
    start_orders_[setting] = std::move(ranks);
}

SearchProblem TaskRunner::search_problem(SettingId id) const
{
    auto const& setting = experiment_.setting(id);
    return unmix_for_estimate(setting, observed_data(setting, dataset_), estimate_key());
}

InterimSearch TaskRunner::interim(SettingId setting, SearchProblem const& given, SearchResult const& found) const
{
    return published_interim(experiment_.setting(setting), given, found);
}

void TaskRunner::set_search_result(SettingId setting, SearchResult result)
{
    search_results_[setting] = std::move(result);
}

RandomKey TaskRunner::estimate_key() const
{
    return {experiment_.seed(), to_string(ReplicateKind::estimate), 0, {}, 0};
}

// The settings that a choice is made among, or as many as a pilot looks at, spread evenly over them.
std::vector<Setting const*> TaskRunner::choice_of(SettingId setting) const
{
    auto const all = experiment_.choice(setting);
    auto const count = std::min(most_sets_, all.size());
    std::vector<Setting const*> sets;
    for (std::size_t i = 0; i < count; ++i) sets.push_back(&experiment_.setting(all[i * all.size() / count]));
    return sets;
}

AnalysisRecord TaskRunner::analyse(Task const& task)
{
    auto const& setting = experiment_.setting(task.setting);
    auto const& layout = experiment_.layout(task.setting, task.kind);
    AnalysisRequest request{
        setting,
        layout,
        experiment_.benchmarks(),
        {experiment_.seed(), to_string(task.kind), static_cast<std::uint64_t>(task.replicate), {}, 0}};
    if (task.kind == ReplicateKind::estimate) {
        request.unmixed = &unmixed_;
        if (auto const known = pieces_.find(task.setting); known != pieces_.end()) request.pieces = known->second;
        auto const orders = start_orders_.find(task.setting);
        auto const found = search_results_.find(task.setting);
        return analyse_estimate(request, dataset_,
                                orders == start_orders_.end() ? std::span<std::int64_t const>{} : orders->second,
                                found == search_results_.end() ? nullptr : &found->second, activity_);
    }
    if (task.kind == ReplicateKind::landscape) {
        // With the random keys of the estimate: every range must start from the same components.
        if (!landscape_.second || landscape_.first != task.setting)
            landscape_ = {task.setting,
                          std::make_shared<Landscape const>(make_landscape(setting, observed_data(setting, dataset_),
                                                                           experiment_.benchmarks(), estimate_key()))};
        return {joint_landscape(setting, layout, *landscape_.second, task.replicate), {}};
    }
    if (auto const placebo = placebo_of_choice(task.kind)) {
        // The placebo's own key: a base model is drawn as in a placebo of a single set.
        request.key.purpose = to_string(*placebo);
        return choose_set(layout, choice_of(task.setting), dataset_, *placebo, request.key, &unmixed_);
    }
    auto const found = estimates_.find(task.setting);
    if (found == estimates_.end() || found->second.status != TaskStatus::done)
        throw NumericalFailure("the setting has no estimate to compare with");
    RecordView const estimate(experiment_.layout(task.setting, ReplicateKind::estimate), found->second.values);
    if (task.kind == ReplicateKind::influence) {
        auto const groups = experiment_.counts().influence;
        auto const cases = influence_cases(setting, groups);
        request.key = estimate_key();
        return analyse_influence(request, dataset_, cases[static_cast<std::size_t>(task.replicate)], groups, estimate);
    }
    // Drawn before screening: resamples of a parametric data set are drawn from it and screened by their own medians.
    auto const drawn = drawn_data(setting, dataset_, task.kind, request.key, estimate);
    auto record = analyse_replicate(request, facts_of(task.kind).screened ? screened(setting, drawn) : drawn, estimate);
    auto const nested = experiment_.counts().nested;
    if (task.kind == ReplicateKind::parametric && nested > 0) {
        auto const answer = RecordView(layout, record.values).matrix("unmixing");
        auto const support = own_support(request, drawn, answer, estimate, nested);
        record.values[layout.field("own_support").offset] = support.share;
        record.values[layout.field("own_resamples").offset] = static_cast<double>(support.resamples);
    }
    return record;
}

PieceReply TaskRunner::estimate_piece(SettingId id, PieceId piece, std::span<std::byte const> input)
{
    PieceReply reply;
    try {
        // Data and options of one estimate, kept from piece to piece.
        if (!under_way_.second || under_way_.first != id) {
            AnalysisRequest const request{experiment_.setting(id), experiment_.layout(id, ReplicateKind::estimate),
                                          experiment_.benchmarks(), estimate_key()};
            auto const orders = start_orders_.find(id);
            auto const more =
                orders == start_orders_.end() ? std::span<std::int64_t const>{} : std::span(orders->second);
            under_way_ = {id, std::make_shared<JointPieces const>(request, dataset_, more)};
        }
        reply.found = under_way_.second->compute(piece, input);
    } catch (SearchStopped const& stopped) {
        reply.interim = stopped.known();
    } catch (StopRequested const&) {    // it knew nothing yet
    } catch (NumericalFailure const&) { // the estimate's task meets it again, and says so
        reply.found = Bytes{};
    }
    return reply;
}

void TaskRunner::set_estimate_pieces(SettingId setting, EstimatePieces pieces)
{
    under_way_ = {};
    pieces_[setting] = std::move(pieces);
}

TaskRecord TaskRunner::compute(TaskId id)
{
    auto const start = Timekeeper::current().now();
    TaskRecord record;
    try {
        auto found = analyse(experiment_.task(id));
        record.values = std::move(found.values);
        record.reason = fmt::format("{}", fmt::join(found.warnings, "; "));
        record.status = TaskStatus::done;
    } catch (SearchStopped const& stopped) { // to be computed again, by whoever goes on
        record = {};
        if (experiment_.task(id).kind == ReplicateKind::estimate) record.interim = stopped.known();
    } catch (StopRequested const&) {
        record = {};
    } catch (NumericalFailure const& failure) {
        record = {TaskStatus::failed, failure.what(), {}, 0};
    } catch (InvalidInput const& failure) {
        record = {TaskStatus::failed, failure.what(), {}, 0};
    }
    activity_.end();
    record.seconds = std::chrono::duration<double>(Timekeeper::current().now() - start).count();
    return record;
}

Bytes TaskRunner::run(std::span<std::byte const> chunk, StopFlag const& stop)
{
    StopScope const scope(&stop, StopScope::Reach::everything);
    std::vector<FinishedTask> finished;
    for (auto const id : read_task_ids(chunk)) finished.push_back({id, stop.requested() ? TaskRecord{} : compute(id)});
    return write_finished_tasks(finished);
}

} // namespace exahca
