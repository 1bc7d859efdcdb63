// How often is the true flag found? Simulates leaderboards of known truth, runs both estimators on each, counts.
//
//   accuracy_study run --cell base --first 1 --count 200 [--scores real.csv] [--density mog3]
//                 [--missing 0.3] [--floor 0] [--noise aware] [--searches 4 | --thorough 1] [--published 0]
//                 [--truth 1] [--defaults 1] --out rows.csv
//   accuracy_study summarise rows.csv [more.csv ...] [--hdf5 accuracy.h5]
//
// With --thorough the analysis is that of an estimate, else that of a replicate. --truth prints how far the answer's
// likelihood lies above that of the fit from the truth: where it does, a miss is the data's and not the optimiser's.
// --defaults analyses every cell as `exahca search` does, screening included.
//
// A data set is found when the whole flag lies within 15 degrees of the truth (docs/accuracy.md).
// --missing removes a share of the scores at random and --floor cuts scores off there; the cell's name in the rows says
// so. Estimators that need complete rows get those. Results depend on the seeds alone, so a cell can be split over
// processes or a job array and summarised together.

#include "exahca/core/error.hpp"
#include "exahca/estimate/analysed_rows.hpp"
#include "exahca/estimate/joint_estimator.hpp"
#include "exahca/estimate/noise_search.hpp"
#include "exahca/estimate/setting.hpp"
#include "exahca/io/csv_import.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/model/flag.hpp"
#include "exahca/model/flag_order.hpp"
#include "exahca/model/linear_sem.hpp"
#include "exahca/model/noise_starts.hpp"
#include "exahca/model/published_unmixing.hpp"
#include "exahca/model/screening.hpp"
#include "exahca/results/data_tree.hpp"
#include "exahca/simulate/simulator.hpp"
#include "study.hpp"
#include <Eigen/LU>

#include <cmath>
#include <fmt/format.h>
#include <fstream>
#include <map>
#include <optional>
#include <set>

namespace exahca {
namespace {

constexpr double found_degrees = 15;

/// What one cell simulates and how it is analysed.
struct Cell
{
    Design design = Design::base;
    std::size_t domains = 4;
    Index factors = 3;
    ScreenChoice screen = {};
    bool real_sources = true;
    std::vector<std::int64_t> sizes = {}; ///< of the domains; empty: as `exahca simulate` has them
};

std::map<std::string, Cell> const cells = {
    {"base", {}},
    {"isotropic", {.design = Design::isotropic}},
    {"contaminated", {.design = Design::contaminated}},
    {"contaminated-screened", {.design = Design::contaminated, .screen = {Screening::share, 0.6}}},
    {"contaminated-auto", {.design = Design::contaminated, .screen = {Screening::fit, 0}}},
    {"weak", {.design = Design::weak}},
    {"k6", {.domains = 6}},
    {"k8", {.domains = 8}},
    {"m2", {.factors = 2}},
    {"m4", {.factors = 4}},
    {"parametric", {.design = Design::parametric, .real_sources = false}},
    {"parametric-small", {.design = Design::parametric, .real_sources = false, .sizes = {120, 100, 90, 70}}},
    {"parametric-contaminated", {.design = Design::contaminated, .real_sources = false}},
    {"parametric-contaminated-screened",
     {.design = Design::contaminated, .screen = {Screening::share, 0.6}, .real_sources = false}},
    {"parametric-contaminated-auto",
     {.design = Design::contaminated, .screen = {Screening::fit, 0}, .real_sources = false}},
};

std::string joined_angles(Vector const& angles)
{
    std::string text;
    for (double const angle : angles) text += fmt::format("{}{:.3f}", text.empty() ? "" : " ", angle);
    return text;
}

Matrix published_flag(std::vector<Matrix> const& scores, std::vector<std::string> const& names, Index factors,
                      std::uint64_t seed)
{
    std::vector<Matrix> unmixing;
    for (std::size_t k = 0; k < scores.size(); ++k) {
        UnmixingOptions options;
        options.factors = factors;
        options.ica.restarts = 5;
        unmixing.push_back(unmix_domain(scores[k], options, {seed, "restart", 0, names[k], 0}).matrix);
    }
    SearchOptions search;
    search.best_n = 1;
    search.time_limit_seconds = 60;
    return fit_linear_sem(unmixing, search_orders(unmixing, search).best.front().order).unmixing;
}

/// Penalised log likelihood of the noise-aware fit that starts at the truth, and the largest angle at its end.
std::pair<double, double> fit_from_truth(std::vector<Matrix> const& scores, std::vector<std::string> const& names,
                                         SimulationTruth const& truth, JointOptions const& options)
{
    NoiseData const data = noise_data(scores, options.bounds);
    NoiseParameters start = principal_component_start(data.domains, options.factors);
    start.loadings = data.deviations.cwiseInverse().asDiagonal() * truth.unmixing.transpose();
    FactorAnalysisOptions analysis;
    analysis.max_steps = 50;
    FactorSpan const span =
        factor_span(data, analyse_factors(data.domains, start, analysis).parameters, names, options);
    JointContext const& context = span.context;
    Matrix const flag = truth.unmixing * data.deviations.asDiagonal() * span.gaussian.loadings;
    auto const order = order_at_flag(context.standardised, flag * context.shared.projection.inverse());
    JointParameters const at = with_flag(start_of_order(context, order), flag);
    JointFit const refit = refit_at_flag(context, at, collect_source_starts(context, {}), {});
    auto const optimum = try_noise_fit(data, noise_start(span, refit.parameters));
    if (!optimum) return {std::nan(""), std::nan("")};
    return {optimum->fit.penalised() - data.log_volume,
            flag_angles(read_fit(as_joint_fit(data, optimum->fit).parameters).unmixing, truth.unmixing).maxCoeff()};
}

struct RunOptions
{
    std::string cell = "base";
    std::uint64_t first = 1, count = 200;
    std::string scores, out;
    DensityFamily density = DensityFamily::mog3;
    double missing = 0;
    std::optional<double> floor;
    NoiseModel noise = NoiseModel::span;
    int searches = 1;
    bool published = true, thorough = false, truth = false;
    bool defaults = false; ///< analyse as `exahca search` does when nothing else is asked for

    /// The cell and what was done to its data.
    [[nodiscard]] std::string title() const
    {
        return cell + (missing > 0 ? fmt::format(" missing {}", missing) : "") +
               (floor ? fmt::format(" floor {}", *floor) : "");
    }
};

/// The rows that have all scores.
std::vector<Matrix> complete(std::vector<Matrix> scores)
{
    for (Matrix& domain : scores) domain = gather_rows(domain, complete_rows(domain));
    return scores;
}

/// Whether a miss is the optimiser's or the data's: the answer's likelihood beside that of the fit from the truth.
void tell_truth(std::string const& title, std::uint64_t seed, std::vector<Matrix> const& scores,
                std::vector<std::string> const& names, SimulationTruth const& truth, JointOptions const& options,
                JointEstimate const& estimate)
{
    auto const [value, angle] = fit_from_truth(scores, names, truth, options);
    fmt::print("{} seed {}: largest angle {:.1f}, {}, {:+.1f} nats above the fit from the truth (angle {:.1f})\n",
               title, seed, flag_angles(estimate.best().reading.unmixing, truth.unmixing).maxCoeff(),
               estimate.decided ? "decided" : "not decided", estimate.best().fit.penalised() - value, angle);
    std::fflush(stdout);
}

// One line per estimator: cell, density, seed, estimator, found, decided, angles per level, reason of a failure.
void run_replicate(RunOptions const& options, Cell const& cell, ScoreMatrix const* real, std::uint64_t seed,
                   std::ostream& out)
{
    SimulationOptions simulation;
    simulation.design = cell.design;
    simulation.factors = cell.factors;
    simulation.sizes = cell.sizes.empty() ? default_domain_sizes(cell.domains) : cell.sizes;
    simulation.seed = seed;
    simulation.missing = options.missing;
    simulation.floor = options.floor;
    ScoreMatrix const data = simulate(simulation, cell.real_sources ? real : nullptr);
    std::vector<Domain> domains = select_domains(data, default_domain_names(cell.domains));
    Setting selection;
    ScreenChoice const screen = options.defaults ? ScreenChoice{Screening::fit, 0} : cell.screen;
    selection.screening = screen.rule;
    selection.screen = screen.share;
    selection.noise = options.noise;
    for (Domain& domain : domains) domain.scores = gather_rows(domain.scores, analysed_rows(selection, domain.scores));
    std::vector<Matrix> scores;
    std::vector<std::string> names;
    for (Domain const& domain : domains) {
        scores.push_back(domain.scores);
        names.push_back(domain.name);
    }
    auto const write = [&](std::string_view estimator, std::string_view density, auto const& analyse) {
        std::string line = fmt::format("{},{},{},{},", options.title(), density, seed, estimator);
        try {
            auto const [flag, decided] = analyse();
            Vector const angles = flag_angles(flag, data.truth->unmixing);
            line +=
                fmt::format("{},{},{},", angles.maxCoeff() <= found_degrees ? 1 : 0, decided, joined_angles(angles));
        } catch (NumericalFailure const& failure) {
            std::string reason = failure.what();
            for (char& c : reason)
                if (c == ',') c = ';';
            line += fmt::format("0,0,,{}", reason);
        }
        out << line << std::endl;
    };
    if (options.published)
        write("published", "-",
              [&] { return std::pair(published_flag(complete(scores), names, cell.factors, seed), 0); });
    write(options.noise == NoiseModel::aware ? "joint aware" : "joint", density_name(options.density), [&] {
        JointOptions joint;
        joint.factors = cell.factors;
        joint.density = options.density;
        joint.seed = seed;
        joint.noise = options.noise;
        if (options.thorough) joint = thorough(joint);
        if (!options.thorough) joint.searches = options.searches;
        joint.bounds = bounds_of(data);
        JointEstimate const estimate = estimate_joint(scores, names, joint);
        if (options.truth) tell_truth(options.title(), seed, scores, names, *data.truth, joint, estimate);
        return std::pair(estimate.best().reading.unmixing, estimate.decided ? 1 : 0);
    });
}

int run(RunOptions const& options)
{
    auto const cell = cells.find(options.cell);
    if (cell == cells.end()) {
        std::string known;
        for (auto const& [name, unused] : cells) known += " " + name;
        throw UsageError(fmt::format("unknown cell \"{}\"", options.cell), {}, "choose one of" + known);
    }
    std::optional<ScoreMatrix> real;
    if (cell->second.real_sources) {
        if (options.scores.empty())
            throw UsageError("this cell draws its sources from a real leaderboard", {}, "give --scores FILE.csv");
        CsvImportOptions import;
        import.score_columns = {"IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO"};
        real = import_csv(options.scores, import).matrix;
    }
    prepare_study_rows(options.out);
    std::ofstream out(options.out, std::ios::app);
    for (std::uint64_t i = 0; i < options.count; ++i)
        run_replicate(options, cell->second, real ? &*real : nullptr, options.first + i, out);
    return 0;
}

/// What one estimator did in one cell.
struct Tally
{
    std::set<std::string> seeds; ///< each replicate counts once, even when files overlap
    std::int64_t found = 0, failed = 0, decided = 0, decided_and_found = 0;

    [[nodiscard]] std::int64_t replicates() const { return static_cast<std::int64_t>(seeds.size()); }
    [[nodiscard]] double share() const { return static_cast<double>(found) / static_cast<double>(replicates()); }
    [[nodiscard]] double standard_error() const
    {
        return std::sqrt(share() * (1 - share()) / static_cast<double>(replicates()));
    }
};

using Tallies = std::map<std::tuple<std::string, std::string, std::string>, Tally>; // cell, estimator, density

Tallies read_rows(std::vector<std::string> const& files)
{
    Tallies tallies;
    for (auto const& fields : read_study_rows(files)) {
        if (fields.size() < 6)
            throw InvalidInput("this is not a line of an accuracy study", fields.empty() ? "" : fields[0]);
        Tally& tally = tallies[{fields[0], fields[3], fields[1]}];
        if (!tally.seeds.insert(fields[2]).second) continue;
        bool const found = fields[4] == "1", decided = fields[5] == "1";
        tally.found += found;
        tally.decided += decided;
        tally.decided_and_found += found && decided;
        tally.failed += fields.size() > 7;
    }
    return tallies;
}

DataGroup as_tree(Tallies const& tallies)
{
    std::vector<std::string> cell, estimator, density;
    std::vector<double> share, error;
    std::vector<std::int32_t> replicates, failed;
    for (auto const& [key, tally] : tallies) {
        cell.push_back(std::get<0>(key));
        estimator.push_back(std::get<1>(key));
        density.push_back(std::get<2>(key));
        share.push_back(tally.share());
        error.push_back(tally.standard_error());
        replicates.push_back(static_cast<std::int32_t>(tally.replicates()));
        failed.push_back(static_cast<std::int32_t>(tally.failed));
    }
    auto const rows = static_cast<std::int64_t>(cell.size());
    DataGroup root;
    root.attributes.emplace_back("filetype", "exahca-accuracy");
    root.attributes.emplace_back("format_version", std::vector<std::int64_t>{1, 0});
    root.add({"cell", {"row"}, {rows}, cell, "", "what was simulated"});
    root.add({"estimator", {"row"}, {rows}, estimator, "", "published or joint"});
    root.add({"density", {"row"}, {rows}, density, "", "density of the sources in the joint fit"});
    root.add({"recovered", {"row"}, {rows}, share, "1", "share of data sets whose flag is found within 15 degrees"});
    root.add({"standard_error", {"row"}, {rows}, error, "1", "binomial standard error of the share"});
    root.add({"replicates", {"row"}, {rows}, replicates, "1", "data sets simulated"});
    root.add({"failed", {"row"}, {rows}, failed, "1", "data sets on which the estimator failed; counted as not found"});
    return root;
}

int summarise(std::vector<std::string> const& files, std::string const& hdf5)
{
    Tallies const tallies = read_rows(files);
    fmt::print(
        "| cell | estimator | density | data sets | flag found | standard error | failed | called decided | of these "
        "found |\n|---|---|---|---|---|---|---|---|---|\n");
    for (auto const& [key, tally] : tallies)
        fmt::print("| {} | {} | {} | {} | {:.3f} | {:.3f} | {} | {} | {} |\n", std::get<0>(key), std::get<1>(key),
                   std::get<2>(key), tally.replicates(), tally.share(), tally.standard_error(), tally.failed,
                   tally.decided, tally.decided_and_found);
    if (!hdf5.empty()) write_tree(hdf5, as_tree(tallies));
    return 0;
}

int study(std::vector<std::string> const& command)
{
    auto const arguments = parse_study(command, {"run", "summarise"},
                                       {"cell", "first", "count", "scores", "out", "hdf5", "density", "missing",
                                        "floor", "noise", "searches", "published", "thorough", "truth", "defaults"});
    if (arguments.action == "summarise") return summarise(arguments.files, arguments.text("hdf5"));
    RunOptions options;
    options.cell = arguments.text("cell", options.cell);
    options.first = static_cast<std::uint64_t>(arguments.number("first", 1, 0));
    options.count = static_cast<std::uint64_t>(arguments.number("count", 200, 0));
    options.scores = arguments.text("scores");
    options.out = arguments.text("out");
    if (arguments.text("noise", "span") == "aware") options.noise = NoiseModel::aware;
    options.searches = static_cast<int>(arguments.number("searches", 1, 1));
    options.truth = arguments.number("truth", 0, 0) != 0;
    options.thorough = arguments.number("thorough", 0, 0) != 0;
    options.published = arguments.number("published", 1, 0) != 0;
    if (arguments.number("defaults", 0, 0) != 0) {
        options.defaults = options.thorough = true;
        options.noise = NoiseModel::aware;
    }
    options.missing = arguments.real("missing").value_or(0);
    options.floor = arguments.real("floor");
    options.density = parse_density(arguments.text("density", "mog3"));
    return run(options);
}

} // namespace
} // namespace exahca

int main(int argc, char** argv) { return exahca::run_study("accuracy_study", argc, argv, exahca::study); }
