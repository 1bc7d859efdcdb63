#pragma once

#include "exahca/io/csv_import.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace exahca::io {

/// The column of this name. \throws InvalidInput  naming all columns, and one that is spelled otherwise
/// \param file    for messages
/// \param remedy  what to do when there is none: "name the right one with --scores"
[[nodiscard]] std::size_t find_column(std::vector<std::string> const& header, std::string const& wanted,
                                      std::string const& file, std::string const& remedy);

/// The first column that is called as those are that name benchmarks, "dataset" or "task", where none is called as
/// those of models: perhaps each other column is a model.
[[nodiscard]] std::optional<std::string> benchmark_column(std::span<std::string const> header);

/// The first column that is called as those of scores are in long tables: "value", "score".
[[nodiscard]] std::optional<std::string> score_column(std::span<std::string const> header);

/// Advice, if there is any, before a remedy that always helps.
[[nodiscard]] std::string with_advice(std::string const& advice, std::string const& remedy);

/// The only column whose name differs from `wanted` in its spelling alone ("Base Model", base_model); nothing where
/// there is none, or several.
[[nodiscard]] std::optional<std::size_t> find_other_spelling(std::vector<std::string> const& header,
                                                             std::string const& wanted);

/// What is said of a column that was found so. \param what  it holds: "base models"
[[nodiscard]] std::string other_spelling_note(char const* what, std::string const& column, std::string const& wanted);

/// What is said where base models are parts of the models' names although a column seems to name them; else nothing.
[[nodiscard]] std::string unused_domains_note(std::vector<std::string> const& header, CsvImportOptions const& options);

/// \throws InvalidInput  when two columns have one name; columns without name do not count
void check_header(std::vector<std::string> const& header, std::string const& file);

/// Puts a space in the place of each run of line ends and tabs within the names. \returns how many names had some
std::size_t join_lines(std::vector<std::string>& header);

/// "its columns are: A, B", the first 30, and what of them differs from the name that was looked for in its spelling
/// only. \param what  "columns", "benchmarks"
[[nodiscard]] std::string name_choices(std::span<std::string const> names, std::string const& wanted, char const* what);

} // namespace exahca::io
