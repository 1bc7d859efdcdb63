#pragma once

#include "io/text_source.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace exahca::io {

/// What stands before the first row of a text and is none: a byte order mark, a line "sep=;" as spreadsheets take it,
/// and the two lines with version and size that begin a table of genes in GCT.
struct Preamble
{
    std::size_t bytes = 0;
    std::int64_t lines = 0; ///< among them
    char separator = 0;     ///< that the lines tell; 0: there are no such lines
    bool is_gct = false;    ///< each row is a gene and each column a sample
};
[[nodiscard]] Preamble look_at_preamble(std::string_view text);

/// What is said of lines that are left out before the header; empty where there are none. Leaves the source somewhere.
[[nodiscard]] std::string preamble_note(TextSource& source);

/// What can be done about a table as R's write.table writes it: fields separated by blanks, names in quotation marks,
/// and no field in the header for the names of rows.
inline constexpr char const* advice_on_r =
    "if R's write.table wrote the file, with blanks between fields, write it with commas, "
    "write.csv(read.table(\"FILE\", check.names = FALSE), \"NEW\"), and import NEW with --model-column ''";

/// The delimiter that a line "sep=;" names; else which of comma, semicolon, tab and bar separates the fields: the first
/// that makes `wanted` one of the header's fields, or one in another spelling; if none does, the one that makes the
/// most fields, the comma where none makes two. Rewinds the source.
[[nodiscard]] char detect_delimiter(TextSource& source, std::string_view wanted);

/// What can be done about a table whose header has no field `wanted`, where its beginning shows it: fields are
/// separated by another sign or by blanks, or the header stands further below. A clause without an end; empty when the
/// field is there, or nothing is known. Leaves the source somewhere.
/// \param is_given  whether the user said what separates fields
[[nodiscard]] std::string header_advice(TextSource& source, std::span<std::string const> header,
                                        std::string_view wanted, bool is_given);

} // namespace exahca::io
