#pragma once

#include "io/text_source.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace exahca::io {

/// A row as it passes by: its texts are gone when the function that gets it returns.
struct CsvRowView
{
    std::int64_t line; ///< where the row begins, from 1
    std::vector<std::string_view> fields;
};

/// Reads a table (RFC 4180 with any delimiter; UTF-8 with or without byte order mark; LF, CRLF or CR) from the
/// beginning and hands on its rows one after the other, the header first. Every row has as many fields as the header;
/// empty ones beyond do not count, nor do blank lines, spaces around fields, a first line "sep=;", in which
/// spreadsheets name the delimiter, and lines that are no more than frames, as databases print them.
///
/// \throws InvalidInput  for content that is no table; `name` stands for the file in messages
void read_csv(TextSource& source, std::string const& name, char delimiter,
              std::function<void(CsvRowView const&)> const& take_row);

/// Whether a row is a rule, as Markdown and others draw one below the header: dashes in some fields, and nothing else
/// anywhere.
[[nodiscard]] bool is_rule(CsvRowView const& row);

/// Whether a line without any delimiter frames a table that a database prints: "+-----+-----+", "(120 rows)".
[[nodiscard]] bool is_frame(std::string_view line);

struct CsvRow
{
    std::int64_t line;
    std::vector<std::string> fields;
};

/// All fields as text.
struct CsvTable
{
    std::vector<std::string> header;
    std::vector<CsvRow> rows;
};

/// The whole table at once, for small ones. \throws InvalidInput  as read_csv does
[[nodiscard]] CsvTable parse_csv(TextSource& source, std::string const& name, char delimiter = ',');
[[nodiscard]] CsvTable parse_csv(std::string_view content, std::string const& name, char delimiter = ',');

} // namespace exahca::io
