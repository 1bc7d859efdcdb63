#pragma once

#include "io/json_record.hpp"

#include <optional>
#include <string>

namespace exahca::io {

/// A table whose header and rows are lists: {"columns": ["model", "IFEval"], "data": [["a", 45.1], ...]}, as pages and
/// pandas ("split") write it, also one whose cells are objects with a `value`, as HELM's pages take it; or the rows
/// alone, of which the first is the header.
[[nodiscard]] bool is_grid(Record const& value);
/// \returns nothing for anything else
/// \param name  of the file, for messages. \throws InvalidInput  for a row that has not as many cells as the header
[[nodiscard]] std::optional<std::string> csv_of_grid(Record const& value, std::string const& name);

/// The first of several such tables in an array, and in `note` which it is.
[[nodiscard]] std::optional<std::string> csv_of_first_grid(Record const& array, std::string const& name,
                                                           std::string& note);

} // namespace exahca::io
