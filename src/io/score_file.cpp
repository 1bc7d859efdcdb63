#include "exahca/io/score_file.hpp"

#include "exahca/core/bytes.hpp"
#include "exahca/core/check.hpp"
#include "exahca/core/version.hpp"
#include "exahca/io/digest.hpp"
#include "exahca/results/coordinates.hpp"

#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

using RowMajor = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

std::vector<double> row_major(Matrix const& matrix)
{
    std::vector<double> values(static_cast<std::size_t>(matrix.size()));
    Eigen::Map<RowMajor>(values.data(), matrix.rows(), matrix.cols()) = matrix;
    return values;
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
