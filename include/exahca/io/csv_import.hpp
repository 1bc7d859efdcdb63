#pragma once

#include "exahca/model/kept_column.hpp"
#include "exahca/model/missing_report.hpp"
#include "exahca/model/score_matrix.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// What happens to a row in which a chosen score, or the model's name, is missing or unusable.
///
/// A score is missing where the field is empty or says so: NA, N/A, NaN, null, none, missing, "-", ".", "?", \#N/A and
/// what else spreadsheets and statistics programs write, in small or capital letters.
enum class MissingPolicy {
    keep,   ///< missing scores are kept as such, NaN; a row without any is left out and counted; anything else in the
            ///< place of a number, or a model without name, is an error that names line, column and value
    drop,   ///< the row is left out and counted
    refuse, ///< the first such row is an error that names line, column and value
};

/// The texts of one row that say what a model is.
struct RowTexts
{
    std::string_view model;
    std::string_view domain;               ///< of the domain column; empty where there is none
    std::vector<std::string_view> further; ///< of CsvImportOptions::text_columns; empty where there is no such column
};

/// A number that stands for a missing score on one benchmark.
struct BenchmarkCode
{
    std::string benchmark;
    double value = 0;
};

struct CsvImportOptions
{
    std::string model_column = "model"; ///< empty: rows have no names, and are numbered from 1 on
    std::string domain_column = "base_model";
    /// Whether a table without domain column is taken: one whose name differs in its spelling only, if there is exactly
    /// one and no domain_of; else as one whose models have no base model.
    bool domain_may_be_absent = false;
    /// Empty: every other column that has a name and is numeric, that is, where more than half of the fields that
    /// hold something are numbers. A few words do not turn a column of scores into text: they are reported.
    std::vector<std::string> score_columns;
    std::vector<std::string> excluded;        ///< names of columns, or patterns of names, that are no scores
    std::vector<std::string> excluded_models; ///< names of models, or patterns of names, whose rows are left out
    MissingPolicy missing = MissingPolicy::keep;
    std::vector<std::string> missing_codes; ///< texts and numbers that stand for a missing score, beside the usual ones
    std::vector<BenchmarkCode> benchmark_codes; ///< numbers that do so on one benchmark alone
    char delimiter = 0;                         ///< 0: comma, semicolon, tab or bar, by the header
    char decimal = 0;                           ///< '.' or ','; 0: by what each column shows
    /// How the base model of a row is found; empty: it is the text of the domain column.
    std::function<std::string(RowTexts const&)> domain_of;
    bool domain_of_names = false; ///< domain_of sees the model's name alone: a domain column is named, and not used
    std::vector<std::string> text_columns; ///< columns that domain_of wants to see, where there are such; no scores
    std::vector<std::string> kept_columns; ///< columns that are kept beside the scores; of wide tables alone
};

/// Columns whose numbers are not written as C writes them, and what was made of it.
struct NumberReading
{
    std::string dress;                ///< "decimal commas and per cent signs"
    std::string example;              ///< a cell
    double value = 0;                 ///< what it was read as
    bool is_ambiguous = false;        ///< a comma might as well be decimal, or separate thousands
    std::vector<std::string> columns; ///< in the table's order
};

/// Why a column is not used.
enum class IgnoreReason {
    unnamed,
    excluded,          ///< by CsvImportOptions::excluded
    not_chosen,        ///< not among CsvImportOptions::score_columns
    tells_base_models, ///< one of CsvImportOptions::text_columns
    beside,            ///< beside the columns of a long table
    empty,             ///< every field says that it is missing
    unread,            ///< many of its fields begin like numbers, and half or more of them cannot be read
    steps,             ///< its fields are words that may be steps of a scale: "agree", "often"
    text,              ///< its fields are no numbers
};
struct IgnoredColumn
{
    std::string column; ///< its name; "#3" where it has none
    IgnoreReason reason = IgnoreReason::text;
    std::string example = {};    ///< unread, steps and text: a field that is no number
    std::int64_t filled = 0;     ///< fields that hold something; -1: not counted
    std::int64_t unreadable = 0; ///< of them no numbers in the way of most of the column's
    std::string mixture = {};    ///< unread: how its numbers differ, where all are such: some with per cent signs, say
};

/// A base model that lost half of its rows or more.
struct DomainLoss
{
    std::string domain;
    std::int64_t rows = 0; ///< in the table
    std::int64_t left = 0;
};

/// Columns in which lines of one model and one benchmark differ.
struct ToldApart
{
    std::vector<std::string> columns; ///< three at most, together; empty: there are none
    std::vector<std::string> texts;   ///< the first few
    std::string long_columns;         ///< what to give --long to make a benchmark of each
};

struct CsvImportResult
{
    ScoreMatrix matrix;
    std::vector<KeptColumn> kept;   ///< in the order of CsvImportOptions::kept_columns; numbers where all cells are
    std::int64_t rows_read = 0;     ///< rows below the header that are not blank
    std::int64_t rows_excluded = 0; ///< of a wide table, by CsvImportOptions::excluded_models
    std::int64_t rows_dropped = 0;  ///< by MissingPolicy::drop
    std::int64_t rows_without_scores = 0;       ///< left out by MissingPolicy::keep: every score is missing
    std::int64_t rows_without_domain = 0;       ///< kept, with an empty base model
    std::int64_t repeated_models = 0;           ///< rows kept whose model's name stands in an earlier kept row
    std::int64_t scores_out_of_range = 0;       ///< kept, below 0 or above 100
    std::vector<IgnoredColumn> ignored_columns; ///< columns that are neither names nor scores
    std::vector<std::string> dropped_examples;  ///< the first few reasons for dropped rows, in full

    std::vector<std::string> examples_without_scores; ///< models of the first few rows_without_scores

    std::int64_t entries = -1;         ///< scores of a long table or of files of results; -1: a table
    std::int64_t repeated_entries = 0; ///< of them, those of a model and a benchmark that had one
    bool latest_counts = false;        ///< of several of one model on one benchmark; otherwise their mean is taken
    /// Where entries are repeated: a column of the long table whose texts tell all of them apart.
    ToldApart told_apart;
    std::vector<std::string> notes; ///< what else was decided, one line each
    /// Of a long table or of files of results: benchmarks that options leave out, with the reason alone.
    std::vector<IgnoredColumn> ignored_benchmarks;

    char delimiter = ',';
    std::string model_column; ///< of a wide table whose rows have names; else empty
    bool has_domain_column = true;
    /// Without one: columns with few different values, first those called as groups are ("family", "school_id"), then
    /// others of text that is no number with a unit, either, and last those whose texts begin like numbers.
    std::vector<std::string> domain_candidates;
    std::vector<NumberReading> readings;
    std::map<std::string, std::int64_t> missing_texts;   ///< how often which text stood for a missing score
    std::map<std::string, std::int64_t> no_domain_texts; ///< how often which text stood for no base model
    MissingReport missing;                               ///< before MissingPolicy::drop; rows without scores excepted
    std::vector<DomainLoss> losses;                      ///< by the base models' names
};

/// Turns a table (RFC 4180 with a delimiter of choice; UTF-8 with or without byte order mark; LF, CRLF or CR;
/// compressed with gzip or not) into a score matrix. "-" is standard input.
///
/// A column's numbers are read in the dress that more than half of them wear: with decimal commas, thousands apart, per
/// cent signs, and "± 0.5" or "(0.5)" behind them; in digits of whatever script; and without marks of notes ("49.4*")
/// where half of them or fewer have such. Whatever the locale; spaces around fields do not count. The table is read
/// twice and not held in memory, unless it comes through a pipe.
///
/// \throws InvalidInput  for a file that cannot be read, is not UTF-8, has broken quotes, rows of different lengths,
///         repeated or missing column names, no rows, fewer than two score columns, a column without any
///         score, or what MissingPolicy does not take; with line and column
[[nodiscard]] CsvImportResult import_csv(std::string const& path, CsvImportOptions const& options = {});

/// The same for content in memory; `name` stands for the path in messages.
[[nodiscard]] CsvImportResult import_csv_text(std::string_view content, std::string const& name,
                                              CsvImportOptions const& options = {});

/// "--floor C=0 has no effect: C is left out by --exclude": what is said of an option for a column, or a benchmark,
/// that another one leaves out or uses for something else. Nothing where none of this name is.
[[nodiscard]] std::optional<std::string> left_out_note(CsvImportResult const& result, std::string const& option,
                                                       std::string const& name);

/// "commas", "semicolons", "tabs", "bars", or the character in quotation marks.
[[nodiscard]] std::string delimiter_name(char delimiter);

} // namespace exahca
