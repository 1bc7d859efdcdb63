#pragma once

#include <span>
#include <string>

namespace exahca::io {

/// Adds a row of a table with commas, every field in quotation marks.
inline void append_csv_row(std::span<std::string const> fields, std::string& text)
{
    bool is_first = true;
    for (auto const& field : fields) {
        if (!is_first) text += ',';
        is_first = false;
        text += '"';
        for (char const letter : field) {
            if (letter == '"') text += '"';
            text += letter;
        }
        text += '"';
    }
    text += '\n';
}

} // namespace exahca::io
