#include "exahca/io/csv_import.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/name_pattern.hpp"
#include "io/column_names.hpp"
#include "io/csv_table.hpp"
#include "io/import_finish.hpp"
#include "io/large_pages.hpp"
#include "io/missing_codes.hpp"
#include "io/number_text.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <optional>
#include <set>
#include <utility>

namespace exahca {
namespace {

constexpr std::size_t example_count = 10;
constexpr char const* score_remedy = "fix it, or drop such rows with --missing drop";
constexpr char const* score_or_code_remedy =
    "fix it, drop such rows with --missing drop, or say with --na that it stands for a missing score";
constexpr char const* nameless_remedy = "name it, take its line out, or drop such rows with --missing drop";
constexpr auto no_column = static_cast<std::size_t>(-1);

using io::ColumnLook;
using io::CsvRowView;
using io::NumberStyle;
using io::shortened;

struct Columns
{
    std::size_t model = 0;
    std::size_t domain = no_column;
    std::vector<std::size_t> scores;
    std::vector<std::size_t> texts; // of text_columns; no_column where there is none
};

/// What the first reading of a table finds in one column.
struct ColumnSurvey
{
    ColumnLook look;
    std::set<std::string, std::less<>> texts; // different ones, up to a limit
    bool many_texts = false;
};

class Importer
{
public:
    Importer(io::TextSource& source, std::string const& name, CsvImportOptions const& options)
        : source_(source), name_(name), options_(options), codes_(options.missing_codes)
    {
    }

    CsvImportResult import()
    {
        result_.delimiter =
            options_.delimiter != 0 ? options_.delimiter : io::detect_delimiter(source_, options_.model_column);
        survey();
        choose_scores();
        note_unused_columns();
        note_readings();
        auto& matrix = result_.matrix;
        for (auto const column : columns_.scores) matrix.benchmarks.push_back(header_[column]);
        auto const rows = static_cast<std::size_t>(result_.rows_read);
        matrix.models.reserve(rows);
        matrix.base_models.reserve(rows);
        matrix.scores.resize(static_cast<Index>(rows), std::ssize(columns_.scores));
        io::prefer_large_pages(matrix.scores.data(), static_cast<std::size_t>(matrix.scores.size()) * sizeof(double));
        io::prefer_large_pages(matrix.models.data(), rows * sizeof(std::string));
        io::prefer_large_pages(matrix.base_models.data(), rows * sizeof(std::string));
        bool is_header = true;
        io::read_csv(source_, name_, result_.delimiter, [&](CsvRowView const& row) {
            if (!std::exchange(is_header, false) && row.line != rule_line_) add_row(row);
        });
        matrix.scores.conservativeResize(std::ssize(matrix.models), Eigen::NoChange); // rows without a name
        io::finish_import(result_, states_, options_.missing, name_);
        return std::move(result_);
    }

private:
    std::size_t find_column(std::string const& wanted, char const* option) const
    {
        return io::find_column(header_, wanted, name_, fmt::format("name the right one with {}", option));
    }

    /// Everything about the columns that follows from the header alone.
    void take_header(CsvRowView const& row)
    {
        header_.assign(row.fields.begin(), row.fields.end());
        if (io::join_lines(header_) > 0) result_.notes.emplace_back("line breaks in names of columns are spaces now");
        io::check_header(header_, name_);
        columns_.model = find_column(options_.model_column, "--model-column");
        result_.has_domain_column = !options_.domain_may_be_absent ||
                                    std::find(header_.begin(), header_.end(), options_.domain_column) != header_.end();
        if (result_.has_domain_column) columns_.domain = find_column(options_.domain_column, "--domain-column");
        if (columns_.model == columns_.domain)
            throw UsageError(fmt::format("column \"{}\" cannot hold both models and domains", options_.model_column),
                             {}, "give --model-column and --domain-column different columns");
        for (auto const& text : options_.text_columns) {
            auto const found = std::find(header_.begin(), header_.end(), text);
            columns_.texts.push_back(found == header_.end() ? no_column
                                                            : static_cast<std::size_t>(found - header_.begin()));
        }
        surveys_.resize(header_.size());
        find_excluded();
    }

    void find_excluded()
    {
        excluded_.assign(header_.size(), false);
        for (auto const& wanted : options_.excluded) {
            auto const known = std::find(header_.begin(), header_.end(), wanted) != header_.end();
            bool used = false;
            for (std::size_t i = 0; i < header_.size(); ++i)
                if (header_[i] == wanted || (!known && is_name_pattern(wanted) && fits_pattern(header_[i], wanted)))
                    excluded_[i] = used = true;
            if (!used)
                throw InvalidInput(fmt::format("{} has no column \"{}\"", name_, wanted),
                                   io::name_choices(header_, wanted, "columns"),
                                   "give --exclude names, or patterns of names, that there are");
        }
    }

    /// First reading: what the columns hold.
    void survey()
    {
        io::read_csv(source_, name_, result_.delimiter, [&](CsvRowView const& row) {
            if (header_.empty()) {
                take_header(row);
                return;
            }
            if (rule_line_ == 0 && result_.rows_read == 0 && io::is_rule(row)) {
                rule_line_ = row.line;
                result_.notes.push_back(fmt::format("line {} is a rule below the header, no row", row.line));
                return;
            }
            ++result_.rows_read;
            for (std::size_t i = 0; i < header_.size(); ++i)
                if (i != columns_.model && i != columns_.domain && !header_[i].empty()) survey_cell(i, row.fields[i]);
        });
        if (result_.rows_read == 0)
            throw InvalidInput(fmt::format("{} has a header and no rows", name_), {}, "export it again");
    }

    void survey_cell(std::size_t column, std::string_view field)
    {
        auto& survey = surveys_[column];
        if (!survey.look.add_if_plain(field, codes_)) {
            if (codes_.contains(field)) return;
            survey.look.add(field);
        }
        constexpr std::size_t most = 200;
        if (result_.has_domain_column || survey.many_texts) return;
        if (survey.texts.find(field) == survey.texts.end()) survey.texts.emplace(field);
        survey.many_texts = survey.texts.size() > most;
    }

    void choose_scores()
    {
        char of_file = '.';
        bool any_point = false, any_comma = false;
        for (auto const& survey : surveys_) {
            any_point = any_point || survey.look.shows_decimal_point();
            any_comma = any_comma || survey.look.has_decimal_comma();
            if (survey.look.shows_decimal_comma()) of_file = ',';
        }
        // Who separates fields by semicolons does it for the decimal commas.
        if (result_.delimiter == ';' && any_comma && !any_point) of_file = ',';
        styles_.clear();
        for (auto const& survey : surveys_) styles_.push_back(survey.look.style(options_.decimal, of_file));
        for (auto const& wanted : options_.score_columns) {
            auto const column = find_column(wanted, "--scores");
            if (column == columns_.model || column == columns_.domain || is_score(column))
                throw UsageError(fmt::format("column \"{}\" is named twice", wanted), {}, "name each column once");
            if (excluded_[column])
                throw UsageError(fmt::format("column \"{}\" is named by --scores and by --exclude", wanted), {},
                                 "leave it out of one of them");
            columns_.scores.push_back(column);
        }
        if (options_.score_columns.empty())
            for (std::size_t i = 0; i < header_.size(); ++i)
                if (may_hold_scores(i) && !excluded_[i] &&
                    2 * surveys_[i].look.readable(styles_[i]) > surveys_[i].look.filled())
                    columns_.scores.push_back(i);
        if (columns_.scores.size() < 2)
            throw InvalidInput(fmt::format("{} has {} score column{}", name_, columns_.scores.size(),
                                           columns_.scores.size() == 1 ? "" : "s"),
                               why_so_few().empty() ? "a hierarchy needs at least two"
                                                    : "a hierarchy needs at least two; " + why_so_few(),
                               why_so_few().empty()
                                   ? "name them with --scores A,B,..., or, where each line holds one score, the "
                                     "columns with --long MODEL,BENCHMARK,SCORE"
                                   : "write them as plain numbers, such as 47.74, or name other columns "
                                     "with --scores A,B,...");
    }

    bool may_hold_scores(std::size_t column) const
    {
        bool const is_text = std::find(columns_.texts.begin(), columns_.texts.end(), column) != columns_.texts.end();
        return column != columns_.model && column != columns_.domain && !header_[column].empty() && !is_text;
    }
    bool is_score(std::size_t column) const
    {
        return std::find(columns_.scores.begin(), columns_.scores.end(), column) != columns_.scores.end();
    }

    /// A column that is no score although more than half of its cells begin like numbers.
    bool is_unread(std::size_t column) const
    {
        auto const& look = surveys_[column].look;
        return may_hold_scores(column) && !excluded_[column] && !is_score(column) &&
               2 * look.number_like() > look.filled() && look.readable(styles_[column]) < look.number_like();
    }
    std::string why_so_few() const
    {
        for (std::size_t i = 0; i < header_.size(); ++i)
            if (is_unread(i))
                return fmt::format("{} of the {} cells of {} are numbers; \"{}\" is not",
                                   surveys_[i].look.readable(styles_[i]), surveys_[i].look.filled(), header_[i],
                                   shortened(surveys_[i].look.example()));
        return {};
    }

    void note_unused_columns()
    {
        std::vector<std::string> empty;
        for (std::size_t i = 0; i < header_.size(); ++i) {
            if (i == columns_.model || i == columns_.domain || is_score(i)) continue;
            // Bars before the first field and behind the last one make no columns.
            bool const is_frame = result_.delimiter == '|' && (i == 0 || i + 1 == header_.size());
            if (header_[i].empty() && is_frame) continue;
            result_.ignored_columns.push_back(header_[i].empty() ? fmt::format("#{}", i + 1) : header_[i]);
            auto const& [look, texts, many_texts] = surveys_[i];
            if (may_hold_scores(i) && !excluded_[i] && look.filled() == 0) empty.push_back(header_[i]);
            if (is_unread(i))
                result_.unread_columns.push_back(
                    {header_[i], shortened(look.example()), look.filled(), look.readable(styles_[i])});
            // Groups are few beside the models in them.
            if (may_hold_scores(i) && !many_texts && texts.size() >= 2 && 3 * std::ssize(texts) <= result_.rows_read)
                result_.domain_candidates.push_back(header_[i]);
        }
        if (!empty.empty()) result_.notes.push_back("columns without any score: " + join_names(empty, ", "));
    }

    void note_readings()
    {
        for (auto const column : columns_.scores) {
            auto const& look = surveys_[column].look;
            auto const dress = io::dress_of(styles_[column], look);
            if (dress.empty() || look.example().empty()) continue;
            auto const value = io::read_number(look.example(), styles_[column]);
            bool const open = options_.decimal == 0 && look.is_ambiguous();
            auto const same =
                std::find_if(result_.readings.begin(), result_.readings.end(), [&](NumberReading const& known) {
                    return known.dress == dress && known.is_ambiguous == open;
                });
            if (same != result_.readings.end())
                same->columns.push_back(header_[column]);
            else
                result_.readings.push_back(
                    {dress, look.example(), value.value_or(std::nan("")), open, {header_[column]}});
        }
    }

    std::string place(CsvRowView const& row, std::size_t column) const
    {
        return fmt::format("{} line {}, column {}", name_, row.line, header_[column]);
    }

    /// Reads one cell. \returns why it is no score; empty when it is one, or when it is missing and that is no defect
    std::string read_cell(CsvRowView const& row, std::size_t column, double& score)
    {
        auto const field = row.fields[column];
        score = std::nan("");
        if (!field.empty())
            if (auto const value = io::read_number(field, styles_[column]); value && std::isfinite(*value)) {
                if (!codes_.is_code(*value)) {
                    score = *value;
                    return {};
                }
                ++result_.missing_texts[std::string(field)];
                if (options_.missing == MissingPolicy::keep) return {};
                return fmt::format("{}: \"{}\" stands for a missing score", place(row, column), field);
            }
        bool const is_missing = codes_.contains(field);
        if (is_missing) ++result_.missing_texts[std::string(field)];
        if (options_.missing == MissingPolicy::keep && is_missing) return {};
        return defect_of(row, column);
    }

    std::string defect_of(CsvRowView const& row, std::size_t column) const
    {
        auto const field = row.fields[column];
        auto const where = place(row, column);
        if (field.empty()) return where + ": the score is missing";
        if (auto const value = io::read_number(field, styles_[column]); value && !std::isfinite(*value))
            return fmt::format("{}: \"{}\" is not a finite number", where, shortened(field));
        if (codes_.contains(field)) return fmt::format("{}: \"{}\" stands for a missing score", where, field);
        if (styles_[column].is_plain()) return fmt::format("{}: \"{}\" is not a number", where, shortened(field));
        return fmt::format("{}: \"{}\" is not a number like the others of its column, such as \"{}\"", where,
                           shortened(field), shortened(surveys_[column].look.example()));
    }

    /// What makes a row unusable ends the import unless such rows are dropped.
    void note_defect(std::string const& defect, char const* remedy)
    {
        if (options_.missing != MissingPolicy::drop) throw InvalidInput(defect, {}, remedy);
        if (result_.dropped_examples.size() < example_count) result_.dropped_examples.push_back(defect);
    }

    void add_row(CsvRowView const& row)
    {
        auto const model = row.fields[columns_.model];
        if (model.empty()) {
            note_defect(place(row, columns_.model) + ": the model has no name", nameless_remedy);
            ++result_.rows_dropped;
            return;
        }
        auto& matrix = result_.matrix;
        auto const next = std::ssize(matrix.models);
        auto state = io::RowState::usable;
        for (std::size_t j = 0; j < columns_.scores.size(); ++j) {
            auto const defect = read_cell(row, columns_.scores[j], matrix.scores(next, static_cast<Index>(j)));
            if (defect.empty()) continue;
            if (state == io::RowState::usable)
                note_defect(defect, options_.missing == MissingPolicy::keep ? score_or_code_remedy : score_remedy);
            state = io::RowState::dropped;
        }
        states_.push_back(state);
        matrix.models.emplace_back(model);
        matrix.base_models.push_back(domain_of(row));
    }

    std::string domain_of(CsvRowView const& row) const
    {
        auto const text = [&](std::size_t column) {
            return column == no_column ? std::string_view() : row.fields[column];
        };
        if (!options_.domain_of) return std::string(text(columns_.domain));
        RowTexts texts{row.fields[columns_.model], text(columns_.domain), {}};
        for (auto const column : columns_.texts) texts.further.push_back(text(column));
        return options_.domain_of(texts);
    }

    io::TextSource& source_;
    std::string const& name_;
    CsvImportOptions const& options_;
    io::MissingCodes const codes_;
    std::vector<std::string> header_;
    Columns columns_;
    std::vector<bool> excluded_;
    std::vector<ColumnSurvey> surveys_;
    std::vector<NumberStyle> styles_;
    std::vector<io::RowState> states_;
    std::int64_t rule_line_ = 0; // 0: there is none
    CsvImportResult result_;
};

} // namespace

std::string delimiter_name(char delimiter)
{
    switch (delimiter) {
    case ',':
        return "commas";
    case ';':
        return "semicolons";
    case '\t':
        return "tabs";
    case '|':
        return "bars";
    default:
        return fmt::format("\"{}\"", delimiter);
    }
}

CsvImportResult import_csv_text(std::string_view content, std::string const& name, CsvImportOptions const& options)
{
    auto const source = io::text_in_memory(content, name);
    return Importer(*source, name, options).import();
}

CsvImportResult import_csv(std::string const& path, CsvImportOptions const& options)
{
    auto const source = io::open_text(path);
    return Importer(*source, io::input_name(path), options).import();
}

} // namespace exahca
