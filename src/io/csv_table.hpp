#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace exahca::io {

struct CsvRow
{
    std::int64_t line; ///< where the row begins, from 1
    std::vector<std::string> fields;
};

/// All fields as text. Every row has as many fields as the header.
struct CsvTable
{
    std::vector<std::string> header;
    std::vector<CsvRow> rows;
};

/// \throws InvalidInput  for content that is no table; `name` stands for the file in messages
CsvTable parse_csv(std::string_view content, std::string const& name);

} // namespace exahca::io
