#include "campaign.hpp"

#include "exahca/core/version.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/experiment/landscape.hpp"
#include "exahca/io/results_file.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/io/snapshot.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/profile/profile_group.hpp"
#include "exahca/results/coordinates.hpp"
#include "exahca/run/output_file.hpp"
#include "kernel_policy.hpp"
#include "messages.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <utility>

namespace exahca {
namespace {

double seconds_since(Timekeeper::TimePoint past)
{
    return std::chrono::duration<double>(Timekeeper::current().now() - past).count();
}

std::string utc_now() { return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::chrono::system_clock::now())); }

std::string modification_time(std::string const& path)
{
    std::error_code error;
    auto const time = std::filesystem::last_write_time(path, error);
    if (error) return "time unknown";
    auto const system = std::chrono::file_clock::to_sys(time);
    return fmt::format("{:%Y-%m-%d %H:%M} UTC",
                       fmt::gmtime(std::chrono::time_point_cast<std::chrono::system_clock::duration>(system)));
}

/// A variable of one dimension.
template <class T>
void add_list(DataGroup& group, char const* name, char const* dimension, std::vector<T> values, char const* units,
              char const* text)
{
    auto const count = static_cast<std::int64_t>(values.size());
    group.add({name, {dimension}, {count}, std::move(values), units, text});
}

/// Memory of each machine, summed over its ranks.
void add_node_memory(DataGroup& group, std::vector<RankFacts> const& ranks)
{
    std::vector<std::string> hosts;
    std::vector<std::int64_t> counts, memory;
    for (auto const& node : node_memory(ranks)) {
        hosts.push_back(node.host);
        counts.push_back(node.ranks);
        memory.push_back(node.peak_bytes);
    }
    add_list(group, "node_host", "node", hosts, "", "machine of each node");
    add_list(group, "node_ranks", "node", counts, "1", "ranks on each node");
    add_list(group, "node_peak_memory", "node", memory, "byte",
             "sum of peak_memory over the ranks of each node: an upper bound, what they share counts for each");
}

/// Where each rank ran, and what it took.
void add_rank_facts(DataGroup& group, RunStatistics const& statistics, std::vector<RankFacts> const& ranks)
{
    std::vector<std::string> hosts;
    std::vector<std::int64_t> nodes, memory;
    for (auto const& rank : ranks) {
        hosts.push_back(rank.host);
        nodes.push_back(rank.node_leader);
        memory.push_back(rank.peak_bytes);
    }
    auto busy = statistics.busy_seconds;
    busy.resize(ranks.size());
    add_list(group, "host", "rank", hosts, "", "machine of each rank");
    add_list(group, "node_leader", "rank", nodes, "1", "rank that names the node");
    add_list(group, "peak_memory", "rank", memory, "byte", "largest resident memory of each rank");
    add_list(group, "busy", "rank", busy, "s", "time that each rank spent computing");
    add_node_memory(group, ranks);
    add_missing_coordinates(group);
}

} // namespace

Campaign::Campaign(SearchRequest const& request, std::string command_line)
    : request_(request), command_line_(std::move(command_line)), started_at_(utc_now())
{
    refuse_same_file(request.scores, request.output);
    refuse_folder(request.output);
    scores_ = read_scores(request.scores);
    input_ = {request.scores, fingerprint(scores_)};
    std::vector<std::string> warnings;
    experiment_.emplace(make_experiment(request, scores_, warnings));
    for (auto const& warning : warnings) notes_.push_back("warning: " + warning);
    records_.emplace(*experiment_, request.keep_details);
    lock_.emplace(request.output);
    check_output(); // under the lock: a run that finishes between a look and the lock would be overwritten
    if (!lock_->taken_over().empty())
        notes_.push_back(fmt::format("an earlier run of {} ended without removing its lock ({}): taken over",
                                     request.output, lock_->taken_over()));
    if (request.existing == ExistingOutput::resume) take_earlier_results();
}

void Campaign::check_output() const
{
    namespace fs = std::filesystem;
    std::error_code error;
    if (request_.existing != ExistingOutput::refuse || !fs::exists(request_.output, error)) return;
    std::string state = "not a results file";
    try {
        auto const results = read_tree(request_.output);
        auto const* complete = results.find_attribute("complete");
        state = complete != nullptr && *complete == AttributeValue(std::int64_t{1}) ? "complete" : "not finished";
    } catch (InvalidInput const&) {
        state = "not a whole results file";
    }
    throw UsageError(fmt::format("{} exists ({}, {})", request_.output, state, modification_time(request_.output)), {},
                     "use --overwrite to replace it, or --resume to continue or extend it");
}

void Campaign::take_earlier_results()
{
    auto const earlier = read_newest(request_.output);
    if (!earlier) {
        notes_.push_back(fmt::format("{} does not exist yet: the run starts from the beginning", request_.output));
        return;
    }
    if (!earlier->warning.empty()) notes_.push_back(earlier->warning);
    check_file_kind(earlier->tree, earlier->path, "exahca-results", results_format, oldest_results_major);
    std::vector<std::string> unproven;
    auto const earlier_tasks = naming(earlier->path, [&] {
        check_lengths(earlier->tree);
        auto restored = restore_records(earlier->tree, *experiment_, input_.fingerprint, *records_);
        restored_ = restored.taken;
        unproven = std::move(restored.unproven);
        return read_experiment(earlier->tree).task_count();
    });
    // A file that holds more, or other, settings is written anew without them.
    nothing_to_do_ = finished() && earlier->warning.empty() && experiment_->task_count() == earlier_tasks;
    if (restored_ > 0) earlier_kernels_ = stored_kernels(earlier->tree);
    if (auto const* profiles = earlier->tree.find_group("models")) earlier_profiles_ = *profiles;
    notes_.push_back(
        fmt::format("{} of {} tasks are known from {}", restored_, experiment_->task_count(), earlier->path));
    for (auto const& name : unproven)
        notes_.push_back(fmt::format("the estimate of {} was not proven under the earlier limit of its search: it is "
                                     "computed anew, with all replicates",
                                     name));
}

void Campaign::set_kernels(std::vector<RankKernels> kernels)
{
    kernels_ = std::move(kernels);
    if (nothing_to_do_) return;
    auto const runs = differing_runs(kernels_, earlier_kernels_);
    if (!kernels_.empty()) earlier_kernels_.erase(fingerprint_text(kernels_[0].fingerprint));
    if (auto note = judge_ranks(kernels_, request_.require_identical); !note.empty()) notes_.push_back(std::move(note));
    if (runs.empty()) return;
    if (request_.require_identical)
        throw InvalidInput(runs, "--require-identical",
                           "resume with the program and type of processor that began it, or leave the option out");
    notes_.push_back(fmt::format("warning: {}: the last bits depend on which run computed what", runs));
}

std::vector<TaskId> Campaign::tasks(Stage stage) const
{
    std::vector<TaskId> ids;
    for (std::int64_t i = 0; i < experiment_->task_count(); ++i)
        if (auto const task = experiment_->task(TaskId(i)); stage_of(task.kind) == stage && is_own(task))
            ids.emplace_back(i);
    return ids;
}

bool Campaign::is_own(Task const& task) const { return request_.share.includes(task.kind, task.replicate); }

bool Campaign::finished() const
{
    for (std::int64_t i = 0; i < experiment_->task_count(); ++i)
        if (records_->at(TaskId(i)).status == TaskStatus::missing && is_own(experiment_->task(TaskId(i)))) return false;
    return true;
}

std::vector<std::vector<std::int64_t>> Campaign::best_of_landscapes() const
{
    std::vector<std::vector<std::int64_t>> best;
    for (std::size_t s = 0; s < experiment_->settings().size(); ++s)
        best.push_back(best_of_landscape(*experiment_, *records_, SettingId(static_cast<std::int64_t>(s))));
    return best;
}

Bytes Campaign::describe() const
{
    return write_plan(*experiment_, rows_by_domain(scores_), static_cast<std::int64_t>(scores_.scores.rows()),
                      column_facts(scores_));
}

double Campaign::seconds() const { return seconds_since(start_); }

bool Campaign::out_of_time() const { return request_.max_seconds > 0 && seconds() >= request_.max_seconds; }

DataGroup Campaign::results()
{
    auto tree = build_results(*experiment_, *records_, scores_, input_);
    changed_profiles_ = keep_profiles(earlier_profiles_, tree);
    return tree;
}

bool Campaign::about_to_write(StopFlag const& stop)
{
    return announced_ =
               schedule_.due(seconds()) || stop.requests() > stops_seen_ || (out_of_time() && stops_seen_ == 0);
}

std::string Campaign::hosts_of(std::span<int const> ranks) const
{
    std::vector<std::string> hosts;
    for (int const rank : ranks)
        if (auto const& host = kernels_.at(static_cast<std::size_t>(rank)).host;
            std::find(hosts.begin(), hosts.end(), host) == hosts.end())
            hosts.push_back(host);
    return fmt::format("{}", fmt::join(hosts, ", "));
}

void Campaign::watch(StopFlag& stop)
{
    if (out_of_time() && !stop.requested()) stop.request();
    if (!std::exchange(announced_, false)) return;
    stops_seen_ = std::max(stops_seen_, stop.requests());
    snapshot();
}

void Campaign::snapshot()
{
    auto const begin = seconds();
    auto tree = results();
    auto& provenance = tree.group("provenance");
    put_kernels(provenance, kernels_, earlier_kernels_);
    add_missing_coordinates(provenance);
    write_snapshot(request_.output, tree);
    schedule_.written(begin, seconds());
    ++snapshots_;
}

void Campaign::put_provenance(DataGroup& tree, RunStatistics const& statistics, std::vector<RankFacts> const& ranks,
                              std::string const& library) const
{
    auto& provenance = tree.group("provenance");
    provenance.attributes = {{"command", command_line_},
                             {"score_file", input_.file},
                             {"started", started_at_},
                             {"ended", utc_now()},
                             {"exahca_revision", std::string(revision())},
                             {"build", std::string(build_description())},
                             {"message_passing", library},
                             {"ranks", static_cast<std::int64_t>(ranks.size())},
                             {"computing_ranks", static_cast<std::int64_t>(statistics.computing_ranks)},
                             {"wall_seconds", seconds()},
                             {"efficiency_of_all_ranks", statistics.efficiency_of_all_ranks()},
                             {"efficiency_of_computing_ranks", statistics.efficiency_of_computing_ranks()},
                             {"chunks", statistics.chunks},
                             {"messages", statistics.messages},
                             {"snapshots", snapshots_},
                             {"tasks_restored", restored_}};
    if (request_.share.of > 1)
        provenance.attributes.emplace_back("part", fmt::format("{}/{}", request_.share.part + 1, request_.share.of));
    auto known = earlier_kernels_;
    if (ranks.empty()) // the other ranks are gone: there is no dimension of ranks
        for (auto const& rank : kernels_) known.insert(fingerprint_text(rank.fingerprint));
    put_kernels(provenance, ranks.empty() ? std::vector<RankKernels>{} : kernels_, known);
    auto facts = ranks;
    if (!facts.empty()) // these results are the largest thing that rank 0 has held
        facts[0].peak_bytes = std::max(facts[0].peak_bytes, peak_resident_bytes());
    add_rank_facts(provenance, statistics, facts);
}

ExitStatus Campaign::finish(RunStatistics const& statistics, std::vector<RankFacts> const& ranks,
                            std::string const& library)
{
    auto const failed = records_->count(TaskStatus::failed);
    auto const status = !finished() ? ExitStatus::resumable : failed > 0 ? ExitStatus::failed_tasks : ExitStatus::done;
    if (nothing_to_do_) return status;
    auto tree = results();
    put_provenance(tree, statistics, ranks, library);
    if (finished())
        write_final(request_.output, tree);
    else
        write_snapshot(request_.output, tree);
    return status;
}

} // namespace exahca
