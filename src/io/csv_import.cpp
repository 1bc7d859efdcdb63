#include "exahca/io/csv_import.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/name_list.hpp"
#include "exahca/core/shell_words.hpp"
#include "io/column_look.hpp"
#include "io/csv_table.hpp"
#include "io/excluded_models.hpp"
#include "io/far_cells.hpp"
#include "io/first_rows.hpp"
#include "io/import_finish.hpp"
#include "io/large_pages.hpp"
#include "io/markup.hpp"
#include "io/missing_codes.hpp"
#include "io/repeated_header.hpp"
#include "io/table_columns.hpp"
#include "io/table_start.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace exahca {
namespace {

constexpr std::size_t example_count = 10;
constexpr char const* score_remedy = "fix it, or drop such rows with --missing drop";
constexpr char const* nameless_remedy = "name it, take its line out, or drop such rows with --missing drop";
using io::CsvRowView;
using io::no_column;
using io::shortened;

class Importer
{
public:
    Importer(io::TextSource& source, std::string const& name, CsvImportOptions const& options)
        : source_(source), name_(name), options_(options), codes_(options.missing_codes), columns_(name, options),
          excluded_(options.excluded_models)
    {
    }

    CsvImportResult import()
    {
        result_.delimiter =
            options_.delimiter != 0 ? options_.delimiter : io::detect_delimiter(source_, options_.model_column);
        if (auto note = io::preamble_note(source_); !note.empty()) result_.notes.push_back(std::move(note));
        survey();
        columns_.choose(result_.delimiter);
        columns_.report(result_);
        if (columns_.model() != no_column) result_.model_column = columns_.names()[columns_.model()];
        auto& matrix = result_.matrix;
        for (auto const column : columns_.scores()) {
            matrix.benchmarks.push_back(columns_.names()[column]);
            is_plain_.push_back(columns_.style(column).is_plain());
        }
        for (auto const column : columns_.kept())
            result_.kept.push_back({columns_.names()[column], std::vector<std::string>()});
        io::check_benchmark_codes(options_.benchmark_codes, result_, name_);
        auto const rows = static_cast<std::size_t>(result_.rows_read);
        matrix.models.reserve(rows);
        matrix.base_models.reserve(rows);
        states_.reserve(rows);
        far_cells_ = io::FarCells(columns_.scores().size());
        matrix.scores.resize(static_cast<Index>(rows), std::ssize(columns_.scores()));
        io::prefer_large_pages(matrix.scores.data(), static_cast<std::size_t>(matrix.scores.size()) * sizeof(double));
        io::prefer_large_pages(matrix.models.data(), rows * sizeof(std::string));
        io::prefer_large_pages(matrix.base_models.data(), rows * sizeof(std::string));
        bool is_header = true;
        io::read_csv(source_, name_, result_.delimiter, [&](CsvRowView const& row) {
            if (!std::exchange(is_header, false) && !is_no_row(row.line) && !is_blank(row) &&
                !repeated_header_.is_repeated(row))
                add_row(row);
        });
        if (rows_seen_ < result_.rows_read) io::refuse_changed(name_);
        links_.add_note(result_.notes);
        excluded_.finish(name_, result_.notes);
        far_cells_.add_notes(name_, matrix.benchmarks, result_.notes);
        matrix.scores.conservativeResize(std::ssize(matrix.models), Eigen::NoChange); // rows without a name
        for (std::size_t c = 0; c < result_.kept.size(); ++c) read_numbers(result_.kept[c], columns_.kept()[c]);
        io::finish_import(result_, states_, options_.missing, name_);
        return std::move(result_);
    }

private:
    /// First reading: what the columns hold.
    void survey()
    {
        bool is_header = true;
        io::read_csv(source_, name_, result_.delimiter, [&](CsvRowView const& row) {
            if (std::exchange(is_header, false)) {
                repeated_header_.take_header(row);
                std::vector<std::string> const header(row.fields.begin(), row.fields.end());
                columns_.take_header(row, result_, [&] {
                    return io::header_advice(source_, header, options_.model_column, options_.delimiter != 0);
                });
                return;
            }
            if (is_blank(row)) {
                ++blank_rows_;
                return;
            }
            if (repeated_header_.take(row, name_)) return;
            if (no_rows_.empty() && result_.rows_read == 0 && io::is_rule(row)) {
                no_rows_.push_back(row.line);
                result_.notes.push_back(fmt::format("line {} is a rule below the header, no row", row.line));
                return;
            }
            ++result_.rows_read;
            if (!begins_) {
                columns_.survey(row, codes_);
                return;
            }
            begins_->add(row);
            if (begins_->are_enough()) survey_first_rows();
        });
        if (begins_) survey_first_rows();
        if (blank_rows_ > 0) result_.notes.push_back(fmt::format("rows without any text, left out: {}", blank_rows_));
        repeated_header_.add_note(result_.notes);
        if (result_.rows_read == 0)
            throw InvalidInput(fmt::format("{} has a header and no rows", name_), {}, "export it again");
    }

    /// The rows that were kept until it shows which of them belong to the header.
    void survey_first_rows()
    {
        for (auto const& row : begins_->header_rows({columns_.model(), columns_.domain()}, codes_)) {
            columns_.check_second_header(row, result_.delimiter);
            no_rows_.push_back(row.line);
            result_.notes.push_back(io::describe(row));
            --result_.rows_read;
        }
        begins_->for_each([&](CsvRowView const& row) {
            if (!is_no_row(row.line)) columns_.survey(row, codes_);
        });
        begins_.reset();
    }

    bool is_no_row(std::int64_t line) const
    {
        return std::find(no_rows_.begin(), no_rows_.end(), line) != no_rows_.end();
    }

    /// Separators and nothing between them, as spreadsheets write rows that were emptied.
    bool is_blank(CsvRowView const& row) const
    {
        return std::all_of(row.fields.begin(), row.fields.end(), [](auto const field) { return field.empty(); });
    }

    std::string place(CsvRowView const& row, std::size_t column) const
    {
        return fmt::format("{} line {}, column {}", name_, row.line, columns_.names()[column]);
    }

    /// Reads a number as C writes it that stands for no missing score: nearly every cell of nearly every table.
    bool read_plain_score(std::string_view field, double& score) const
    {
        return io::parse_plain_number(field, score) && std::isfinite(score) && !codes_.is_code(score) &&
               options_.benchmark_codes.empty();
    }

    /// Reads one cell. \returns why it is no score; empty when it is one, or when it is missing and that is no defect
    std::string read_cell(CsvRowView const& row, std::size_t column, double& score)
    {
        auto const field = row.fields[column];
        score = std::nan("");
        if (!field.empty())
            if (auto const value = io::read_number(field, columns_.style(column)); value && std::isfinite(*value)) {
                if (!codes_.is_code(*value) &&
                    (options_.benchmark_codes.empty() ||
                     !io::is_benchmark_code(options_.benchmark_codes, columns_.names()[column], *value))) {
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
        if (auto const value = io::read_number(field, columns_.style(column)); value && !std::isfinite(*value))
            return fmt::format("{}: \"{}\" is not a finite number", where, shortened(field));
        if (codes_.contains(field)) return fmt::format("{}: \"{}\" stands for a missing score", where, field);
        // All at once where the import ends here: nobody wants to mend one cell after the other.
        auto const others = options_.missing == MissingPolicy::drop ? std::string() : columns_.unreadable_scores();
        auto const also = others.empty() ? others : fmt::format(" ({})", others);
        auto const& style = columns_.style(column);
        if (auto const& example = columns_.look(column).example(style); !style.is_plain() && !example.empty())
            return fmt::format("{}: \"{}\" is not a number like the others of its column, such as \"{}\"{}", where,
                               shortened(field), shortened(example), also);
        return fmt::format("{}: \"{}\" is not a number{}{}", where, shortened(field),
                           io::look_at_number(field) ? " as most of its column are written" : "", also);
    }

    /// What may be done about a cell that cannot be read. Nothing can be read any more then.
    std::string remedy_of(std::string_view field, std::size_t column)
    {
        auto const& name = columns_.names()[column];
        std::vector<std::string> ways{"fix it", "drop such rows with --missing drop",
                                      "say with --na that it stands for a missing score"};
        if (auto const way = io::limit_remedy(field, name); !way.empty()) ways.push_back(way);
        if (auto const way = columns_.remedy_for_letters(source_); !way.empty()) ways.push_back(way);
        if (options_.score_columns.empty())
            ways.push_back(fmt::format("leave it out with --exclude {} if it is not a benchmark",
                                       shell_word(join_names(std::vector{name}))));
        ways.back() = "or " + ways.back();
        return fmt::format("{}", fmt::join(ways, ", "));
    }

    /// What makes a row unusable ends the import unless such rows are dropped.
    void note_defect(std::string const& defect, std::string const& remedy)
    {
        if (options_.missing != MissingPolicy::drop) throw InvalidInput(defect, {}, remedy);
        if (result_.dropped_examples.size() < example_count) result_.dropped_examples.push_back(defect);
    }

    /// Its name, or its number below the header where rows have none.
    std::string model_of(CsvRowView const& row)
    {
        if (columns_.model() == no_column) return fmt::format("row {}", rows_seen_);
        return std::string(links_.text_of(row.fields[columns_.model()]));
    }

    bool has_no_score(CsvRowView const& row) const
    {
        return std::all_of(columns_.scores().begin(), columns_.scores().end(),
                           [&](std::size_t column) { return row.fields[column].empty(); });
    }

    /// A row with neither a name nor a score: a note below the table, say.
    void leave_out_note(CsvRowView const& row)
    {
        constexpr std::size_t most = 5;
        ++result_.rows_without_scores;
        if (result_.examples_without_scores.size() >= most) return;
        auto const text = std::find_if(row.fields.begin(), row.fields.end(), [](auto field) { return !field.empty(); });
        result_.examples_without_scores.push_back(fmt::format("line {}: {}", row.line, shortened(*text)));
    }

    void add_row(CsvRowView const& row)
    {
        if (++rows_seen_ > result_.rows_read) io::refuse_changed(name_); // than were counted, and have a place
        auto model = model_of(row);
        if (excluded_.take(model)) {
            ++result_.rows_excluded;
            return;
        }
        if (model.empty() && options_.missing == MissingPolicy::keep && has_no_score(row)) {
            leave_out_note(row);
            return;
        }
        if (model.empty()) {
            note_defect(place(row, columns_.model()) + ": the model has no name", nameless_remedy);
            ++result_.rows_dropped;
            return;
        }
        auto& matrix = result_.matrix;
        auto const next = std::ssize(matrix.models);
        auto state = io::RowState::usable;
        for (std::size_t j = 0; j < columns_.scores().size(); ++j) {
            auto& score = matrix.scores(next, static_cast<Index>(j));
            if (is_plain_[j] && read_plain_score(row.fields[columns_.scores()[j]], score)) continue;
            auto const defect = read_cell(row, columns_.scores()[j], score);
            if (defect.empty()) continue;
            if (state == io::RowState::usable)
                note_defect(defect, options_.missing == MissingPolicy::keep
                                        ? remedy_of(row.fields[columns_.scores()[j]], columns_.scores()[j])
                                        : score_remedy);
            state = io::RowState::dropped;
        }
        for (std::size_t j = 0; state == io::RowState::usable && j < columns_.scores().size(); ++j)
            far_cells_.add(j, matrix.scores(next, static_cast<Index>(j)), row.line);
        states_.push_back(state);
        matrix.base_models.push_back(domain_of(row, model));
        matrix.models.push_back(std::move(model));
        for (std::size_t c = 0; c < result_.kept.size(); ++c) {
            auto const field = row.fields[columns_.kept()[c]];
            std::get<std::vector<std::string>>(result_.kept[c].values)
                .emplace_back(codes_.contains(field) ? "" : field);
        }
    }

    /// Turns a kept column into numbers, if all that it holds are.
    void read_numbers(KeptColumn& kept, std::size_t column) const
    {
        std::vector<double> numbers;
        bool any = false;
        for (auto const& text : std::get<std::vector<std::string>>(kept.values)) {
            auto const value = text.empty() ? std::nullopt : io::read_number(text, columns_.style(column));
            if (!text.empty() && !(value && std::isfinite(*value))) return;
            bool const is_known = value && !codes_.is_code(*value);
            numbers.push_back(is_known ? *value : std::nan(""));
            any = any || is_known;
        }
        if (any) kept.values = std::move(numbers);
    }

    std::string domain_of(CsvRowView const& row, std::string const& model)
    {
        auto const text = [&](std::size_t column) {
            return column == no_column ? std::string_view() : links_.text_of(row.fields[column]);
        };
        if (!options_.domain_of) return io::base_model_of(text(columns_.domain()), codes_, result_.no_domain_texts);
        RowTexts texts{model, text(columns_.domain()), {}};
        for (auto const column : columns_.texts()) texts.further.push_back(text(column));
        return options_.domain_of(texts);
    }

    io::TextSource& source_;
    std::string const& name_;
    CsvImportOptions const& options_;
    io::MissingCodes const codes_;
    io::TableColumns columns_;
    std::vector<bool> is_plain_; // columns of scores: the style of their numbers
    std::vector<io::RowState> states_;
    std::optional<io::FirstRows> begins_ = io::FirstRows();
    std::vector<std::int64_t> no_rows_; // lines of rules and of what belongs to the header
    io::RepeatedHeader repeated_header_;
    io::LinkedNames links_;
    io::ExcludedModels excluded_;
    io::FarCells far_cells_ = io::FarCells(0);
    std::int64_t blank_rows_ = 0;
    std::int64_t rows_seen_ = 0; // in the second reading
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
