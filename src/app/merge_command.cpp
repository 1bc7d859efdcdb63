#include "command.hpp"

#include "exahca/io/run_lock.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/io/snapshot.hpp"
#include "exahca/parallel/kernel_check.hpp"
#include "exahca/profile/profile_group.hpp"
#include "exahca/results/results.hpp"
#include "exahca/run/output_file.hpp"
#include "keep_details.hpp"
#include "results_input.hpp"

#include <algorithm>
#include <cstring>
#include <fmt/core.h>
#include <fmt/ranges.h>
#include <map>
#include <set>
#include <sstream>

namespace exahca {
namespace {

namespace po = boost::program_options;

constexpr auto part_commands = "part_commands";

struct Part
{
    std::string path;
    DataGroup results;
    Experiment experiment;
};

Part read_part(std::string const& path)
{
    auto results = read_results_file(path);
    auto experiment = naming(path, [&] { return read_experiment(results); });
    for (auto const& setting : experiment.settings())
        if (setting.estimator == Estimator::given)
            throw InvalidInput(fmt::format("{} holds orders of given matrices", path), "these have no parts",
                               "merge results of exahca search with scores");
    return {path, std::move(results), std::move(experiment)};
}

[[noreturn]] void refuse_difference(Part const& first, Part const& other, std::string const& field,
                                    std::string const& a, std::string const& b)
{
    throw InvalidInput(fmt::format("{} and {} are not parts of one experiment", first.path, other.path),
                       fmt::format("{}: {} and {}", field, a, b),
                       "merge runs that differ in --part or in settings only");
}

void check_same_experiment(Part const& first, Part const& other)
{
    auto const compare = [&](std::string const& field, auto const& a, auto const& b) {
        if (a != b) refuse_difference(first, other, field, fmt::format("{}", a), fmt::format("{}", b));
    };
    auto const fingerprint_of = [](Part const& part) {
        return part.results.find_group("input")->text_attribute("fingerprint");
    };
    compare("score file's fingerprint", fingerprint_of(first), fingerprint_of(other));
    compare("--calibrate", first.experiment.counts().nested, other.experiment.counts().nested);
    compare("--seed", first.experiment.seed(), other.experiment.seed());
    for (int k = 0; k < replicate_kinds; ++k) {
        auto const kind = static_cast<ReplicateKind>(k);
        compare(fmt::format("number of {} replicates", to_string(kind)), first.experiment.counts().of(kind),
                other.experiment.counts().of(kind));
    }
}

/// The settings of all parts, in the order in which they first appear.
Experiment joined_experiment(std::vector<Part> const& parts)
{
    std::vector<Setting> settings;
    std::map<Setting, std::string, LessContent> known; // and the file that has it first
    for (auto const& part : parts)
        for (auto const& setting : part.experiment.settings()) {
            auto const [other, added] = known.emplace(setting, part.path);
            if (added)
                settings.push_back(setting);
            else if (!same_limits(other->first, setting))
                throw InvalidInput(fmt::format("{} and {} searched with different limits", other->second, part.path),
                                   setting_name(setting), "compute both with the same limits on the search");
        }
    auto const& first = parts.front().experiment;
    return {std::move(settings), first.counts(), first.seed(), first.benchmarks()};
}

bool same_record(TaskRecord const& a, TaskRecord const& b)
{
    // Bits are compared, for missing values are NaN.
    return a.status == b.status && a.reason == b.reason && a.values.size() == b.values.size() &&
           (a.values.empty() || std::memcmp(a.values.data(), b.values.data(), a.values.size() * sizeof(double)) == 0);
}

/// The same where one of two estimates, or each, may have been cut to what is kept of thousands.
bool same_as_far_as_kept(Experiment const& experiment, TaskId id, TaskRecord const& a, TaskRecord const& b)
{
    if (a.values.size() == b.values.size()) return same_record(a, b);
    auto const task = experiment.task(id);
    auto const whole = experiment.layout(task.setting, task.kind).size();
    auto const cut = [&](TaskRecord const& record) {
        return record.values.size() == whole ? brief_record(experiment, task.setting, record) : record;
    };
    return a.status == b.status && a.status == TaskStatus::done && same_record(cut(a), cut(b));
}

/// Adds what a part knows. What several parts computed, as the estimates, must be the same to the last bit.
void take_records(Part const& part, Experiment const& experiment, std::string const& scores, std::int64_t kept_details,
                  RecordStore& records)
{
    RecordStore own(experiment, kept_details);
    naming(part.path, [&] { restore_records(part.results, experiment, scores, own); });
    for (std::int64_t i = 0; i < experiment.task_count(); ++i) {
        TaskId const id(i);
        auto const& record = own.at(id);
        if (record.status == TaskStatus::missing) continue;
        if (records.at(id).status == TaskStatus::missing) {
            records.put(id, record);
        } else if (same_as_far_as_kept(experiment, id, records.at(id), record)) {
            if (record.values.size() > records.at(id).values.size()) records.put(id, record); // with its details
        } else {
            auto const task = experiment.task(id);
            throw InvalidInput(fmt::format("{} differs from the parts before it in {} {} of {}", part.path,
                                           to_string(task.kind), task.replicate,
                                           setting_name(experiment.setting(task.setting))),
                               "computed by other versions or types of processor",
                               "compute all parts with one program on one type of processor");
        }
    }
}

/// Adds the profiles of models that parts hold, as far as they are those of the whole.
/// \returns settings whose profiles are not
std::vector<std::string> take_profiles(std::vector<Part> const& parts, DataGroup& results)
{
    std::set<std::string> changed;
    for (auto const& part : parts)
        if (auto const* profiles = part.results.find_group("models"))
            for (auto const& name : keep_profiles(*profiles, results)) changed.insert(name);
    for (auto const& name : settings_with_profiles(results)) changed.erase(name);
    return {changed.begin(), changed.end()};
}

/// The score file that the parts were computed from: the user's word for it, or the name in the first part.
std::string score_file(Command::Values const& values, Part const& first)
{
    if (values.count("scores") > 0) return values["scores"].as<std::string>();
    auto const* provenance = first.results.find_group("provenance");
    if (provenance == nullptr || provenance->find_attribute("score_file") == nullptr)
        throw UsageError(fmt::format("{} does not name its score file", first.path), {}, "name it with --scores FILE");
    return provenance->text_attribute("score_file");
}

/// The commands that computed the parts, each once and on a line of its own. A part may be the result of a merge
/// itself.
std::string commands_of(std::vector<Part> const& parts)
{
    std::vector<std::string> commands;
    for (auto const& part : parts) {
        auto const* provenance = part.results.find_group("provenance");
        if (provenance == nullptr) continue;
        bool const merged = provenance->find_attribute(part_commands) != nullptr;
        if (!merged && provenance->find_attribute("command") == nullptr) continue;
        std::istringstream lines(provenance->text_attribute(merged ? part_commands : "command"));
        for (std::string line; std::getline(lines, line);)
            if (std::find(commands.begin(), commands.end(), line) == commands.end()) commands.push_back(line);
    }
    return fmt::format("{}", fmt::join(commands, "\n"));
}

class MergeCommand final : public Command
{
public:
    std::string_view name() const override { return "merge"; }
    std::string_view summary() const override { return "join the results of runs that were split into parts"; }
    std::string_view usage() const override { return "A.h5 B.h5 ... -o ALL.h5 [--scores SCORES.h5]"; }
    std::string_view description() const override
    {
        return "Joins results of one experiment: runs with different --part, or with different settings, of the same "
               "scores,\n"
               "seed and numbers of replicates. The result is that of a single run, bit for bit outside /provenance.\n"
               "If parts are missing, the result is incomplete, and exahca search --resume computes the rest.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca merge part-1.h5 part-2.h5 part-3.h5 -o results.h5"};
    }
    std::vector<std::string> positional() const override { return {"parts"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("parts", po::value<std::vector<std::string>>()->required()->value_name("FILE"),
                              "results files to join")(
            "output,o", po::value<std::string>()->required()->value_name("FILE"), "results file to write")(
            "scores", po::value<std::string>()->value_name("FILE"),
            "score file, if it is not found under the name that the first part recorded")("overwrite",
                                                                                          "replace the output file");
        add_keep_details_option(options);
    }
    ExitStatus run(Values const& values, RunContext& context) const override
    {
        auto const paths = values["parts"].as<std::vector<std::string>>();
        auto const output = values["output"].as<std::string>();
        RunLock const lock(output); // a search may be writing there
        refuse_existing(output, values.count("overwrite") > 0);
        std::vector<Part> parts;
        for (auto const& path : paths) {
            parts.push_back(read_part(path));
            check_same_experiment(parts.front(), parts.back());
        }
        auto const file = score_file(values, parts.front());
        refuse_same_file(file, output);
        auto const scores = read_scores(file);
        auto const experiment = joined_experiment(parts);
        auto const kept_details = read_keep_details(values);
        RecordStore records(experiment, kept_details);
        auto const scores_print = fingerprint(scores);
        for (auto const& part : parts) take_records(part, experiment, scores_print, kept_details, records);
        auto tree = build_results(experiment, records, scores, {file, scores_print});
        auto const changed = take_profiles(parts, tree);
        tree.group("provenance").attributes = {{"command", context.command_line},
                                               {"score_file", file},
                                               {"merged_from", fmt::format("{}", fmt::join(paths, ", "))}};
        if (auto commands = commands_of(parts); !commands.empty())
            tree.group("provenance").attributes.emplace_back(part_commands, std::move(commands));
        std::set<std::string> kernels;
        for (auto const& part : parts) kernels.merge(stored_kernels(part.results));
        put_kernels(tree.group("provenance"), {}, kernels);
        write_final(output, tree);
        auto const status = announce(output, experiment, records);
        if (!changed.empty()) fmt::print("{}\n", changed_profiles_text(changed, output));
        return status;
    }

private:
    static ExitStatus announce(std::string const& output, Experiment const& experiment, RecordStore const& records)
    {
        auto const missing = records.count(TaskStatus::missing), failed = records.count(TaskStatus::failed);
        fmt::print("{}: {} of {} tasks, {} failed. ", output, experiment.task_count() - missing,
                   experiment.task_count(), failed);
        if (missing > 0)
            fmt::print("Not complete: merge the other parts too, or compute the rest with exahca search --resume\n");
        else
            fmt::print("Read it with: exahca show {}\n", output);
        return missing > 0 ? ExitStatus::resumable : failed > 0 ? ExitStatus::failed_tasks : ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_merge_command() { return std::make_unique<MergeCommand>(); }

} // namespace exahca
