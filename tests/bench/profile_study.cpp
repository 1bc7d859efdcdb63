// What is said of single models and of treatments, against simulated truths: do intervals of factors and of missing
// scores hold them, how often is a sign wrong that is told at a false discovery rate, do intervals of effects hold
// them?
//
//   profile_study run --first 1 --count 100 [--missing 0.3] [--bootstrap 0] [--sizes 750,330,240,155]
//                 --out rows.csv
//   profile_study summarise rows.csv [more.csv ...]
//
// One leaderboard with the built-in sources a seed. Half of the models of each base model, drawn at random, were
// "treated": their scores are moved by a random vector in the span of the factors. The program fits all that, and is
// asked what `exahca models`, `models --against`, `predict` and `effects` ask. Without residuals the same simulation
// gives the scores that a model has without noise, and through the truth's reading under the estimate's labels its
// factors. One line per data set is appended as soon as it is finished; those that stand in --out are not computed
// again.

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/estimate/dataset.hpp"
#include "exahca/estimate/support.hpp"
#include "exahca/profile/model_comparison.hpp"
#include "exahca/profile/model_profiles.hpp"
#include "exahca/profile/treatment_effects.hpp"
#include "finished_run.hpp"
#include "study.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

namespace exahca {
namespace {

constexpr double told_rate = 0.05;     ///< false discovery rate at which signs are told
constexpr double treatment_points = 2; ///< standard deviation of what a treatment adds to each of the flag's directions

/// A share of something.
struct Share
{
    std::int64_t part = 0, whole = 0;
    void add(bool counts)
    {
        part += counts ? 1 : 0;
        ++whole;
    }
};
constexpr std::array columns{"factors",
                             "removed scores",
                             "wrong signs, factors",
                             "wrong signs, true scores",
                             "effects, factors",
                             "effects, benchmarks",
                             "through the factors, benchmarks",
                             "differences, factors",
                             "differences, true scores"};
enum Column {
    factors,
    removed,
    signs_of_factors,
    signs_of_scores,
    effects_on_factors,
    effects_on_benchmarks,
    through,
    differences_of_factors,
    differences_of_scores
};
using Shares = std::array<Share, columns.size()>;

/// A leaderboard, and what is true of it.
struct Simulated
{
    SimulationOptions options;
    ScoreMatrix scores;
    Matrix complete;    ///< scores before any is removed
    Matrix noise_free;  ///< what models would score without residuals
    Vector effect;      ///< of the treatment, on scores
    KeptColumn treated; ///< "yes" or "no"
};

Simulated simulated(SimulationOptions options)
{
    Simulated board{options, simulate(options), {}, {}, {}, {}};
    options.missing = 0;
    board.complete = simulate(options).scores;
    options.design = Design::none;
    board.noise_free = simulate(options).scores;

    RandomStream random({options.seed, "profile-study-treatment", 0, {}, 0});
    Vector moved(options.factors);
    for (double& points : moved) points = treatment_points * random.normal();
    board.effect = board.scores.truth->unmixing.transpose() * moved;
    std::vector<std::string> treated(static_cast<std::size_t>(board.complete.rows()), "no");
    for (auto const& [name, rows] : rows_by_domain(board.scores)) {
        auto const order = random.permutation(rows.size());
        for (std::size_t i = 0; i < rows.size() / 2; ++i) {
            Index const row = rows[static_cast<std::size_t>(order[i])];
            treated[static_cast<std::size_t>(row)] = "yes";
            for (Matrix* const matrix : {&board.scores.scores, &board.complete, &board.noise_free})
                matrix->row(row) += board.effect.transpose();
        }
    }
    board.treated = {"treated", std::move(treated)};
    return board;
}

/// The models of one domain.
struct Models
{
    std::size_t domain = 0;
    std::vector<Index> rows;
    Matrix scores, complete, noise_free;
    Matrix factors; ///< the true ones, less their mean over these models, models x factors
};

Matrix taken(Matrix const& matrix, std::vector<Index> const& rows) { return matrix(rows, Eigen::all); }

std::vector<Models> models_by_domain(Simulated const& board, StoredModel const& model, Matrix const& true_weights)
{
    auto const rows = rows_by_domain(board.scores);
    std::vector<Models> domains;
    for (std::size_t k = 0; k < model.setting.domains.size(); ++k) {
        Models domain{k, rows.at(model.setting.domains[k]), {}, {}, {}, {}};
        domain.scores = taken(board.scores.scores, domain.rows);
        domain.complete = taken(board.complete, domain.rows);
        domain.noise_free = taken(board.noise_free, domain.rows);
        Matrix const centred = domain.noise_free.rowwise() - domain.noise_free.colwise().mean();
        domain.factors = centred * true_weights.transpose();
        domains.push_back(std::move(domain));
    }
    return domains;
}

void look_at_profiles(StoredModel const& model, Models const& domain, Shares& shares)
{
    auto const profiles = profile_models(model, domain.domain, domain.scores);
    for (std::size_t i = 0; i < profiles.size(); ++i)
        for (std::size_t j = 0; j < profiles[i].factors.size(); ++j) {
            auto const& position = profiles[i].factors[j];
            double const truth = domain.factors(static_cast<Index>(i), static_cast<Index>(j));
            shares[factors].add(position.low <= truth && truth <= position.high);
        }
    for (auto const& score : predict_scores(model, domain.domain, domain.scores)) {
        double const truth = domain.complete(score.model, score.benchmark);
        shares[removed].add(score.low <= truth && truth <= score.high);
    }
}

/// Neighbours in the table, each in one pair; quantity by quantity, rates over all pairs of all domains.
void look_at_comparisons(StoredModel const& model, std::vector<Models> const& domains, Shares& shares)
{
    ModelComparer const comparer(model);
    std::vector<std::vector<Difference>> pairs;
    std::vector<std::vector<double>> truths;
    Index const m = comparer.factors(), d = std::ssize(model.benchmarks);
    for (auto const& domain : domains) {
        std::vector<ModelPosterior> posteriors(domain.rows.size());
        comparer.visit(domain.domain, domain.scores, [&](Index row, ModelPosterior const& posterior) {
            posteriors[static_cast<std::size_t>(row)] = posterior;
        });
        for (std::size_t i = 0; i + 1 < posteriors.size(); i += 2) {
            pairs.push_back(comparer.compare(posteriors[i], posteriors[i + 1]));
            auto const a = static_cast<Index>(i), b = a + 1;
            auto& truth = truths.emplace_back();
            for (Index j = 0; j < m; ++j) truth.push_back(domain.factors(a, j) - domain.factors(b, j));
            for (Index j = 0; j < d; ++j) truth.push_back(domain.noise_free(a, j) - domain.noise_free(b, j));
        }
    }
    std::vector<std::vector<Difference>*> all;
    for (auto& pair : pairs) all.push_back(&pair);
    set_rates(all);
    for (std::size_t p = 0; p < pairs.size(); ++p)
        for (std::size_t q = 0; q < truths[p].size(); ++q) {
            bool const is_factor = static_cast<Index>(q) < m;
            auto const& difference = pairs[p][q];
            shares[is_factor ? differences_of_factors : differences_of_scores].add(difference.low <= truths[p][q] &&
                                                                                   truths[p][q] <= difference.high);
            auto const verdict = verdict_of(difference, told_rate);
            if (verdict == Verdict::open) continue;
            shares[is_factor ? signs_of_factors : signs_of_scores].add((verdict == Verdict::better) !=
                                                                       (truths[p][q] > 0));
        }
}

/// \returns effects of factors less the true ones, in standard errors
std::vector<double> look_at_effects(StoredModel const& model, Simulated const& board,
                                    std::vector<Models> const& domains, Matrix const& true_weights, Shares& shares)
{
    TreatedModels treated;
    std::vector<std::string> values;
    treated.scores.resize(board.complete.rows(), board.complete.cols());
    Index next = 0;
    for (auto const& domain : domains)
        for (std::size_t i = 0; i < domain.rows.size(); ++i) {
            treated.scores.row(next++) = domain.scores.row(static_cast<Index>(i));
            treated.domains.push_back(static_cast<Index>(domain.domain));
            values.push_back(
                std::get<std::vector<std::string>>(board.treated.values)[static_cast<std::size_t>(domain.rows[i])]);
        }
    treated.treatment = {"treated", std::move(values)};
    auto const found = treatment_effects(model, treated);
    double const sign = found.reference == "no" ? 1 : -1;
    Vector const on_factors = true_weights * board.effect;
    std::vector<double> errors;
    Index const m = model.factors();
    for (auto const& effect : found.effects) {
        bool const is_factor = effect.quantity < m;
        double const truth = sign * (is_factor ? on_factors[effect.quantity] : board.effect[effect.quantity - m]);
        auto const& interval = effect.effect;
        shares[is_factor ? effects_on_factors : effects_on_benchmarks].add(interval.low <= truth &&
                                                                           truth <= interval.high);
        if (is_factor) errors.push_back(sign * (interval.estimate - truth) / interval.standard_error);
        // All that the treatment does to benchmarks is through the factors, by construction.
        if (!is_factor) shares[through].add(effect.through.low <= truth && truth <= effect.through.high);
    }
    return errors;
}

/// seed, title, whether the flag is right and decided, "part/whole" of each column, mean error of effects, outcome.
std::string line_of(SimulationOptions const& options, std::int64_t bootstrap, std::string const& title)
{
    auto const board = simulated(options);
    Setting setting{.domains = board.scores.truth->domains, .factors = static_cast<int>(options.factors)};
    setting.noise = NoiseModel::aware;
    FinishedRun const run(board.scores, setting, {.bootstrap = bootstrap}, options.seed);
    auto line = fmt::format("{},{}", title, options.seed);
    if (auto const problem = run.problem(nullptr); !problem.empty())
        return fmt::format("{},0,0{:,>{}},,failed: {}", line, "", columns.size(), problem);
    auto const model = read_stored_model(run.results, setting_name(setting));
    RecordView const estimate(run.layout(), run.estimate.values);
    auto const truth = true_record(run.layout(), options, *board.scores.truth, labels_of(estimate));
    RecordView const true_view(run.layout(), truth);
    bool const right =
        flag_angles(estimate.matrix("unmixing", 0), board.scores.truth->unmixing).maxCoeff() <= same_flag_degrees;
    using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
    Matrix const true_weights =
        Eigen::Map<RowMajor const>(true_view.values("factor_weights").data(), options.factors, board.complete.cols());
    auto const domains = models_by_domain(board, model, true_weights);
    Shares shares;
    for (auto const& domain : domains) look_at_profiles(model, domain, shares);
    look_at_comparisons(model, domains, shares);
    auto const errors = look_at_effects(model, board, domains, true_weights, shares);
    line += fmt::format(",{},{}", right ? 1 : 0, model.decided ? 1 : 0);
    for (auto const& share : shares) line += fmt::format(",{}/{}", share.part, share.whole);
    return line + fmt::format(",{:.4f},done", fmt::join(errors, " "));
}

std::vector<std::int64_t> sizes_of(std::string const& text)
{
    std::vector<std::int64_t> sizes;
    std::istringstream words(text);
    for (std::string word; std::getline(words, word, ',');) sizes.push_back(std::stoll(word));
    return sizes;
}

int run(StudyArguments const& arguments)
{
    SimulationOptions options;
    options.design = Design::parametric;
    options.missing = arguments.real("missing").value_or(0);
    if (auto const sizes = arguments.text("sizes"); !sizes.empty()) options.sizes = sizes_of(sizes);
    auto const bootstrap = arguments.number("bootstrap", 0, 0);
    auto const first = arguments.number("first", 1, 0), count = arguments.number("count", 100, 0);
    auto const file = arguments.text("out");
    if (file.empty()) throw UsageError("there is nowhere to write to", {}, "give --out FILE");
    prepare_study_rows(file);
    auto const title =
        fmt::format("missing {} resamples {} sizes {}", options.missing, bootstrap, fmt::join(options.sizes, " "));
    std::set<std::string> done;
    for (auto const& fields : read_study_rows({file}))
        if (fields.size() > 1) done.insert(fields[0] + "," + fields[1]);
    std::ofstream out(file, std::ios::app);
    for (std::int64_t i = 0; i < count; ++i) {
        options.seed = static_cast<std::uint64_t>(first + i);
        if (done.contains(fmt::format("{},{}", title, options.seed))) continue;
        out << line_of(options, bootstrap, title) << std::endl;
        if (!out) throw OutputError("cannot write " + file);
    }
    return 0;
}

std::string mean_text(std::vector<double> const& values)
{
    if (values.empty()) return "none";
    auto const mean = mean_of_data_sets(values);
    return values.size() < 2 ? fmt::format("{:.3f}", mean.value)
                             : fmt::format("{:.3f} (se {:.3f})", mean.value, mean.standard_error);
}

int summarise(StudyArguments const& arguments)
{
    constexpr std::size_t first_share = 4;
    std::map<std::string, std::map<std::string, std::vector<std::string>>> studies; // by title and seed
    for (auto const& fields : read_study_rows(arguments.files)) {
        if (fields.size() != first_share + columns.size() + 2)
            throw InvalidInput("this is not a line of a profile study", fmt::format("{}", fmt::join(fields, ",")));
        studies[fields[0]].emplace(fields[1], fields);
    }
    for (auto const& [title, rows] : studies) {
        fmt::print("{}: {} data sets\n\n| share | all that were fitted | flag right | flag right and decided "
                   "|\n|---|---|---|---|\n",
                   title, rows.size());
        for (std::size_t c = 0; c <= columns.size(); ++c) {
            std::array<std::vector<double>, 3> values;
            for (auto const& [seed, fields] : rows) {
                if (fields.back() != "done") continue;
                std::vector<double> found;
                std::istringstream words(fields[first_share + c]);
                if (c < columns.size()) {
                    double part = 0, whole = 0;
                    char slash = 0;
                    if (words >> part >> slash >> whole && whole > 0) found.push_back(part / whole);
                } else {
                    for (double error = 0; words >> error;) found.push_back(error);
                }
                bool const right = fields[2] == "1", decided = fields[3] == "1";
                for (double const value : found) {
                    values[0].push_back(value);
                    if (right) values[1].push_back(value);
                    if (right && decided) values[2].push_back(value);
                }
            }
            fmt::print("| {} | {} | {} | {} |\n",
                       c < columns.size() ? columns[c] : "mean error of effects on factors, standard errors",
                       mean_text(values[0]), mean_text(values[1]), mean_text(values[2]));
        }
        fmt::print("\n");
    }
    return 0;
}

int study(std::vector<std::string> const& command)
{
    auto const arguments =
        parse_study(command, {"run", "summarise"}, {"first", "count", "missing", "bootstrap", "sizes", "out"});
    return arguments.action == "summarise" ? summarise(arguments) : run(arguments);
}

} // namespace
} // namespace exahca

int main(int argc, char** argv) { return exahca::run_study("profile_study", argc, argv, exahca::study); }
