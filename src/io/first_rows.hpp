#pragma once

#include "io/csv_table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace exahca::io {

class MissingCodes;

/// The first rows below the header, kept until they show whether some of them belong to it: a row of units ("%", "kg"),
/// or what columns are called in other words, as programs for surveys write it.
class FirstRows
{
public:
    void add(CsvRowView const& row);
    [[nodiscard]] bool are_enough() const;

    struct HeaderRow
    {
        std::int64_t line = 0;
        std::vector<std::string> texts;   ///< the first few of those that stand where other rows have numbers
        std::vector<std::string> fields;  ///< all of it
        std::vector<std::size_t> columns; ///< where the texts stand
    };
    /// Rows that belong to the header: at most three, and no other row above them. Where all other rows have numbers,
    /// they have several texts, which no row repeats, and no number; beside a name of a model, or where rows have no
    /// names, not all are the same and all of these columns have a text, or one is a unit.
    ///
    /// \param names  columns of models and base models; no_column where there is none
    [[nodiscard]] std::vector<HeaderRow> header_rows(std::vector<std::size_t> const& names,
                                                     MissingCodes const& codes) const;

    /// Hands on all rows, in their order.
    template <class Visit>
    void for_each(Visit const& visit) const
    {
        for (auto const& row : rows_) visit(CsvRowView{row.line, {row.fields.begin(), row.fields.end()}});
    }
    void clear() { rows_.clear(); }

private:
    struct Row
    {
        std::int64_t line = 0;
        std::vector<std::string> fields;
    };
    [[nodiscard]] std::vector<std::size_t> number_columns(std::vector<std::size_t> const& names,
                                                          MissingCodes const& codes) const;
    [[nodiscard]] bool is_header_row(std::size_t row, std::vector<std::size_t> const& columns, std::size_t model,
                                     MissingCodes const& codes, HeaderRow& found) const;

    std::vector<Row> rows_;
};

/// "line 2 has text where other rows have numbers ("%", "kg"): taken for a row of units or a second header, and left
/// out".
[[nodiscard]] std::string describe(FirstRows::HeaderRow const& row);

} // namespace exahca::io
