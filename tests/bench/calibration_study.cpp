// Do the intervals cover, is support what it says, does the placebo reject as often as it should? Simulates data sets
// of known truth, runs the program's own tasks and tables on each, and compares them with the truth.
//
//   calibration_study coverage --first 1 --count 200 [--share 1/2] [--bootstrap 100] [--density sas]
//                     [--noise aware] [--design base --scores real.csv] --out rows.csv
//   calibration_study size     --first 1 --count 500 [--share 1/2] [--placebo 99] --out rows.csv
//   calibration_study summarise rows.csv [more.csv ...] [--hdf5 calibration.h5]
//
// One line per data set is appended as soon as it is finished; data sets that stand in --out, or in further files named
// behind it, are not computed again. Lines depend on the seed alone, so a study can be split over processes or a job
// array and summarised together.
//
// The truth has the estimate's labels: H and B_k^-1 of the simulation, read with the population's own moments (means,
// loadings, source and residual variances) in place of the sample's, whatever representative of the flag either side
// uses (docs/accuracy.md). The limit is what the estimator itself finds, under the same labels, in many times as many
// models of the same truth: residuals enter the fitted sources of exact scores, so the two differ. Intervals can only
// know of the limit. Noise-aware fits tend to the truth, and their limit is not computed.

#include "estimate/reading.hpp"
#include "exahca/core/error.hpp"
#include "exahca/estimate/analyser.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/io/csv_import.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/results/results.hpp"
#include "exahca/simulate/simulator.hpp"
#include "exahca/work/task_runner.hpp"
#include "finished_run.hpp"
#include "study.hpp"

#include <Eigen/LU>
#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <optional>
#include <sstream>

namespace exahca {
namespace {

/// Models in place of one when the estimator's limit is asked for: its own error is 1/sqrt(20) = .22 of an estimate's.
constexpr std::int64_t limit_models = 20;

constexpr std::array<char const*, 6> quantities{"loadings",      "factor_weights",    "coefficients",
                                                "total_effects", "benchmark_effects", "alignment_r2"};

struct StudyOptions
{
    std::int64_t bootstrap = 100, placebo = 99;
    DensityFamily density = DensityFamily::sas;
    NoiseModel noise = NoiseModel::span;
    Design design = Design::parametric;
    std::optional<ScoreMatrix> real; ///< whose components are the sources; built-in ones without

    [[nodiscard]] ScoreMatrix const* sources() const { return real ? &*real : nullptr; }
    /// What is simulated and how it is analysed, as the rows say it; the density alone where nothing else is said.
    [[nodiscard]] std::string title() const
    {
        return std::string(density_name(density)) + (noise == NoiseModel::aware ? " aware" : "") +
               (design == Design::parametric ? std::string() : fmt::format(" {}", name_of(design)));
    }
};

SimulationOptions simulation_of(std::uint64_t seed, Design design = Design::parametric)
{
    SimulationOptions options;
    options.design = design;
    options.seed = seed;
    return options;
}

/// What the estimator tends to as models grow in number, under the labels of the estimate.
std::vector<double> limit_record(Setting const& setting, FinishedRun const& run, SimulationOptions options)
{
    for (auto& size : options.sizes) size *= limit_models;
    auto const scores = simulate(options);
    Dataset const dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()}, rows_by_domain(scores));
    AnalysisRequest const request{setting,
                                  run.experiment.layout(SettingId(0), ReplicateKind::bootstrap),
                                  run.experiment.benchmarks(),
                                  {options.seed, "study-limit", 0, {}, 0}};
    return analyser_of(setting)
        .replicate(request, observed_data(setting, dataset), RecordView(run.layout(), run.estimate.values))
        .values;
}

/// Entries that are 0 or 1 by construction say nothing of coverage: weights of a factor on itself and on later ones.
bool is_fixed(RecordField const& field, std::size_t entry)
{
    if (field.name != "coefficients" && field.name != "total_effects") return false;
    auto const causes = static_cast<std::size_t>(field.shape[2]), effects = static_cast<std::size_t>(field.shape[1]);
    return entry / causes % effects <= entry % causes;
}

/// "below/inside/above" of the entries of one quantity: where the true ones lie.
std::string where_truth_lies(DataGroup const& tables, RecordField const& field, std::span<double const> truth)
{
    auto const& low = tables.doubles(field.name + "_low");
    auto const& high = tables.doubles(field.name + "_high");
    int below = 0, inside = 0, above = 0;
    for (std::size_t i = 0; i < field.size; ++i) {
        double const value = truth[i];
        if (is_fixed(field, i) || std::isnan(low[i])) continue;
        ++(value < low[i] ? below : value > high[i] ? above : inside);
    }
    return fmt::format("{}/{}/{}", below, inside, above);
}

/// Empty columns of the quantities.
std::string nothing_measured()
{
    std::string text;
    for (std::size_t i = 0; i < 2 * quantities.size(); ++i) text += ",-";
    return text;
}

/// seed, replicates asked for and successful, agreeing, right, where truth and limit lie per quantity.
std::string coverage_line(StudyOptions const& study, std::uint64_t seed)
{
    auto const options = simulation_of(seed, study.design);
    auto const scores = simulate(options, study.sources());
    Setting setting{.domains = scores.truth->domains, .factors = static_cast<int>(options.factors)};
    setting.density = study.density;
    setting.noise = study.noise;
    FinishedRun const run(scores, setting, {.bootstrap = study.bootstrap}, seed);
    auto line = fmt::format("coverage,{},{},{}", study.title(), seed, study.bootstrap);
    if (auto const problem = run.problem("replicates"); !problem.empty())
        return line + ",0,0,0" + nothing_measured() + ",failed: " + problem;
    RecordView const estimate(run.layout(), run.estimate.values);
    auto const truth = true_record(run.layout(), options, *scores.truth, labels_of(estimate));
    auto const& angles = run.tables().doubles("truth_angle");
    bool const right = *std::max_element(angles.begin(), angles.end()) <= same_flag_degrees;
    auto const successful = run.tables().integers("replicates").at(0);
    auto const agreeing = std::llround(run.tables().doubles("support").at(0) * static_cast<double>(successful));
    line += fmt::format(",{},{},{}", successful, agreeing, right ? 1 : 0);
    for (char const* name : quantities)
        line += "," +
                where_truth_lies(run.tables(), run.layout().field(name), RecordView(run.layout(), truth).values(name));
    if (study.noise == NoiseModel::aware) {
        for (std::size_t q = 0; q < quantities.size(); ++q) line += ",-";
        return line + ",done";
    }
    // Where infinitely many models give another flag, its numbers are of other factors.
    auto const& replicates = run.experiment.layout(SettingId(0), ReplicateKind::bootstrap);
    auto const limit_values = limit_record(setting, run, options);
    RecordView const limit(replicates, limit_values);
    auto const to_limit = limit.values("angle_to_estimate");
    bool const same = *std::max_element(to_limit.begin(), to_limit.end()) <= same_flag_degrees;
    for (char const* name : quantities)
        line += "," + (same ? where_truth_lies(run.tables(), run.layout().field(name), limit.values(name)) : "-");
    return line + ",done";
}

/// A simulated leaderboard whose domains' whitened components are rotated at random, each by itself: no common order.
ScoreMatrix null_data(Setting const& setting, std::uint64_t seed)
{
    auto scores = simulate(simulation_of(seed));
    auto const rows = rows_by_domain(scores);
    Dataset const dataset({scores.scores.data(), scores.scores.rows(), scores.scores.cols()}, rows);
    Experiment const experiment({setting}, {}, seed, scores.benchmarks);
    auto const& layout = experiment.layout(SettingId(0), ReplicateKind::estimate);
    std::vector<double> const none(layout.size(), std::nan("")); // rotations need no estimate
    auto const data = replicate_data(setting, dataset, ReplicateKind::placebo_rotation, {seed, "study-null", 0, {}, 0},
                                     RecordView(layout, none));
    Matrix rotated = scores.scores;
    for (std::size_t k = 0; k < setting.domains.size(); ++k) {
        auto const& domain = rows.at(setting.domains[k]);
        for (std::size_t i = 0; i < domain.size(); ++i)
            rotated.row(domain[i]) = data.scores[k].row(static_cast<Index>(i));
    }
    scores.scores = std::move(rotated);
    scores.truth.reset();
    return scores;
}

/// seed, placebos asked for and successful, how many fit at least as well as the data.
std::string size_line(StudyOptions const& study, std::uint64_t seed)
{
    auto const options = simulation_of(seed);
    Setting setting{.domains = default_domain_names(options.sizes.size()),
                    .factors = static_cast<int>(options.factors),
                    .estimator = Estimator::published};
    FinishedRun const run(null_data(setting, seed), setting, {.placebo_rotation = study.placebo}, seed);
    auto line = fmt::format("size,-,{},{}", seed, study.placebo);
    if (auto const problem = run.problem("placebo-rotation/replicates"); !problem.empty())
        return line + ",0,0,0" + nothing_measured() + ",failed: " + problem;
    auto const successful = run.tables().integers("placebo-rotation/replicates").at(0);
    auto const as_low = run.tables().integers("placebo-rotation/as_low").at(0);
    return line + fmt::format(",{},{},0{},done", successful, as_low, nothing_measured());
}

// ---------------------------------------------------------------------------------------------------------------------
// Rows: kind, density, seed, replicates asked for, successful, agreeing (or as low), right, six quantities against the
// truth, the same against the limit, outcome.

enum class Against { truth, limit };
constexpr std::array against{Against::truth, Against::limit};

constexpr std::size_t first_quantity = 7, columns = first_quantity + against.size() * quantities.size() + 1;

struct Row
{
    std::string kind, density, seed;
    std::int64_t asked = 0, successful = 0, agreeing = 0;
    bool right = false, failed = false;
    /// Truth below, inside, above the interval; then the limit.
    std::array<std::array<std::int64_t, 3>, against.size() * quantities.size()> places{};

    [[nodiscard]] std::array<std::int64_t, 3> const& of(Against value, std::size_t quantity) const
    {
        return places[static_cast<std::size_t>(value) * quantities.size() + quantity];
    }
};

Row parse_row(std::vector<std::string> const& fields)
{
    if (fields.size() != columns)
        throw InvalidInput("this is not a line of a calibration study", fmt::format("{}", fmt::join(fields, ",")));
    Row row{fields[0], fields[1], fields[2]};
    row.asked = std::stoll(fields[3]);
    row.successful = std::stoll(fields[4]);
    row.agreeing = std::stoll(fields[5]);
    row.right = fields[6] == "1";
    row.failed = fields.back() != "done";
    for (std::size_t q = 0; q < row.places.size(); ++q) {
        std::istringstream parts(fields[first_quantity + q]);
        std::string part;
        for (std::size_t place = 0; place < 3 && std::getline(parts, part, '/'); ++place)
            if (part != "-") row.places[q][place] = std::stoll(part);
    }
    return row;
}

/// Each data set once, even when files overlap; by kind, density and number of replicates.
std::map<std::string, std::map<std::uint64_t, Row>> read_rows(std::vector<std::string> const& files)
{
    std::map<std::string, std::map<std::uint64_t, Row>> studies;
    for (auto const& fields : read_study_rows(files)) {
        auto const row = parse_row(fields);
        studies[fmt::format("{},{},{}", row.kind, row.density, row.asked)].emplace(std::stoull(row.seed), row);
    }
    return studies;
}

/// "i/n": data sets whose seed leaves the remainder i - 1.
std::pair<std::uint64_t, std::uint64_t> parse_share(std::string const& text)
{
    std::uint64_t part = 0, parts = 0;
    char slash = 0;
    std::istringstream in(text);
    if (!(in >> part >> slash >> parts) || slash != '/' || part < 1 || part > parts || !in.eof())
        throw UsageError("cannot use --share " + text, {}, "give i/n, as in 1/2");
    return {part - 1, parts};
}

int run(StudyArguments const& arguments)
{
    StudyOptions study;
    study.bootstrap = arguments.number("bootstrap", study.bootstrap, 1);
    study.placebo = arguments.number("placebo", study.placebo, 1);
    study.density = parse_density(arguments.text("density", "sas"));
    if (arguments.text("noise", "span") == "aware") study.noise = NoiseModel::aware;
    study.design = design_from_name(arguments.text("design", "parametric"));
    if (auto const scores = arguments.text("scores"); !scores.empty()) {
        CsvImportOptions import;
        import.score_columns = {"IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO"};
        study.real = import_csv(scores, import).matrix;
    }
    auto const first = arguments.number("first", 1, 0), count = arguments.number("count", 200, 0);
    auto const [part, parts] = parse_share(arguments.text("share", "1/1"));
    auto const file = arguments.text("out");
    if (file.empty()) throw UsageError("there is nowhere to write to", {}, "give --out FILE");
    prepare_study_rows(file);

    bool const coverage = arguments.action == "coverage";
    auto files = arguments.files;
    files.push_back(file);
    auto const done = read_rows(files)[coverage ? fmt::format("coverage,{},{}", study.title(), study.bootstrap)
                                                : fmt::format("size,-,{}", study.placebo)];
    std::ofstream out(file, std::ios::app);
    for (std::int64_t i = 0; i < count; ++i) {
        auto const seed = static_cast<std::uint64_t>(first + i);
        if (seed % parts != part || done.contains(seed)) continue;
        out << (coverage ? coverage_line(study, seed) : size_line(study, seed)) + '\n' << std::flush;
        if (!out) throw OutputError("cannot write " + file);
    }
    return 0;
}

// ---------------------------------------------------------------------------------------------------------------------
// Tables.

/// Intervals of fewer agreeing replicates are not shown to anyone.
constexpr std::int64_t fewest_for_interval = 20;
constexpr std::array support_bins{0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 1.0};
constexpr double rejection_level = 0.05;

/// Average over data sets, each weighing the same: the entries of one data set share its luck.
struct Coverage
{
    std::vector<double> inside; ///< share of each data set's entries whose interval holds the truth
    std::int64_t below = 0, above = 0, entries = 0;

    void add(std::array<std::int64_t, 3> const& places)
    {
        auto const total = places[0] + places[1] + places[2];
        if (total == 0) return;
        inside.push_back(static_cast<double>(places[1]) / static_cast<double>(total));
        below += places[0];
        above += places[2];
        entries += total;
    }
};

using Rows = std::map<std::uint64_t, Row>;

/// Of one quantity, or of all together; over data sets whose intervals are shown, all or those whose flag is right.
Coverage coverage_of(Rows const& rows, Against value, std::size_t first, std::size_t last, bool only_right)
{
    Coverage coverage;
    for (auto const& [seed, row] : rows) {
        if (row.failed || row.agreeing < fewest_for_interval || (only_right && !row.right)) continue;
        std::array<std::int64_t, 3> sum{};
        for (std::size_t q = first; q < last; ++q)
            for (std::size_t place = 0; place < 3; ++place) sum[place] += row.of(value, q)[place];
        coverage.add(sum);
    }
    return coverage;
}

/// One line of the table of supports.
struct SupportBin
{
    double from = 0, to = 0;
    std::int64_t data_sets = 0, right = 0;
};

std::vector<SupportBin> support_table(Rows const& rows)
{
    std::vector<SupportBin> bins;
    for (std::size_t i = 0; i + 1 < support_bins.size(); ++i) bins.push_back({support_bins[i], support_bins[i + 1]});
    for (auto const& [seed, row] : rows) {
        if (row.failed) continue;
        double const support = static_cast<double>(row.agreeing) / static_cast<double>(row.successful);
        auto const bin = std::find_if(bins.begin(), bins.end() - 1, [&](auto const& b) { return support < b.to; });
        ++bin->data_sets;
        bin->right += row.right;
    }
    return bins;
}

std::string share_text(std::int64_t part, std::int64_t whole)
{
    auto const interval = wilson_interval(part, whole);
    return fmt::format("{:.3f} [{:.3f}, {:.3f}]",
                       whole == 0 ? std::nan("") : static_cast<double>(part) / static_cast<double>(whole), interval.low,
                       interval.high);
}

void put_coverage(DataGroup& group, Rows const& rows)
{
    std::vector<std::string> quantity, value, which;
    std::vector<double> mean, error;
    std::vector<std::int64_t> data_sets;
    fmt::print("| quantity | interval against | flag | data sets | coverage of 90 % intervals | standard error | value "
               "below | value above |\n|---|---|---|---|---|---|---|---|\n");
    for (std::size_t q = 0; q <= quantities.size(); ++q)
        for (auto const against_which : against)
            for (bool const only_right : {false, true}) {
                bool const all = q == quantities.size();
                auto const coverage = coverage_of(rows, against_which, all ? 0 : q, all ? q : q + 1, only_right);
                if (coverage.inside.empty()) continue;
                quantity.emplace_back(all ? "all" : quantities[q]);
                value.emplace_back(against_which == Against::truth ? "truth" : "limit");
                which.emplace_back(only_right ? "right" : "any");
                auto const average = mean_of_data_sets(coverage.inside);
                mean.push_back(average.value);
                error.push_back(average.standard_error);
                data_sets.push_back(static_cast<std::int64_t>(coverage.inside.size()));
                auto const part = [&](std::int64_t n) {
                    return static_cast<double>(n) / static_cast<double>(coverage.entries);
                };
                fmt::print("| {} | {} | {} | {} | {:.3f} | {:.3f} | {:.3f} | {:.3f} |\n", quantity.back(), value.back(),
                           which.back(), data_sets.back(), mean.back(), error.back(), part(coverage.below),
                           part(coverage.above));
            }
    auto const n = static_cast<std::int64_t>(quantity.size());
    group.add({"quantity", {"row"}, {n}, quantity, "", "what the intervals are of"});
    group.add({"value",
               {"row"},
               {n},
               value,
               "",
               "what should lie in the interval: the simulation's truth, or the "
               "estimator's limit for many models"});
    group.add({"flag", {"row"}, {n}, which, "", "which estimates: any, or those whose flag is right"});
    group.add({"coverage", {"row"}, {n}, mean, "1", "average share of 90 % intervals that hold the value"});
    group.add({"standard_error", {"row"}, {n}, error, "1", "of that average, data sets independent"});
    group.add({"data_sets", {"row"}, {n}, data_sets, "1", "data sets with at least 20 agreeing replicates"});
}

void put_support(DataGroup& group, Rows const& rows)
{
    std::vector<double> from, to, low, high;
    std::vector<std::int64_t> data_sets, right;
    fmt::print("\n| support | data sets | right | share right |\n|---|---|---|---|\n");
    for (auto const& bin : support_table(rows)) {
        from.push_back(bin.from);
        to.push_back(bin.to);
        data_sets.push_back(bin.data_sets);
        right.push_back(bin.right);
        auto const interval = wilson_interval(bin.right, bin.data_sets);
        low.push_back(interval.low);
        high.push_back(interval.high);
        fmt::print("| {:.1f} to {:.1f} | {} | {} | {} |\n", bin.from, bin.to, bin.data_sets, bin.right,
                   share_text(bin.right, bin.data_sets));
    }
    auto const n = static_cast<std::int64_t>(from.size());
    group.add({"from", {"bin"}, {n}, from, "1", "least support of the bin"});
    group.add({"to", {"bin"}, {n}, to, "1", "support of the next bin; the last one holds 1"});
    group.add({"data_sets", {"bin"}, {n}, data_sets, "1", "estimates of such support"});
    group.add({"right", {"bin"}, {n}, right, "1", "of these within 15 degrees of the truth at every level"});
    group.add({"right_low", {"bin"}, {n}, low, "1", "lower end of the share's 95 % Wilson interval"});
    group.add({"right_high", {"bin"}, {n}, high, "1", "upper end of the share's 95 % Wilson interval"});
}

void put_size(DataGroup& group, Rows const& rows)
{
    std::int64_t data_sets = 0, rejected = 0;
    for (auto const& [seed, row] : rows) {
        if (row.failed) continue;
        ++data_sets;
        rejected += static_cast<double>(1 + row.agreeing) / static_cast<double>(1 + row.successful) <= rejection_level;
    }
    fmt::print("| null data sets | rejected at 5 % | size |\n|---|---|---|\n| {} | {} | {} |\n", data_sets, rejected,
               share_text(rejected, data_sets));
    auto const interval = wilson_interval(rejected, data_sets);
    auto const count = [&](char const* name, std::int64_t value, char const* what) {
        group.add({name, {}, {}, std::vector<std::int64_t>{value}, "1", what});
    };
    count("data_sets", data_sets, "data sets without a common order");
    count("rejected", rejected, "of these with a p-value of at most 0.05");
    group.add({"size_low", {}, {}, std::vector<double>{interval.low}, "1", "lower end of the 95 % Wilson interval"});
    group.add({"size_high", {}, {}, std::vector<double>{interval.high}, "1", "upper end of the 95 % Wilson interval"});
}

int summarise(StudyArguments const& arguments)
{
    auto const studies = read_rows(arguments.files);
    if (studies.empty()) throw InvalidInput("there is nothing to summarise", "no file holds a finished data set");
    DataGroup root;
    root.attributes.emplace_back("filetype", "exahca-calibration");
    root.attributes.emplace_back("format_version", std::vector<std::int64_t>{1, 0});
    for (auto const& [name, rows] : studies) {
        auto const& one = rows.begin()->second;
        auto const failed = std::count_if(rows.begin(), rows.end(), [](auto const& r) { return r.second.failed; });
        fmt::print("{}: {} data sets of {} replicates{}, {} failed\n\n", one.kind, rows.size(), one.asked,
                   one.density == "-" ? "" : ", density " + one.density, failed);
        std::string group_name = name;
        std::replace(group_name.begin(), group_name.end(), ',', '_');
        auto& group = root.group(group_name);
        if (one.kind == "size") {
            put_size(group, rows);
        } else {
            put_coverage(group.group("coverage"), rows);
            put_support(group.group("support"), rows);
        }
        fmt::print("\n");
    }
    if (auto const file = arguments.text("hdf5"); !file.empty()) write_tree(file, root);
    return 0;
}

int study(std::vector<std::string> const& command)
{
    auto const arguments = parse_study(
        command, {"coverage", "size", "summarise"},
        {"first", "count", "share", "bootstrap", "placebo", "density", "noise", "design", "scores", "out", "hdf5"});
    return arguments.action == "summarise" ? summarise(arguments) : run(arguments);
}

} // namespace
} // namespace exahca

int main(int argc, char** argv) { return exahca::run_study("calibration_study", argc, argv, exahca::study); }
