#include "io/repeated_header.hpp"

#include "exahca/core/error.hpp"
#include "io/number_text.hpp"
#include "io/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca::io {

void RepeatedHeader::take_header(CsvRowView const& row)
{
    header_.assign(row.fields.begin(), row.fields.end());
    for (auto const& name : header_)
        if (!name.empty() && !look_at_number(name)) names_.push_back(name); // "2024" below "2024" may be a score
    std::sort(names_.begin(), names_.end());
    for (auto const& name : names_) initials_[static_cast<unsigned char>(name[0])] = true;
}

/// Whether at least half of the cells that say something, and at least two, are names of the header, and some other
/// cell than a number is not below its own name. Initials are looked at first: where cells are numbers, as in nearly
/// all rows, they settle it.
bool RepeatedHeader::is_other_header(CsvRowView const& row) const
{
    std::size_t filled = 0, with_initial = 0;
    for (auto const field : row.fields) {
        if (field.empty()) continue;
        ++filled;
        with_initial += initials_[static_cast<unsigned char>(field[0])] ? 1U : 0U;
    }
    auto const are_enough = [&](std::size_t count) { return count >= 2 && 2 * count >= filled; };
    if (!are_enough(with_initial)) return false;
    auto const names = std::count_if(row.fields.begin(), row.fields.end(), [&](auto const field) {
        return std::binary_search(names_.begin(), names_.end(), field);
    });
    return are_enough(static_cast<std::size_t>(names)) && other_column(row) < row.fields.size();
}

/// The first column that is named otherwise here than at the top, or the number of columns.
std::size_t RepeatedHeader::other_column(CsvRowView const& row) const
{
    std::size_t column = 0;
    while (column < row.fields.size() &&
           (row.fields[column].empty() || row.fields[column] == header_[column] || look_at_number(row.fields[column])))
        ++column;
    return column;
}

void RepeatedHeader::refuse_second_table(CsvRowView const& row, std::string const& file) const
{
    auto const column = other_column(row);
    throw InvalidInput(
        fmt::format("{} line {}: a second header whose columns differ from the first: column {} is \"{}\" "
                    "here and \"{}\" at the top",
                    file, row.line, column + 1, shortened(row.fields[column]), shortened(header_[column])),
        "the rows below it would be read under the wrong names",
        "give both tables the same columns in the same order, or import them one by one");
}

void RepeatedHeader::add_note(std::vector<std::string>& notes) const
{
    if (count_ > 0)
        notes.push_back(
            fmt::format("rows that repeat the header, left out: {} (the first is line {})", count_, first_line_));
}

} // namespace exahca::io
