#pragma once

#include "exahca/io/csv_import.hpp"
#include "io/column_look.hpp"
#include "io/csv_table.hpp"
#include "io/first_rows.hpp"

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace exahca::io {

class MissingCodes;

inline constexpr auto no_column = static_cast<std::size_t>(-1);

/// The columns of a wide table: what each holds, and which of them are scores.
class TableColumns
{
public:
    /// \param file  of the table, for messages. Both have to outlive this
    TableColumns(std::string const& file, CsvImportOptions const& options) : file_(file), options_(options) {}

    /// Everything that follows from the header alone. What is decided goes into `result`.
    /// \param advice  what else can be done where the models' column is missing; may be empty
    /// \throws InvalidInput, UsageError  for columns that are missing, named twice or used twice
    /// \param advice  what to say where the column of models is not there; asked for then alone, since it reads the
    ///                source anew, which nothing can go on with
    void take_header(CsvRowView const& row, CsvImportResult& result, std::function<std::string()> const& advice);
    /// \throws InvalidInput  for a row below the header that names columns which have no name in it, as merged cells do
    void check_second_header(FirstRows::HeaderRow const& row, char delimiter) const;
    /// Looks at a row below the header.
    void survey(CsvRowView const& row, MissingCodes const& codes);
    /// Decides how numbers are written and which columns are scores, after the last row.
    /// \throws InvalidInput, UsageError  when fewer than two are, or --scores names others
    void choose(char delimiter);
    /// Columns that are not used, with reasons, how numbers are written, and columns that may hold base models.
    void report(CsvImportResult& result) const;

    [[nodiscard]] std::vector<std::string> const& names() const { return names_; }
    [[nodiscard]] std::size_t model() const { return model_; }                       ///< no_column: rows are numbered
    [[nodiscard]] std::size_t domain() const { return domain_; }                     ///< or no_column
    [[nodiscard]] std::vector<std::size_t> const& texts() const { return texts_; }   ///< of text_columns; or no_column
    [[nodiscard]] std::vector<std::size_t> const& scores() const { return scores_; } ///< in the order of --scores
    [[nodiscard]] std::vector<std::size_t> const& kept() const { return kept_; }     ///< in the order of --keep
    [[nodiscard]] NumberStyle const& style(std::size_t column) const { return styles_[column]; }
    [[nodiscard]] ColumnLook const& look(std::size_t column) const { return surveys_[column].look; }
    /// What in the columns of scores cannot be read: unreadable_cells of them.
    [[nodiscard]] std::string unreadable_scores() const;
    /// What may be done about some of it: letters_remedy of them. Leaves the source of the table somewhere.
    [[nodiscard]] std::string remedy_for_letters(TextSource& source) const;

private:
    struct Survey
    {
        ColumnLook look;
        std::set<std::string, std::less<>> texts; // different ones, up to a limit; where base models are looked for
        bool many_texts = false;
    };

    [[nodiscard]] std::size_t find(std::string const& wanted, char const* option) const;
    [[nodiscard]] std::string model_remedy(std::string const& advice) const;
    void find_domain(CsvImportResult& result);
    void find_excluded();
    void find_kept();
    [[nodiscard]] bool is_kept(std::size_t column) const;
    void choose_styles(char delimiter);
    void take_shared_steps();
    void take_named_scores();
    [[nodiscard]] bool may_hold_scores(std::size_t column) const;
    [[nodiscard]] bool is_score(std::size_t column) const;
    [[nodiscard]] bool is_unread(std::size_t column) const;
    [[nodiscard]] bool holds_numbers_and_codes(std::size_t column) const;
    [[nodiscard]] bool holds_quantities(std::size_t column) const;
    [[nodiscard]] std::int64_t unreadable_cells(std::size_t column) const;
    [[nodiscard]] std::string why_so_few() const;
    [[nodiscard]] std::vector<std::string> columns_of_steps() const;
    [[nodiscard]] std::string why_text() const;
    [[nodiscard]] IgnoredColumn why_ignored(std::size_t column) const;
    void report_ignored(CsvImportResult& result) const;
    void report_readings(CsvImportResult& result) const;
    void report_candidates(CsvImportResult& result) const;

    std::string const& file_;
    CsvImportOptions const& options_;
    std::vector<std::string> names_;
    std::size_t model_ = no_column, domain_ = no_column;
    std::vector<std::size_t> texts_, scores_, kept_, surveyed_;
    std::vector<bool> excluded_;
    std::vector<Survey> surveys_;
    std::vector<NumberStyle> styles_;
    bool looks_for_domains_ = false;
    bool has_points_ = false; ///< a column shows decimal points
    char delimiter_ = ',';
};

} // namespace exahca::io
