#include "exahca/io/score_file.hpp"

#include "exahca/core/bytes.hpp"
#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/version.hpp"
#include "exahca/io/digest.hpp"
#include "exahca/results/coordinates.hpp"
#include "io/score_source.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace exahca {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<double> row_major(Matrix const& matrix)
{
    std::vector<double> values(static_cast<std::size_t>(matrix.size()));
    Eigen::Map<RowMajor>(values.data(), matrix.rows(), matrix.cols()) = matrix;
    return values;
}

Matrix as_matrix(double const* values, Index rows, Index columns)
{
    return Eigen::Map<RowMajor const>(values, rows, columns);
}

std::vector<std::int64_t> shape_of(Matrix const& matrix) { return {matrix.rows(), matrix.cols()}; }

void add_truth(DataGroup& root, SimulationTruth const& truth)
{
    auto& group = root.group("truth");
    // Text, because a seed may need all of its 64 bits without sign.
    group.attributes = {{"design", truth.design}, {"seed", std::to_string(truth.seed)}};
    auto const domains = static_cast<std::int64_t>(truth.domains.size());
    auto const factors = truth.loadings.cols();
    std::vector<double> mixing;
    for (auto const& matrix : truth.mixing) {
        auto const values = row_major(matrix);
        mixing.insert(mixing.end(), values.begin(), values.end());
    }
    group.add({"domain", {"domain"}, {domains}, truth.domains, "", "simulated base models"});
    group.add({"loadings",
               {"benchmark", "factor"},
               shape_of(truth.loadings),
               row_major(truth.loadings),
               "percent",
               "G: score points per unit of a factor, first factor of the causal order first"});
    group.add({"unmixing",
               {"level", "benchmark"},
               shape_of(truth.unmixing),
               row_major(truth.unmixing),
               "1",
               "H: orthonormal rows, level 1 first"});
    group.add({"mixing",
               {"domain", "level", "source_level"},
               {domains, factors, factors},
               std::move(mixing),
               "1",
               "inverse of B_k: factors from sources, both in levels"});
}

void check_names(io::ScoreSource const& source, ScoreMatrix const& matrix)
{
    if (matrix.models.empty()) source.complain("there are no models", "\"model\" is empty");
    if (matrix.benchmarks.size() < 2)
        source.complain(fmt::format("there are {} benchmarks", matrix.benchmarks.size()),
                        "a hierarchy needs at least two");
    std::set<std::string> known;
    for (auto const& name : matrix.benchmarks) {
        if (name.empty()) source.complain("a benchmark has no name", "\"benchmark\" holds an empty text");
        if (!known.insert(name).second)
            source.complain(fmt::format("two benchmarks are named \"{}\"", name), {}, "rename one");
    }
    for (std::size_t i = 0; i < matrix.models.size(); ++i)
        if (matrix.models[i].empty()) source.complain(fmt::format("model[{}] has no name", i), "it is an empty text");
    if (matrix.base_models.size() != matrix.models.size())
        source.complain("\"base_model\" does not fit \"model\"",
                        fmt::format("{} names for {} models", matrix.base_models.size(), matrix.models.size()),
                        "give one per model, empty where unknown");
}

void check_scores(io::ScoreSource const& source, ScoreMatrix const& matrix, io::ScoreSource::Numbers const& scores)
{
    auto const models = static_cast<std::int64_t>(matrix.models.size());
    auto const benchmarks = static_cast<std::int64_t>(matrix.benchmarks.size());
    if (scores.shape != std::vector{models, benchmarks}) {
        bool const transposed = scores.shape == std::vector{benchmarks, models};
        source.complain("\"scores\" does not fit its names",
                        fmt::format("it is {} x {} for {} models and {} benchmarks", scores.shape[0], scores.shape[1],
                                    models, benchmarks),
                        transposed ? "store it transposed: one row per model" : "");
    }
    for (std::size_t i = 0; i < scores.values.size(); ++i)
        if (std::isinf(scores.values[i])) {
            auto const row = i / matrix.benchmarks.size(), column = i % matrix.benchmarks.size();
            source.complain(fmt::format("scores[{}, {}] is {}", row, column, scores.values[i]),
                            fmt::format("model {}, benchmark {}", matrix.models[row], matrix.benchmarks[column]),
                            "store NaN where a score is missing");
        }
}

/// A number for each benchmark, NaN for those that `is_known` does not take.
template <class IsKnown>
Variable benchmark_numbers(char const* name, auto const& numbers, char const* units, char const* text,
                           IsKnown const& is_known)
{
    std::vector<double> values;
    for (double const value : numbers) values.push_back(is_known(value) ? value : std::nan(""));
    auto const count = std::ssize(values);
    return {name, {"benchmark"}, {count}, std::move(values), units, text};
}

void add_kept(DataGroup& root, std::vector<KeptColumn> const& kept)
{
    if (kept.empty()) return;
    auto& group = root.group("kept");
    std::vector<std::string> names;
    for (auto const& column : kept) names.push_back(column.name);
    group.add({"column", {"column"}, {std::ssize(names)}, names, "", "columns of the table that are kept"});
    for (std::size_t c = 0; c < kept.size(); ++c) // a column's name may hold what a dataset's cannot
        std::visit(
            [&](auto const& values) {
                group.add(
                    {fmt::format("{}_{}", kept[c].is_number() ? "number" : "text", c + 1),
                     {"model"},
                     {std::ssize(values)},
                     values,
                     kept[c].is_number() ? "1" : "",
                     fmt::format("{}; {} where it is missing", kept[c].name, kept[c].is_number() ? "NaN" : "empty")});
            },
            kept[c].values);
}

void add_column_facts(DataGroup& root, ScoreMatrix const& matrix)
{
    auto const is_finite = [](double value) { return std::isfinite(value); };
    if (matrix.bounds) {
        // An end that is missing is worth a statement only where the scores look otherwise: they may be changed yet.
        auto const shown = detect_bounds(matrix);
        auto const add = [&](char const* name, Vector const& stated, Vector const& seen, char const* text) {
            Vector const told = (stated.array().isInf() && seen.array().isInf()).select(std::nan(""), stated);
            root.add(benchmark_numbers(name, told, "percent", text, [](double value) { return !std::isnan(value); }));
        };
        add("floor", matrix.bounds->floor, shown.floor,
            "lowest score that can be told from lower ones; -inf: none; NaN: what the scores show");
        add("ceiling", matrix.bounds->ceiling, shown.ceiling,
            "highest score that can be told from higher ones; inf: none; NaN: what the scores show");
    }
    if (matrix.items.count.empty()) return;
    root.add(benchmark_numbers("items", matrix.items.count, "1",
                               "independent items that the score is the mean of; NaN: unknown",
                               [](double count) { return count > 0; }));
    root.add(benchmark_numbers("item_share", matrix.items.share, "1",
                               "share of the items' binomial variance that counts as noise; NaN: unknown", is_finite));
    if (!matrix.items.chance.empty())
        root.add(benchmark_numbers("item_chance", matrix.items.chance, "1",
                                   "share of the items that guessing solves, where the score is 0", is_finite));
}

/// Numbers for each benchmark; nothing when the file has no such dataset.
std::vector<double> read_benchmark_numbers(io::ScoreSource const& source, std::string const& name,
                                           std::size_t benchmarks)
{
    if (!source.has(name)) return {};
    auto numbers = source.numbers(name, 1);
    if (numbers.values.size() != benchmarks)
        source.complain(fmt::format("\"{}\" does not fit \"benchmark\"", name),
                        fmt::format("it has {} values for {} benchmarks", numbers.values.size(), benchmarks),
                        "give one per benchmark, NaN where there is none");
    return std::move(numbers.values);
}

/// Those that are stated; where nothing is, those that the scores show.
Vector bounds_from(std::vector<double> const& values, Vector bounds)
{
    for (std::size_t j = 0; j < values.size(); ++j)
        if (!std::isnan(values[j])) bounds[static_cast<Index>(j)] = values[j];
    return bounds;
}

void read_bounds(io::ScoreSource const& source, ScoreMatrix& matrix)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    auto const count = matrix.benchmarks.size();
    auto const floors = read_benchmark_numbers(source, "floor", count);
    auto const ceilings = read_benchmark_numbers(source, "ceiling", count);
    if (floors.empty() && ceilings.empty()) return; // nobody has said: the scores show them
    auto const shown = detect_bounds(matrix);
    matrix.bounds = ScoreBounds{bounds_from(floors, shown.floor), bounds_from(ceilings, shown.ceiling)};
    for (std::size_t j = 0; j < count; ++j) {
        auto const column = static_cast<Index>(j);
        double const floor = matrix.bounds->floor[column], ceiling = matrix.bounds->ceiling[column];
        if (!(floor < ceiling) || floor == infinity || ceiling == -infinity)
            source.complain(fmt::format("the scale of {} goes from {} to {}", matrix.benchmarks[j], floor, ceiling),
                            "its floor has to lie below its ceiling", "store -inf or inf for one that is not there");
    }
}

void read_items(io::ScoreSource const& source, ScoreMatrix& matrix)
{
    auto const count = matrix.benchmarks.size();
    auto items = read_benchmark_numbers(source, "items", count);
    if (items.empty()) return;
    auto shares = read_benchmark_numbers(source, "item_share", count);
    shares.resize(count, std::nan(""));
    auto chances = read_benchmark_numbers(source, "item_chance", count);
    for (std::size_t j = 0; j < chances.size(); ++j) {
        if (std::isnan(chances[j])) chances[j] = 0;
        if (!(chances[j] >= 0 && chances[j] < 1))
            source.complain(
                fmt::format("guessing solves a share of {} of {}'s items", chances[j], matrix.benchmarks[j]),
                "it lies between 0 and below 1", "store 0 where scores are shares of solved items");
    }
    for (std::size_t j = 0; j < count; ++j) {
        if (std::isnan(items[j])) items[j] = 0;
        if (std::isnan(shares[j])) shares[j] = usual_item_share;
        if (!std::isfinite(items[j]) || (items[j] != 0 && items[j] < 1) || shares[j] < 0 || shares[j] > 1)
            source.complain(
                fmt::format("{} has {} items, of whose noise {} counts", matrix.benchmarks[j], items[j], shares[j]),
                "there are 1 or more, and the share lies between 0 and 1", "store NaN where it is unknown");
    }
    matrix.items = {std::move(items), std::move(shares), std::move(chances)};
}

std::uint64_t parse_seed(io::ScoreSource const& source, std::string const& text)
{
    std::uint64_t seed = 0;
    auto const end = text.data() + text.size();
    if (std::from_chars(text.data(), end, seed).ptr != end || text.empty())
        source.complain("truth: the seed is not a number", fmt::format("\"{}\"", text));
    return seed;
}

std::string text_or_empty(DataGroup const& attributes, std::string_view name)
{
    auto const* value = attributes.find_attribute(name);
    auto const* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? std::string() : *text;
}

SimulationTruth read_truth(io::ScoreSource const& source, std::size_t benchmark_count)
{
    auto const attributes = source.attributes("truth");
    SimulationTruth truth;
    truth.design = text_or_empty(attributes, "design");
    truth.seed = parse_seed(source, text_or_empty(attributes, "seed"));
    truth.domains = source.texts("truth/domain");
    auto const loadings = source.numbers("truth/loadings", 2);
    auto const unmixing = source.numbers("truth/unmixing", 2);
    auto const mixing = source.numbers("truth/mixing", 3);
    auto const benchmarks = static_cast<std::int64_t>(benchmark_count);
    auto const factors = loadings.shape[1];
    auto const domains = static_cast<std::int64_t>(truth.domains.size());
    if (factors < 1 || factors > benchmarks || loadings.shape[0] != benchmarks ||
        unmixing.shape != std::vector{factors, benchmarks} || mixing.shape != std::vector{domains, factors, factors})
        source.complain("the arrays in \"truth\" do not fit each other", {}, "simulate the file again");
    for (auto const* array : {&loadings, &unmixing, &mixing})
        for (double const value : array->values)
            if (!std::isfinite(value))
                source.complain("\"truth\" holds a value that is not finite", {}, "simulate the file again");
    truth.loadings = as_matrix(loadings.values.data(), benchmarks, factors);
    truth.unmixing = as_matrix(unmixing.values.data(), factors, benchmarks);
    for (std::int64_t k = 0; k < domains; ++k)
        truth.mixing.push_back(as_matrix(mixing.values.data() + k * factors * factors, factors, factors));
    return truth;
}

/// \param models, base_models, scores  the values of these three, which are large: copies of the matrix's, or its own
DataGroup tree_of(ScoreMatrix const& matrix, std::vector<KeptColumn> const& kept, std::vector<std::string> models,
                  std::vector<std::string> base_models, std::vector<double> scores)
{
    auto const model_count = std::ssize(models);
    auto const benchmarks = static_cast<std::int64_t>(matrix.benchmarks.size());
    EXAHCA_EXPECT(matrix.scores.rows() == model_count && matrix.scores.cols() == benchmarks);
    DataGroup root;
    root.attributes = {{"filetype", std::string(score_filetype)},
                       {"format_version", std::vector{score_format.major, score_format.minor}},
                       {"exahca_version", std::string(version())},
                       {"Conventions", std::string("CF-1.10")},
                       {"complete", std::int64_t{1}}};
    root.add({"model", {"model"}, {model_count}, std::move(models), "", "names of the models, not necessarily unique"});
    root.add({"benchmark", {"benchmark"}, {benchmarks}, matrix.benchmarks, "", "names of the benchmarks"});
    root.add({"base_model",
              {"model"},
              {model_count},
              std::move(base_models),
              "",
              "base model of each model, empty where unknown"});
    Variable table{"scores",
                   {"model", "benchmark"},
                   {model_count, benchmarks},
                   std::move(scores),
                   "percent",
                   "benchmark scores; NaN where missing"};
    // Scores that are written row by row later leave the variable without values, which `add` would not take.
    if (std::get<std::vector<double>>(table.values).empty())
        root.variables.push_back(std::move(table));
    else
        root.add(std::move(table));
    add_column_facts(root, matrix);
    add_kept(root, kept);
    if (matrix.truth) add_truth(root, *matrix.truth);
    add_missing_coordinates(root);
    return root;
}

/// Of a table from this size on memory is to hold no second copy, and compression would take most of the time.
constexpr Index large_table = Index{1} << 20;

} // namespace

DataGroup scores_as_tree(ScoreMatrix const& matrix)
{
    return tree_of(matrix, {}, matrix.models, matrix.base_models, row_major(matrix.scores));
}

ScoreMatrix read_complete_scores(std::string const& path)
{
    auto matrix = read_scores(path);
    auto const missing = count_missing(matrix);
    if (missing.scores == 0) return matrix;
    throw InvalidInput(fmt::format("{}: {} missing in {}, the first is benchmark {} of model {} (row {})", path,
                                   missing.scores == 1 ? "1 score is" : fmt::format("{} scores are", missing.scores),
                                   missing.models == 1 ? "1 model" : fmt::format("{} models", missing.models),
                                   matrix.benchmarks[static_cast<std::size_t>(missing.first_benchmark)],
                                   matrix.models[static_cast<std::size_t>(missing.first_model)], missing.first_model),
                       "every score of a model is needed here",
                       "leave these models out: exahca import --missing drop does so with a CSV file");
}

void write_scores(std::string const& path, ScoreMatrix const& matrix) { write_tree(path, scores_as_tree(matrix)); }

void write_scores(std::string const& path, ScoreMatrix&& matrix, std::vector<KeptColumn> const& kept)
{
    if (matrix.scores.size() < large_table) {
        write_tree(path, tree_of(matrix, kept, matrix.models, matrix.base_models, row_major(matrix.scores)));
        return;
    }
    auto const fill = [&](std::int64_t first, std::int64_t count, double* rows) {
        Eigen::Map<RowMajor>(rows, count, matrix.scores.cols()) = matrix.scores.middleRows(first, count);
    };
    write_large_tree(path, tree_of(matrix, kept, std::move(matrix.models), std::move(matrix.base_models), {}),
                     {"scores", fill});
}

ScoreMatrix read_scores(std::string const& path)
{
    io::ScoreSource const source(path);
    auto const attributes = source.attributes();
    if (attributes.find_attribute("filetype") != nullptr)
        check_file_kind(attributes, path, score_filetype, score_format, oldest_score_major);
    ScoreMatrix matrix;
    matrix.models = source.texts("model");
    matrix.benchmarks = source.texts("benchmark");
    matrix.base_models = source.texts("base_model");
    check_names(source, matrix);
    auto const scores = source.numbers("scores", 2);
    check_scores(source, matrix, scores);
    matrix.scores = as_matrix(scores.values.data(), static_cast<Index>(matrix.models.size()),
                              static_cast<Index>(matrix.benchmarks.size()));
    // One NaN for all, so that the fingerprint does not depend on who wrote it.
    matrix.scores = matrix.scores.unaryExpr([](double score) { return std::isnan(score) ? std::nan("") : score; });
    read_bounds(source, matrix);
    read_items(source, matrix);
    if (source.has("truth")) matrix.truth = read_truth(source, matrix.benchmarks.size());
    return matrix;
}

std::vector<KeptColumn> read_kept_columns(std::string const& path)
{
    io::ScoreSource const source(path);
    std::vector<KeptColumn> kept;
    if (!source.has("kept")) return kept;
    auto const models = source.texts("model").size();
    for (auto& name : source.texts("kept/column")) {
        auto const number = fmt::format("kept/number_{}", kept.size() + 1),
                   text = fmt::format("kept/text_{}", kept.size() + 1);
        KeptColumn column{std::move(name), {}};
        if (source.has(number))
            column.values = source.numbers(number, 1).values;
        else
            column.values = source.texts(text);
        if (auto const size = std::visit([](auto const& values) { return values.size(); }, column.values);
            size != models)
            source.complain(fmt::format("the kept column \"{}\" does not fit \"model\"", column.name),
                            fmt::format("it has {} values for {} models", size, models), "give one per model");
        kept.push_back(std::move(column));
    }
    return kept;
}

std::string fingerprint(ScoreMatrix const& matrix)
{
    ByteWriter content;
    for (auto const* names : {&matrix.models, &matrix.benchmarks, &matrix.base_models}) {
        content.put(static_cast<std::uint64_t>(names->size()));
        for (auto const& name : *names) content.put_string(name);
    }
    content.put_span(std::span<double const>(row_major(matrix.scores)));
    // What the scores show by themselves is no content of its own: a file with it and one without are the same data.
    if (matrix.bounds && !(*matrix.bounds == detect_bounds(matrix)))
        for (auto const* bounds : {&matrix.bounds->floor, &matrix.bounds->ceiling})
            content.put_span(std::span<double const>(bounds->data(), static_cast<std::size_t>(bounds->size())));
    for (auto const* items : {&matrix.items.count, &matrix.items.share, &matrix.items.chance})
        if (!items->empty()) content.put_span(std::span<double const>(*items));
    return digest_of(content.take());
}

} // namespace exahca
