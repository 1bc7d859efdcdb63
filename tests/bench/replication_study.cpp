// How often does `exahca replicate` say yes where a hierarchy holds in other scores, and no where it does not?
//
//   replication_study run --truth same|different --first 1 --count 100 [--random 39] [--resamples 19]
//                 [--thorough 1] [--design base] [--missing 0.3] --out rows.csv
//   replication_study summarise rows.csv [more.csv ...]
//
// A leaderboard of the default sizes is analysed, and its flag is looked for in another one: other base models of the
// same truth, or of another, whose flag lies more than 15 degrees from the first (seeds where it does not are passed
// over). --thorough 0 does all searches with the effort of a replicate. Results depend on the seeds alone, so a cell
// can be split over processes and summarised together.

#include "exahca/core/error.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/profile/replication.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/replication_work.hpp"
#include "study.hpp"

#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <map>
#include <set>

namespace exahca {
namespace {

struct RunOptions
{
    bool same = true;
    std::uint64_t first = 1, count = 100;
    int random = 39, resamples = 19;
    bool thorough = true;
    SimulationOptions simulation;
    std::string out;
};

Setting usual_setting(std::vector<std::string> domains)
{
    Setting setting;
    setting.domains = std::move(domains);
    setting.noise = NoiseModel::aware;
    setting.screening = Screening::fit;
    return setting;
}

/// The flag that a search of a leaderboard finds, and how many models it was found in.
std::pair<Matrix, double> find_flag(ScoreMatrix const& board, Setting const& setting, RunOptions const& options)
{
    std::vector<Matrix> scores;
    double models = 0;
    for (Domain const& domain : select_domains(board, setting.domains)) {
        scores.push_back(domain.scores(analysed_rows(setting, domain.scores), Eigen::all));
        models += static_cast<double>(scores.back().rows());
    }
    JointOptions joint;
    joint.noise = NoiseModel::aware;
    joint.bounds = bounds_of(board);
    if (options.thorough) joint = thorough(joint);
    return {estimate_joint(scores, setting.domains, joint).best().reading.unmixing, models};
}

// One line: truth, seed, verdict, loss, p of loss, p of random flags, angles per level, between the truths, of the flag
// that was found to its truth.
std::string run_seed(RunOptions const& options, std::uint64_t seed)
{
    auto simulation = options.simulation;
    simulation.seed = seed;
    auto const here = simulate(simulation);
    simulation.seed = options.same ? seed : seed + 1'000'000;
    simulation.domains.clear();
    for (std::size_t k = 0; k < simulation.sizes.size(); ++k)
        simulation.domains.push_back(fmt::format("another-{}", k + 1));
    auto const there = simulate(simulation);
    double const between = flag_angles(here.truth->unmixing, there.truth->unmixing).maxCoeff();
    if (!options.same && between <= same_flag_degrees) return {};

    auto const [flag, models] = find_flag(here, usual_setting(default_domain_names(simulation.sizes.size())), options);
    ReplicationInput input;
    input.setting = usual_setting(simulation.domains);
    input.benchmarks = there.benchmarks;
    for (Domain const& domain : select_domains(there, simulation.domains)) input.scores.push_back(domain.scores);
    input.facts = column_facts(there);
    input.loadings = flag.transpose();
    input.models_found = models;
    input.random_flags = options.random;
    input.resamples = options.resamples;
    input.seed = seed;
    input.thorough = options.thorough;
    auto const found = replicate(input);
    return fmt::format("{},{},{},{:.2f},{:.4f},{:.4f},{:.2f},{:.2f},{:.2f}", options.same ? "same" : "different", seed,
                       to_string(found.verdict()), found.loss(), found.p_loss(), found.p_random(),
                       fmt::join(found.angles, " "), between, flag_angles(flag, here.truth->unmixing).maxCoeff());
}

int run(RunOptions const& options)
{
    prepare_study_rows(options.out);
    std::ofstream out(options.out, std::ios::app);
    std::uint64_t seed = options.first;
    for (std::uint64_t done = 0; done < options.count; ++seed) {
        auto const line = run_seed(options, seed);
        if (line.empty()) continue; // the truths agree
        out << line << std::endl;
        ++done;
    }
    return 0;
}

int summarise(std::vector<std::string> const& files)
{
    std::map<std::string, std::map<std::string, std::set<std::string>>> seeds; // truth, verdict: each seed once
    for (auto const& fields : read_study_rows(files)) {
        if (fields.size() < 9) throw InvalidInput("this is not a line of a replication study");
        seeds[fields[0]][fields[2]].insert(fields[1]);
    }
    fmt::print("| truth | data sets | yes | no | cannot tell | standard error of the right answer's share |\n"
               "|---|---|---|---|---|---|\n");
    for (auto& [truth, verdicts] : seeds) {
        double total = 0;
        for (auto const& [verdict, which] : verdicts) total += static_cast<double>(which.size());
        auto const share = [&](char const* verdict) { return static_cast<double>(verdicts[verdict].size()) / total; };
        double const right = share(truth == "same" ? "yes" : "no");
        fmt::print("| {} | {} | {:.3f} | {:.3f} | {:.3f} | {:.3f} |\n", truth, total, share("yes"), share("no"),
                   share("cannot tell"), std::sqrt(right * (1 - right) / total));
    }
    return 0;
}

int study(std::vector<std::string> const& command)
{
    auto const arguments =
        parse_study(command, {"run", "summarise"},
                    {"truth", "first", "count", "random", "resamples", "thorough", "design", "missing", "out"});
    if (arguments.action == "summarise") return summarise(arguments.files);
    RunOptions options;
    auto const truth = arguments.text("truth", "same");
    if (truth != "same" && truth != "different") throw UsageError("--truth is same or different");
    options.same = truth == "same";
    options.first = static_cast<std::uint64_t>(arguments.number("first", 1, 0));
    options.count = static_cast<std::uint64_t>(arguments.number("count", 100, 0));
    options.random = static_cast<int>(arguments.number("random", options.random, 0));
    options.resamples = static_cast<int>(arguments.number("resamples", options.resamples, 0));
    options.thorough = arguments.number("thorough", 1, 0) != 0;
    options.simulation.design = design_from_name(arguments.text("design", "base"));
    options.simulation.missing = arguments.real("missing").value_or(0);
    options.out = arguments.text("out");
    return run(options);
}

} // namespace
} // namespace exahca

int main(int argc, char** argv) { return exahca::run_study("replication_study", argc, argv, exahca::study); }
