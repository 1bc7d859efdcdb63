#include "exahca/core/error.hpp"
#include "exahca/io/score_file.hpp"
#include "io/score_source.hpp"

#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <set>

namespace exahca {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

Matrix as_matrix(double const* values, Index rows, Index columns)
{
    return Eigen::Map<RowMajor const>(values, rows, columns);
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

} // namespace

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

} // namespace exahca
