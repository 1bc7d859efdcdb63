#include "column_options.hpp"
#include "command.hpp"

#include "exahca/core/name_list.hpp"
#include "exahca/estimate/data_check.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/profile/found_flag.hpp"
#include "exahca/run/distributed.hpp"
#include "exahca/run/domain_sets.hpp"
#include "exahca/text/replication.hpp"
#include "exahca/work/replication_work.hpp"
#include "print_form.hpp"
#include "results_input.hpp"
#include "stored_input.hpp"

#include <algorithm>
#include <fmt/core.h>
#include <map>
#include <memory>
#include <set>

namespace exahca {
namespace {

namespace po = boost::program_options;

/// Names in the other scores of benchmarks that have another one there.
std::map<std::string, std::string> matches(Command::Values const& values, FoundFlag const& flag)
{
    std::map<std::string, std::string> names;
    if (values.count("match") == 0) return names;
    for (auto const& text : values["match"].as<std::vector<std::string>>()) {
        auto const [benchmark, there] = parse_named("match", text, flag.benchmarks);
        names[flag.benchmarks[static_cast<std::size_t>(benchmark)]] = there;
    }
    return names;
}

/// The columns of the other scores that were analysed, under the names that they had there; fills the report's words
/// on them, and keeps the same benchmarks of the flag.
ScoreMatrix common_benchmarks(ScoreMatrix const& other, std::map<std::string, std::string> const& named,
                              FoundFlag& flag, ReplicationReport& report)
{
    ScoreMatrix common{other.models, {}, other.base_models, {}, {}, {}, {}};
    std::vector<Index> here, there;
    for (std::size_t j = 0; j < flag.benchmarks.size(); ++j) {
        auto const match = named.find(flag.benchmarks[j]);
        auto const& name = match == named.end() ? flag.benchmarks[j] : match->second;
        auto const found = std::find(other.benchmarks.begin(), other.benchmarks.end(), name);
        if (found == other.benchmarks.end()) {
            if (match != named.end())
                throw InvalidInput(fmt::format("{} has no benchmark \"{}\"", report.other, name),
                                   fmt::format("it has {}", join_names(other.benchmarks, ", ")),
                                   "name one of these with --match");
            report.left_out.push_back(flag.benchmarks[j]);
            continue;
        }
        if (match != named.end()) report.matched.emplace_back(flag.benchmarks[j], name);
        here.push_back(static_cast<Index>(j));
        there.push_back(found - other.benchmarks.begin());
        common.benchmarks.push_back(flag.benchmarks[j]);
    }
    if (std::set(there.begin(), there.end()).size() != there.size())
        throw UsageError("--match names one benchmark of the other scores twice");
    common.scores = other.scores(Eigen::all, there);
    auto const bounds = bounds_of(other);
    common.bounds = ScoreBounds{bounds.floor(there), bounds.ceiling(there)};
    auto const take = [&](std::vector<double> const& all) {
        std::vector<double> some;
        if (!all.empty())
            for (Index const j : there) some.push_back(all[static_cast<std::size_t>(j)]);
        return some;
    };
    common.items = {take(other.items.count), take(other.items.share), take(other.items.chance), take(other.items.full)};
    flag.unmixing = Matrix(flag.unmixing(Eigen::all, here)); // whose columns are rows of the loadings H'
    return common;
}

/// How the other scores are analysed: as those that the flag was found in, as far as the likelihood allows.
Setting setting_there(Setting const& found, std::vector<std::string> domains)
{
    Setting setting;
    setting.noise = NoiseModel::aware;
    setting.screening = Screening::fit;
    if (found.estimator == Estimator::joint) {
        setting.screening = found.screening;
        setting.screen = found.screen;
        setting.starts = found.starts;
        setting.item_share = found.item_share;
        if (found.density == DensityFamily::mog2) setting.density = found.density;
    }
    setting.domains = std::move(domains);
    setting.factors = found.factors;
    return setting;
}

FoundFlag read_flag(Command::Values const& values)
{
    auto const path = values["results"].as<std::string>();
    auto const results = read_results_file(path);
    auto const names = naming(path, [&] { return settings_with_flag(results); });
    if (names.empty())
        throw InvalidInput(fmt::format("{} has no answer that could be looked for", path), {}, "search first");
    auto const name = chosen_setting(values, path, names, "answer");
    return naming(path, [&] { return read_found_flag(results, name); });
}

int replication_count(Command::Values const& values, char const* name)
{
    auto const count = values[name].as<std::int64_t>();
    if (count < 0 || count > 1'000'000)
        throw UsageError(fmt::format("--{} {} is out of range", name, count), {}, "give 0 to 1000000");
    return static_cast<int>(count);
}

/// Rank 0: everything that is asked for, and the words of the report.
ReplicationInput read_request(Command::Values const& values, ReplicationReport& report)
{
    auto const capabilities = capability_names(values);
    auto flag = read_flag(values);
    report.setting = flag.name;
    report.other = values["other"].as<std::string>();
    report.seed = values["seed"].as<std::uint64_t>();
    for (Index const label : flag.labels) {
        FactorSummary factor;
        factor.benchmark = flag.benchmarks[static_cast<std::size_t>(label)];
        factor.capability = capabilities.of(factor.benchmark);
        report.factors.push_back(std::move(factor));
    }
    auto const named = matches(values, flag);
    auto const scores = common_benchmarks(read_any_scores(report.other), named, flag, report);

    DomainSetChoice choice;
    choice.min_models = values["min-models"].as<std::int64_t>();
    if (values.count("domains") > 0)
        choice.named.push_back(split_names("domains", values["domains"].as<std::string>()));
    ReplicationInput input;
    input.setting = setting_there(flag.setting, make_domain_sets(choice, scores, report.other).at(0));
    input.benchmarks = scores.benchmarks;
    input.loadings = flag.unmixing.transpose();
    input.models_found = flag.models;
    input.random_flags = replication_count(values, "random");
    input.resamples = replication_count(values, "resamples");
    input.seed = report.seed;
    check(input);
    for (auto const& warning : check_data(std::span(&input.setting, 1), scores))
        fmt::print(stderr, "exahca: warning: {}\n", warning);
    for (auto& domain : select_domains(scores, input.setting.domains)) input.scores.push_back(std::move(domain.scores));
    input.facts = column_facts(scores);
    return input;
}

class ReplicateCommand final : public Command
{
public:
    std::string_view name() const override { return "replicate"; }
    std::string_view summary() const override { return "test whether an order that was found holds in other scores"; }
    std::string_view usage() const override
    {
        return "RESULTS.h5 OTHER-SCORES [--match ANALYSED=THERE] [--random N] [--resamples N] [--csv | --json] "
               "[options]";
    }
    std::string_view description() const override
    {
        return "Keeps the directions of the hierarchy (its flag) fixed and fits everything else to the other scores: "
               "how much\n"
               "likelihood is lost compared with the best flag there, and how do random flags of the same span "
               "compare? Resamples\n"
               "of the other scores show how large a loss noise can explain. Prints one page with a verdict: yes, no, "
               "or cannot\n"
               "tell. Runs on many ranks like a search; stores nothing.";
    }
    std::vector<std::string> examples() const override
    {
        return {"exahca replicate results.h5 other-scores.h5",
                "mpirun -n 8 exahca replicate results.h5 other-scores.csv --match \"MATH Lvl 5=MATH\" --resamples 200",
                "exahca replicate results.h5 other-scores.h5 --domains llama-3-8b,qwen2.5-7b --json"};
    }
    std::vector<std::string> positional() const override { return {"results", "other"}; }
    void add_options(Options& options) const override
    {
        options.add_options()("results", po::value<std::string>()->required()->value_name("FILE"), "results file")(
            "other", po::value<std::string>()->required()->value_name("FILE"),
            "other scores: a score file, or a table with columns model, base_model and benchmarks")(
            "setting", po::value<std::string>()->value_name("NAME"),
            "setting whose order is tested, if the file has several")(
            "match", po::value<std::vector<std::string>>()->value_name("ANALYSED=THERE"),
            "name that a benchmark has in the other scores; may be repeated")(
            "domains", po::value<std::string>()->value_name("A,B,..."),
            "base models of the other scores, by name or pattern")(
            "min-models", po::value<std::int64_t>()->default_value(usual_min_models),
            "without --domains: every base model with at least this many models")(
            "random", po::value<std::int64_t>()->default_value(ReplicationInput{}.random_flags),
            "number of random flags of the same span")(
            "resamples", po::value<std::int64_t>()->default_value(ReplicationInput{}.resamples),
            "number of resamples of the other scores")("seed", po::value<std::uint64_t>()->default_value(1),
                                                       "seed of all random numbers")("quiet,q", "no progress");
        add_label_option(options);
        add_print_options(options, "all fitted flags");
    }
    bool is_distributed() const override { return true; }
    ExitStatus run(Values const& values, RunContext& context) const override
    {
        auto& world = context.world;
        ReplicationReport report;
        ReplicationInput input;
        PrintForm form = PrintForm::text;
        Bytes message;
        on_rank_zero(world, [&] {
            form = print_form(values);
            message = write_replication_input(read_request(values, report));
        });
        input = read_replication_input(world.broadcast(std::move(message)));
        ReplicationRunner runner(input);
        RunOptions options;
        std::unique_ptr<ReplicationSource> source;
        std::unique_ptr<StageProgress> progress;
        if (world.rank() == 0) {
            source = std::make_unique<ReplicationSource>(input);
            progress = std::make_unique<StageProgress>("replicate", world.size(), values.count("quiet") > 0);
            options.poll = [&] {
                auto const [done, total] = source->progress();
                progress->update(done, total, source->stage());
            };
        }
        run_workload(world, source.get(), runner, options);
        on_rank_zero(world, [&] {
            progress->finish(1, 1, "done");
            report.found = source->result();
            print_report(form, report, [&] { return to_text(report); });
        });
        return ExitStatus::done;
    }
};

} // namespace

std::unique_ptr<Command> make_replicate_command() { return std::make_unique<ReplicateCommand>(); }

} // namespace exahca
