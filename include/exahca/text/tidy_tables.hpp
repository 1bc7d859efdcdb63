#pragma once

#include "exahca/read/details.hpp"
#include "exahca/text/profiles.hpp"

#include <span>
#include <string>
#include <vector>

namespace exahca {

/// A table for statistics programs: one observation per line, the first line names the columns.
struct TidyTable
{
    std::string name; ///< file name without ".csv"
    std::string csv;  ///< UTF-8, RFC 4180 with line feeds; missing values are empty fields
    std::size_t rows = 0;
};

/// Every table that is not empty. All begin with the column `setting`. The columns are listed in docs/user_guide.md.
/// \param profiles  of models, where the results hold some
[[nodiscard]] std::vector<TidyTable> tidy_tables(Summary const& summary, RunDetails const& run,
                                                 std::span<ProfileReport const> profiles = {});

} // namespace exahca
