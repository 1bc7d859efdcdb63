#pragma once

#include "exahca/io/csv_import.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace exahca {

/// The columns of a long table: one score a line.
struct LongColumns
{
    std::string model;
    /// Or several, with + between them, where no column is called so: "task+metric" makes benchmarks such as
    /// "arc acc_norm".
    std::string benchmark;
    std::string score;
};

/// Turns a long table, as most stores of results export, into a score matrix: benchmarks in the order in which they
/// appear first, models likewise. What is said of numbers and missing scores in csv_import.hpp holds here, too; a score
/// that stands nowhere is missing. Of several scores of one model on one benchmark the mean is taken, and they are
/// counted; a column that tells them apart is named (CsvImportResult::told_apart). CsvImportOptions::score_columns and
/// excluded name benchmarks.
///
/// \throws InvalidInput  as import_csv does, and for a model with two base models
[[nodiscard]] CsvImportResult import_long(std::string const& path, LongColumns const& columns,
                                          CsvImportOptions const& options = {});
[[nodiscard]] CsvImportResult import_long_text(std::string_view content, std::string const& name,
                                               LongColumns const& columns, CsvImportOptions const& options = {});

/// Turns files of results in JSON into a score matrix: those of lm-evaluation-harness (`results_*.json`, an object with
/// `results`) and those of the schema Every Eval Ever (an object with `model_info` and `evaluation_results`).
///
/// lm-evaluation-harness: the model is `model_name`, else `pretrained` in `config`, else `model`. A benchmark is a
/// task; one that is part of a group with scores of its own is left out. Its metric is `metric` where the task has it,
/// else the first there is of acc_norm, acc, exact_match, f1 and then by name; results with the filter "none" come
/// first. Every Eval Ever: the model is its `id`, a benchmark an `evaluation_name`, with the data set's name before it
/// where several share one. Scores that are shares by their metric, or lie between 0 and 1 by their `metric_config`,
/// are stored in per cent. Of several results of one model on one benchmark the latest counts.
///
/// \param path    a file, or a folder: every *.json in it and below; files of other kinds are counted
/// \param metric  empty: none is preferred
/// \throws InvalidInput  when a file is no JSON, none is of a known kind, and as import_csv does
[[nodiscard]] CsvImportResult import_results(std::string const& path, std::string const& metric = {},
                                             CsvImportOptions const& options = {});
[[nodiscard]] CsvImportResult import_results_text(std::string_view content, std::string const& name,
                                                  std::string const& metric = {}, CsvImportOptions const& options = {});

/// Records in JSON as a table with commas: one row an object, its members the columns in the order in which they appear
/// first; those of an object inside are called "scores.arc". A member that is missing or null is an empty cell.
///
/// \throws InvalidInput  for what is no JSON; of JSON Lines (an object a line) also for a line that is no object
[[nodiscard]] std::string csv_of_json_lines(std::string_view content, std::string const& name);

/// All of a file, or of standard input ("-"), compressed or not. \throws InvalidInput  when it cannot be read
[[nodiscard]] std::string read_whole_input(std::string const& path);

struct JsonTable
{
    std::string csv;
    std::string name; ///< for messages
    std::string note; ///< how an object was taken for a table, a line for the user; or empty
};
/// The table in an array: objects are its rows; of lists the first is the header; of several tables, as HELM's pages
/// take them (each an object with `header` and `rows`), the first is taken.
/// \returns nothing where there is none, or where these are results that import_results knows
/// \throws InvalidInput  for what is no JSON, and for a list that is shorter or longer than the header
[[nodiscard]] std::optional<JsonTable> csv_of_json_array(std::string_view content, std::string const& name);
/// The table in an object: rows by the model's name, {"model-a": {"IFEval": 45.1}}; columns, with numbered rows or as
/// lists, or a header and rows that are lists, as pandas writes them; or the one member that is such a table or a list
/// of rows. Several objects, one a line, count as JSON Lines. \returns, \throws  as csv_of_json_array
[[nodiscard]] std::optional<JsonTable> csv_of_json_object(std::string_view content, std::string const& name);

/// The table in a file of JSON Lines (*.jsonl, *.ndjson), in one of records or in an object (*.json), compressed or
/// not. \returns nothing for other files
[[nodiscard]] std::optional<JsonTable> read_json_table(std::string const& path);

} // namespace exahca
