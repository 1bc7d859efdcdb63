#include "command.hpp"

#include "exahca/core/text_lists.hpp"
#include "exahca/core/version.hpp"
#include "exahca/io/atomic_file.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/model/candidate_order.hpp"
#include "exahca/parallel/rank_facts.hpp"
#include "exahca/plan/plan_report.hpp"
#include "exahca/plan/plan_script.hpp"
#include "exahca/run/orders_only.hpp"
#include "exahca/run/output_file.hpp"
#include "search_options.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fmt/core.h>
#include <thread>

namespace exahca {
namespace {

namespace po = boost::program_options;

constexpr std::array own_options{"pilot-seconds", "ranks", "ranks-per-node", "script", "for", "parts", "json"};
constexpr int most_ranks = 1 << 17;
// What Open MPI 4.1.4 adds to rank 0 on one node: measured, docs/performance.md, "Planning".
constexpr std::int64_t mpi_bytes = 10'000'000;
// Records, the tree made of them and the file in memory, for each byte of records: the same place.
constexpr double bytes_per_record_byte = 4;

/// The options of plan itself.
struct PlanRequest
{
    double pilot_seconds = 10;
    int ranks = 0; ///< 0: the recommended number
    int ranks_per_node = 1;
    std::string script;
    ScriptKind kind = ScriptKind::slurm;
    int parts = 1;
    bool json = false;
};

int positive_option(Command::Values const& values, char const* name, int none)
{
    if (values.count(name) == 0) return none;
    auto const value = values[name].as<int>();
    if (value < 1 || value > most_ranks)
        throw UsageError(fmt::format("--{} {} is out of range", name, value), {},
                         fmt::format("give 1 to {}", most_ranks));
    return value;
}

PlanRequest read_plan_request(Command::Values const& values)
{
    PlanRequest request;
    request.pilot_seconds = values["pilot-seconds"].as<double>();
    if (!(request.pilot_seconds > 0) || request.pilot_seconds > 86400)
        throw UsageError(fmt::format("--pilot-seconds {} is out of range", request.pilot_seconds), {},
                         "give seconds, more than 0 and at most 86400");
    request.ranks = positive_option(values, "ranks", 0);
    request.ranks_per_node =
        positive_option(values, "ranks-per-node", static_cast<int>(std::max(1U, std::thread::hardware_concurrency())));
    if (values.count("script") > 0) request.script = values["script"].as<std::string>();
    if (values.count("script") > 0 && request.script.empty()) throw UsageError("--script is empty", {}, "name a file");
    request.kind = parse_choice<ScriptKind>(
        "for", values["for"].as<std::string>(),
        {{"slurm", ScriptKind::slurm}, {"slurm-array", ScriptKind::slurm_array}, {"mpirun", ScriptKind::mpirun}});
    if (request.script.empty() && !values["for"].defaulted())
        throw UsageError("--for says what --script is for, and there is none", {}, "name a file with --script");
    request.parts = positive_option(values, "parts", 1);
    bool const in_parts = request.kind == ScriptKind::slurm_array;
    if (in_parts && request.parts < 2)
        throw UsageError("--for slurm-array needs a number of parts", {},
                         "give --parts 2 or more, for instance as many as nodes are free at once");
    if (!in_parts && values.count("parts") > 0)
        throw UsageError("--parts goes with --for slurm-array", {}, "leave it out");
    request.json = values.count("json") > 0;
    return request;
}

/// Everything but ranks and script, for a search of scores.
Plan plan_scores(SearchRequest const& request, PlanRequest const& own, Communicator& world)
{
    auto const scores = read_scores(request.scores);
    std::vector<std::string> warnings;
    auto const experiment = make_experiment(request, scores, warnings);
    for (auto const& warning : warnings) fmt::print(stderr, "exahca: warning: {}\n", warning);
    auto const bytes = std::as_bytes(std::span(scores.scores.data(), static_cast<std::size_t>(scores.scores.size())));
    auto const buffer = world.share(bytes, NodeStorage::private_copies);
    Dataset const dataset(
        {reinterpret_cast<double const*>(buffer.bytes().data()), scores.scores.rows(), scores.scores.cols()},
        rows_by_domain(scores), column_facts(scores));
    Plan plan;
    for (auto const& setting : experiment.settings())
        plan.settings.push_back(
            {setting_name(setting), log10_order_count(static_cast<int>(setting.domains.size()), setting.factors)});
    plan.pilot = run_task_pilot(experiment, dataset, request.share, own.pilot_seconds);
    plan.work = forecast_work(experiment, plan.pilot);
    auto const size = static_cast<std::int64_t>(bytes.size());
    // Two copies of the scores are in here, and each rank has its own when told so.
    plan.memory.rank = std::max<std::int64_t>(peak_resident_bytes() - 2 * size, 0) + mpi_bytes +
                       (request.storage == NodeStorage::private_copies ? size : 0);
    plan.memory.scores = request.storage == NodeStorage::private_copies ? 0 : size;
    plan.memory.results =
        size + static_cast<std::int64_t>(bytes_per_record_byte * record_bytes(experiment, request.keep_details)) +
        experiment.task_count() * static_cast<std::int64_t>(sizeof(TaskRecord));
    return plan;
}

/// The same for a search of the user's own matrices: one search, no tasks.
Plan plan_matrices(SearchRequest const& request, PlanRequest const& own)
{
    if (is_of_flags(request.grid.common.objective))
        throw UsageError(
            fmt::format("there is nothing to plan for --objective {}", to_string(request.grid.common.objective)),
            "one rank finds flags in about a second", "run the search");
    auto const given = read_given(request);
    SearchOptions options;
    options.objective = request.grid.common.objective;
    options.sizes = given.sizes;
    options.best_n = request.grid.common.best;
    OrderProblem const problem(given.unmixing, options.objective, options.sizes);
    auto const search = preview_search(problem, options, own.pilot_seconds / 2).forecast;
    Plan plan;
    plan.settings.push_back({"matrices", search.log10_orders});
    plan.pilot.searches[SettingId(0)] = search;
    plan.pilot.processor_seconds = plan.pilot.wall_seconds = search.seconds;
    auto const limits = given_limits(request);
    StageForecast const stage{Stage::estimates, SettingId(0), 1, search.up_to(limits.tuples), 0, 0, limits.seconds};
    plan.work.stages = {stage};
    plan.work.core = stage.core;
    plan.memory.rank = peak_resident_bytes() + mpi_bytes;
    return plan;
}

/// The user's words for `exahca search`: as typed, without what only plan knows, and without --resume and --overwrite,
/// which are the batch script's business, as the output file is where it makes parts.
std::vector<std::string> search_words(Command const& command, SearchRequest const& request,
                                      std::vector<std::string> const& typed, bool in_parts)
{
    std::vector<std::string> words;
    bool overwrites = false;
    for (auto const& option : typed_options(command, typed)) {
        bool const is_own = std::find(own_options.begin(), own_options.end(), option.name) != own_options.end() ||
                            (in_parts && option.name == "output");
        overwrites |= option.name == "overwrite";
        if (is_own || option.name == "resume" || option.name == "overwrite") continue;
        for (auto const& word : option.words)
            // Behind "--", which is gone, a file may begin with a dash.
            words.push_back(option.positional && word.starts_with('-') ? fmt::format("--{}={}", option.name, word)
                                                                       : word);
    }
    if (request.existing == ExistingOutput::overwrite && !overwrites)
        throw UsageError("the file of --config asks to overwrite", "a batch job is queued again and has to go on",
                         "take it out of that file");
    return words;
}

/// A part of the search takes this share of it; all are planned alike.
Share share_of_parts(SearchRequest const& request, int parts)
{
    if (request.orders_only)
        throw UsageError("--for slurm-array does not go with --orders-only", {},
                         "one search is shared out over ranks: use --for slurm");
    if (request.share.of > 1)
        throw UsageError("--part does not go with --for slurm-array", "the script makes the parts itself",
                         "give --parts alone");
    return {0, parts};
}

std::string own_program()
{
    std::error_code error;
    auto const path = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::string("exahca") : path.string();
}

class PlanCommand final : public Command
{
public:
    std::string_view name() const override { return "plan"; }
    std::string_view summary() const override { return "estimate what a search will take, and write its batch script"; }
    std::string_view usage() const override { return "SCORES.h5 [options of search] [--script FILE -o RESULTS.h5]"; }
    std::string_view description() const override
    {
        return "Takes the arguments of exahca search, and neither reads nor writes its results: counts the tasks, runs "
               "a few of\n"
               "each kind, and says how much memory and time the search needs with how many ranks. The time is that of "
               "the\n"
               "whole search, even if earlier results could be resumed. With --script, writes a script that runs "
               "the\n"
               "search, as a job of Slurm or with mpirun, and goes on where an earlier run of it stopped.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca plan scores.h5 -o results.h5 --min-models 100 --bootstrap 1000 --script job.slurm && sbatch "
                "job.slurm"};
    }
    std::vector<std::string> positional() const override { return {"scores"}; }
    void add_options(Options& options) const override
    {
        po::options_description plan("Plan");
        plan.add_options()("pilot-seconds", po::value<double>()->default_value(10),
                           "wall time for trial tasks; those that have not ended soon afterwards are abandoned")(
            "script", po::value<std::string>()->value_name("FILE"),
            "script to write; an existing one is replaced with --overwrite")(
            "for", po::value<std::string>()->default_value("slurm"),
            "type of script: one job (slurm), an array of parts with a job that merges them (slurm-array), or machines "
            "without a scheduler (mpirun)")("parts", po::value<int>(), "slurm-array: number of parts")(
            "ranks", po::value<int>(), "number of ranks in the script, instead of the recommended one")(
            "ranks-per-node", po::value<int>(),
            "ranks per node, usually its number of cores (default: that of this machine)")("json", "print JSON");
        options.add(plan);
        add_search_options(options, OutputOption::optional);
    }
    ExitStatus run(Values const& values, RunContext& context) const override
    {
        auto const own = read_plan_request(values);
        auto request = read_search_request(values);
        bool const in_parts = own.kind == ScriptKind::slurm_array;
        if (in_parts) request.share = share_of_parts(request, own.parts);
        std::vector<std::string> words;
        if (!own.script.empty()) {
            if (request.output.empty())
                throw UsageError("a script has to say where the results go", {}, "name a file with -o");
            refuse_existing(own.script, request.existing == ExistingOutput::overwrite);
            refuse_same_file(request.scores, own.script);
            words = search_words(*this, request, context.words, in_parts);
        }
        auto const alone = make_serial_communicator(); // other ranks take no part in a plan
        auto plan = request.orders_only ? plan_matrices(request, own) : plan_scores(request, own, *alone);
        plan.ranks_per_node = own.ranks_per_node;
        plan.advice = advise_ranks(plan.work, request.rank_zero_computes, most_ranks);
        auto const ranks = own.ranks > 0 ? own.ranks : plan.advice.ranks;
        plan.chosen = forecast_ranks(plan.work, request.rank_zero_computes, ranks);
        plan.limit_seconds = time_limit_seconds(plan.chosen.wall.high);
        if (!own.script.empty()) {
            plan.script = own.script;
            plan.submitted_with = own.kind == ScriptKind::slurm ? "sbatch" : "bash";
            plan.parts = own.parts;
            write_text_atomically(own.script,
                                  batch_script(own.kind, {plan.nodes(ranks), ranks, plan.limit_seconds,
                                                          plan.memory.node(std::min(ranks, own.ranks_per_node)),
                                                          std::filesystem::current_path().string(), own_program(),
                                                          words, own.parts, request.output}));
        }
        fmt::print("{}", own.json ? plan_json(plan) : plan_text(plan));
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_plan_command() { return std::make_unique<PlanCommand>(); }

} // namespace exahca
