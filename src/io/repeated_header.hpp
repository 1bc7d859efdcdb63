#pragma once

#include "io/csv_table.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace exahca::io {

/// Headers that stand between the rows again, as where tables were put one below the other.
class RepeatedHeader
{
public:
    void take_header(CsvRowView const& row);

    /// Whether the row is the header, word for word.
    [[nodiscard]] bool is_repeated(CsvRowView const& row) const
    {
        return row.fields[0] == header_[0] &&
               std::equal(row.fields.begin(), row.fields.end(), header_.begin(), header_.end());
    }

    /// Likewise, and keeps it for the note. `file` is named in the error.
    ///
    /// \throws InvalidInput  for a row that has the header's names in other columns: a second table begins there, whose
    ///     rows would be read below the wrong names
    [[nodiscard]] bool take(CsvRowView const& row, std::string const& file)
    {
        if (is_repeated(row)) {
            if (count_++ == 0) first_line_ = row.line;
            return true;
        }
        if (is_other_header(row)) refuse_second_table(row, file);
        return false;
    }

    /// Says how many there were, if any.
    void add_note(std::vector<std::string>& notes) const;

private:
    [[nodiscard]] bool is_other_header(CsvRowView const& row) const;
    [[nodiscard]] std::size_t other_column(CsvRowView const& row) const;
    [[noreturn]] void refuse_second_table(CsvRowView const& row, std::string const& file) const;

    std::vector<std::string> header_, names_; // names_: those of the header that are no numbers, sorted
    std::array<bool, 256> initials_{};
    std::int64_t count_ = 0, first_line_ = 0;
};

} // namespace exahca::io
