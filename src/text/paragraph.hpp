#pragma once

#include <string>
#include <string_view>

namespace exahca {

/// A paragraph in lines of at most as many columns, but for words that are longer; the lines behind the first begin
/// with as many spaces as `indent` says, which do not count. No space of "90 %" is a place to break.
[[nodiscard]] std::string wrapped(std::string_view text, int columns, int indent = 0);
/// Columns of the paragraphs that `models`, `predict` and the like print.
inline constexpr int paragraph_columns = 124;

} // namespace exahca
