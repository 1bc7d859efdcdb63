#pragma once

#include "exahca/io/csv_import.hpp"

namespace exahca {

/// The columns of a long table: one score a line.
struct LongColumns
{
    std::string model;
    std::string benchmark;
    std::string score;
};

/// Turns a long table, as most stores of results export, into a score matrix: benchmarks in the order in which they
/// appear first, models likewise. What is said of numbers and missing scores in csv_import.hpp holds here, too; a score
/// that stands nowhere is missing. Of several scores of one model on one benchmark the mean is taken, and they are
/// counted. CsvImportOptions::score_columns and excluded name benchmarks.
///
/// \throws InvalidInput  as import_csv does, and for a model with two base models
[[nodiscard]] CsvImportResult import_long(std::string const& path, LongColumns const& columns,
                                          CsvImportOptions const& options = {});
[[nodiscard]] CsvImportResult import_long_text(std::string_view content, std::string const& name,
                                               LongColumns const& columns, CsvImportOptions const& options = {});

/// Turns files of results in JSON into a score matrix: those of lm-evaluation-harness (`results_*.json`, an object with
/// `results`) and those of the schema Every Eval Ever (an object with `model_info` and `evaluation_results`).
///
/// lm-evaluation-harness: the model is `model_name`, else `pretrained` in `config`. A benchmark is a task; one that is
/// part of a group with scores of its own is left out. Its metric is `metric` where the task has it, else the first
/// there is of acc_norm, acc, exact_match, f1 and then by name; results with the filter "none" come first. Every Eval
/// Ever: the model is its `id`, a benchmark an `evaluation_name`, with the data set's name before it where several
/// share one. Scores that are shares by their metric, or lie between 0 and 1 by their `metric_config`, are stored in
/// per cent. Of several results of one model on one benchmark the latest counts.
///
/// \param path    a file, or a folder: every *.json in it and below; files of other kinds are counted
/// \param metric  empty: none is preferred
/// \throws InvalidInput  when a file is no JSON, none is of a known kind, and as import_csv does
[[nodiscard]] CsvImportResult import_results(std::string const& path, std::string const& metric = {},
                                             CsvImportOptions const& options = {});
[[nodiscard]] CsvImportResult import_results_text(std::string_view content, std::string const& name,
                                                  std::string const& metric = {}, CsvImportOptions const& options = {});

} // namespace exahca
