#include "exahca/io/csv_import.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "io/csv_table.hpp"
#include "io/file_bytes.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <optional>
#include <set>

namespace exahca {
namespace {

constexpr std::size_t example_count = 10;
constexpr char const* score_remedy = "fix it, or drop such rows with --missing drop";

using io::CsvRow;
using io::CsvTable;

/// The whole text as a number, with a point whatever the locale. May be infinite or NaN.
std::optional<double> parse_number(std::string_view text)
{
    if (text.starts_with('+') && !text.starts_with("+-")) text.remove_prefix(1);
    double value = 0;
    auto const* const end = text.data() + text.size();
    auto const [stop, error] = std::from_chars(text.data(), end, value);
    if (text.empty() || error != std::errc{} || stop != end) return {};
    return value;
}

/// Whether a field says that there is no number.
bool says_missing(std::string_view field)
{
    static std::set<std::string, std::less<>> const words{"",     "na",      "n/a", "nan", "null",
                                                          "none", "missing", "-",   ".",   "?"};
    std::string word(field);
    std::transform(word.begin(), word.end(), word.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return words.contains(word);
}

std::string shortened(std::string const& text)
{
    constexpr std::size_t longest = 60;
    if (text.size() <= longest) return text;
    auto end = longest;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end; // not inside a character
    return text.substr(0, end) + "...";
}

struct Columns
{
    std::size_t model;
    std::size_t domain;
    std::vector<std::size_t> scores;
};

class Importer
{
public:
    Importer(CsvTable const& table, std::string const& name, CsvImportOptions const& options)
        : table_(table), name_(name), options_(options), columns_(choose_columns())
    {
    }

    CsvImportResult import()
    {
        note_ignored_columns();
        auto& matrix = result_.matrix;
        for (auto const column : columns_.scores) matrix.benchmarks.push_back(table_.header[column]);
        result_.rows_read = std::ssize(table_.rows);
        for (auto const& row : table_.rows) add_row(row);
        if (matrix.models.empty())
            throw InvalidInput(fmt::format("{} has no usable rows", name_),
                               fmt::format("{} were dropped", result_.rows_dropped + result_.rows_without_scores),
                               "check the score columns");
        auto const count = static_cast<Index>(columns_.scores.size());
        matrix.scores.resize(std::ssize(matrix.models), count);
        for (Index i = 0; i < matrix.scores.rows(); ++i)
            for (Index j = 0; j < count; ++j) matrix.scores(i, j) = values_[static_cast<std::size_t>(i * count + j)];
        check_columns();
        return std::move(result_);
    }

private:
    /// A benchmark without any score says nothing, and no estimator can do with one.
    void check_columns() const
    {
        auto const& scores = result_.matrix.scores;
        std::vector<std::string> empty;
        for (Index j = 0; j < scores.cols(); ++j)
            if (scores.col(j).array().isNaN().all())
                empty.push_back(result_.matrix.benchmarks[static_cast<std::size_t>(j)]);
        if (!empty.empty())
            throw InvalidInput(fmt::format("{} has no score in column {}", name_, join_names(empty, ", ")), {},
                               "name the other columns with --scores");
    }

    std::size_t find_column(std::string const& wanted, char const* option) const
    {
        auto const found = std::find(table_.header.begin(), table_.header.end(), wanted);
        if (found == table_.header.end())
            throw InvalidInput(fmt::format("{} has no column \"{}\"", name_, wanted),
                               fmt::format("its columns are: {}", join_names(table_.header, ", ")),
                               fmt::format("name the right one with {}", option));
        return static_cast<std::size_t>(found - table_.header.begin());
    }

    void check_header() const
    {
        std::map<std::string, std::size_t> first;
        for (std::size_t i = 0; i < table_.header.size(); ++i) {
            auto const& title = table_.header[i];
            if (title.empty()) continue;
            auto const [known, is_new] = first.emplace(title, i);
            if (!is_new)
                throw InvalidInput(fmt::format("{} has two columns \"{}\"", name_, title),
                                   fmt::format("columns {} and {}", known->second + 1, i + 1), "rename one of them");
        }
    }

    bool is_numeric(std::size_t column) const
    {
        std::size_t numbers = 0, filled = 0;
        for (auto const& row : table_.rows) {
            auto const& field = row.fields[column];
            if (says_missing(field)) continue;
            ++filled;
            if (parse_number(field)) ++numbers;
        }
        return numbers * 2 > filled;
    }

    Columns choose_columns() const
    {
        check_header();
        Columns columns{find_column(options_.model_column, "--model-column"),
                        find_column(options_.domain_column, "--domain-column"),
                        {}};
        if (columns.model == columns.domain)
            throw UsageError(fmt::format("column \"{}\" cannot hold both models and domains", options_.model_column),
                             {}, "give --model-column and --domain-column different columns");
        if (table_.rows.empty())
            throw InvalidInput(fmt::format("{} has a header and no rows", name_), {}, "export it again");
        for (auto const& wanted : options_.score_columns) {
            auto const column = find_column(wanted, "--scores");
            if (column == columns.model || column == columns.domain ||
                std::find(columns.scores.begin(), columns.scores.end(), column) != columns.scores.end())
                throw UsageError(fmt::format("column \"{}\" is named twice", wanted), {}, "name each column once");
            columns.scores.push_back(column);
        }
        if (options_.score_columns.empty())
            for (std::size_t i = 0; i < table_.header.size(); ++i)
                if (i != columns.model && i != columns.domain && !table_.header[i].empty() && is_numeric(i))
                    columns.scores.push_back(i);
        if (columns.scores.size() < 2)
            throw InvalidInput(fmt::format("{} has {} score columns", name_, columns.scores.size()),
                               "a hierarchy needs at least two", "name them with --scores A,B,...");
        return columns;
    }

    void note_ignored_columns()
    {
        for (std::size_t i = 0; i < table_.header.size(); ++i) {
            bool const used = i == columns_.model || i == columns_.domain ||
                              std::find(columns_.scores.begin(), columns_.scores.end(), i) != columns_.scores.end();
            if (!used)
                result_.ignored_columns.push_back(table_.header[i].empty() ? fmt::format("#{}", i + 1)
                                                                           : table_.header[i]);
        }
    }

    std::string place(CsvRow const& row, std::size_t column) const
    {
        return fmt::format("{} line {}, column {}", name_, row.line, table_.header[column]);
    }

    /// Why a row cannot be used; empty when it can.
    std::string defect_of(CsvRow const& row, std::vector<double>& scores) const
    {
        if (row.fields[columns_.model].empty()) return place(row, columns_.model) + ": the model has no name";
        for (auto const column : columns_.scores) {
            auto const& field = row.fields[column];
            if (options_.missing == MissingPolicy::keep && says_missing(field)) {
                scores.push_back(std::nan(""));
                continue;
            }
            if (field.empty()) return place(row, column) + ": the score is missing";
            auto const value = parse_number(field);
            if (!value) return fmt::format("{}: \"{}\" is not a number", place(row, column), shortened(field));
            if (!std::isfinite(*value))
                return fmt::format("{}: \"{}\" is not a finite number", place(row, column), shortened(field));
            scores.push_back(*value);
        }
        return {};
    }

    void add_row(CsvRow const& row)
    {
        std::vector<double> scores;
        if (auto const defect = defect_of(row, scores); !defect.empty()) {
            if (options_.missing != MissingPolicy::drop) throw InvalidInput(defect, {}, score_remedy);
            ++result_.rows_dropped;
            if (result_.dropped_examples.size() < example_count) result_.dropped_examples.push_back(defect);
            return;
        }
        if (std::all_of(scores.begin(), scores.end(), [](double score) { return std::isnan(score); })) {
            ++result_.rows_without_scores;
            return;
        }
        auto& matrix = result_.matrix;
        matrix.models.push_back(row.fields[columns_.model]);
        matrix.base_models.push_back(row.fields[columns_.domain]);
        values_.insert(values_.end(), scores.begin(), scores.end());
        if (!known_models_.insert(matrix.models.back()).second) ++result_.repeated_models;
        if (matrix.base_models.back().empty()) ++result_.rows_without_domain;
        result_.scores_out_of_range +=
            std::count_if(scores.begin(), scores.end(), [](double score) { return score < 0 || score > 100; });
    }

    CsvTable const& table_;
    std::string const& name_;
    CsvImportOptions const& options_;
    Columns const columns_;
    CsvImportResult result_;
    std::vector<double> values_; // row-major
    std::set<std::string> known_models_;
};

} // namespace

CsvImportResult import_csv_text(std::string_view content, std::string const& name, CsvImportOptions const& options)
{
    auto const table = io::parse_csv(content, name);
    return Importer(table, name, options).import();
}

CsvImportResult import_csv(std::string const& path, CsvImportOptions const& options)
{
    auto const bytes = io::read_whole_file(path);
    return import_csv_text({reinterpret_cast<char const*>(bytes.data()), bytes.size()}, path, options);
}

} // namespace exahca
