#pragma once

#include "io/text_source.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace exahca::io {

/// What stands before the first row of a text and is none: a byte order mark, and a line "sep=;" as spreadsheets take
/// it.
struct Preamble
{
    std::size_t bytes = 0;
    std::int64_t lines = 0; ///< among them
    char separator = 0;     ///< that the line names; 0: there is no such line
};
[[nodiscard]] Preamble look_at_preamble(std::string_view text);

/// The delimiter that a line "sep=;" names; else which of comma, semicolon, tab and bar separates the fields: the first
/// that makes `wanted` one of the header's fields; if none does, the one that makes the most fields, the comma where
/// none makes two. Rewinds the source.
[[nodiscard]] char detect_delimiter(TextSource& source, std::string_view wanted);

/// What can be done about a table whose header has no field `wanted`, where its beginning shows it: fields are
/// separated by another sign or by blanks, or the header stands further below. A clause without an end; empty when the
/// field is there, or nothing is known. Leaves the source somewhere.
[[nodiscard]] std::string header_advice(TextSource& source, std::span<std::string const> header,
                                        std::string_view wanted);

} // namespace exahca::io
