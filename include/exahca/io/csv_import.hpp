#pragma once

#include "exahca/model/score_matrix.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// What happens to a row in which a chosen score, or the model's name, is missing or unusable.
///
/// A score is missing where the field is empty or says so: NA, N/A, NaN, null, none, missing, "-", "." or "?", in small
/// or capital letters.
enum class MissingPolicy {
    keep,   ///< missing scores are kept as such, NaN; a row without any is left out and counted; anything else in the
            ///< place of a number, or a model without name, is an error that names line, column and value
    drop,   ///< the row is left out and counted
    refuse, ///< the first such row is an error that names line, column and value
};

struct CsvImportOptions
{
    std::string model_column = "model";
    std::string domain_column = "base_model";
    /// Empty: every other column that has a name and is numeric, that is, where more than half of the fields that
    /// hold something are numbers. A few words do not turn a column of scores into text: they are reported.
    std::vector<std::string> score_columns;
    MissingPolicy missing = MissingPolicy::keep;
};

struct CsvImportResult
{
    ScoreMatrix matrix;
    std::int64_t rows_read = 0;                ///< rows below the header that are not blank
    std::int64_t rows_dropped = 0;             ///< by MissingPolicy::drop
    std::int64_t rows_without_scores = 0;      ///< left out by MissingPolicy::keep: every score is missing
    std::int64_t rows_without_domain = 0;      ///< kept, with an empty base model
    std::int64_t repeated_models = 0;          ///< rows kept whose model's name stands in an earlier kept row
    std::int64_t scores_out_of_range = 0;      ///< kept, below 0 or above 100
    std::vector<std::string> ignored_columns;  ///< columns that are neither names nor scores; unnamed ones as "#3"
    std::vector<std::string> dropped_examples; ///< the first few reasons for dropped rows, in full
};

/// Turns a comma-separated file (RFC 4180; UTF-8 with or without byte order mark; LF, CRLF or CR) into a score matrix.
///
/// Numbers have a decimal point whatever the locale; spaces around fields do not count.
///
/// \throws InvalidInput  for a file that cannot be read, is not UTF-8, has broken quotes, rows of different lengths,
///         repeated or missing column names, no rows, fewer than two score columns, a column without any
///         score, or what MissingPolicy does not take; with line and column
[[nodiscard]] CsvImportResult import_csv(std::string const& path, CsvImportOptions const& options = {});

/// The same for content in memory; `name` stands for the path in messages.
[[nodiscard]] CsvImportResult import_csv_text(std::string_view content, std::string const& name,
                                              CsvImportOptions const& options = {});

} // namespace exahca
