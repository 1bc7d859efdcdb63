#pragma once

#include "io/column_look.hpp"
#include "io/text_source.hpp"

#include <cstddef>
#include <span>
#include <string>

namespace exahca::io {

/// A column of scores and where it is.
struct ScoreColumn
{
    std::size_t place; ///< in the table, from 0
    std::string name;
    ColumnLook const* look;
};

/// What to do about numbers in columns of scores with letters behind them, "2.06 SB"; empty where there are none, or
/// but one. Where awk parts the table's fields as they are read here, a line that takes the letters off in these
/// columns alone: names of models may end like such numbers, "llama-7B". Leaves the source somewhere.
[[nodiscard]] std::string letters_remedy(std::span<ScoreColumn const> columns, TextSource& source, char delimiter);

} // namespace exahca::io
