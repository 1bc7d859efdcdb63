#pragma once

#include <span>
#include <string>
#include <vector>

namespace exahca::io {

/// The column of this name. \throws InvalidInput  naming all columns, and one that is spelled otherwise
/// \param file    for messages
/// \param remedy  what to do when there is none: "name the right one with --scores"
[[nodiscard]] std::size_t find_column(std::vector<std::string> const& header, std::string const& wanted,
                                      std::string const& file, std::string const& remedy);

/// \throws InvalidInput  when two columns have one name; columns without name do not count
void check_header(std::vector<std::string> const& header, std::string const& file);

/// Puts a space in the place of each run of line ends and tabs within the names. \returns how many names had some
std::size_t join_lines(std::vector<std::string>& header);

/// "its columns are: A, B", and what of them differs from the name that was looked for in its spelling only.
/// \param what  "columns", "benchmarks"
[[nodiscard]] std::string name_choices(std::span<std::string const> names, std::string const& wanted, char const* what);

} // namespace exahca::io
