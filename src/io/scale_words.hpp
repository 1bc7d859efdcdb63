#pragma once

#include <span>
#include <string>
#include <string_view>

namespace exahca::io {

/// Whether the different texts of a column may be steps of a scale, in whatever order: "Agree" and "Strongly disagree",
/// "never" and "often", stars; and grades such as "B+" where the column is called after them. At least three, and two
/// thirds of them are known words, or three of them and half.
[[nodiscard]] bool may_be_steps(std::span<std::string const> texts, std::string_view column);

/// Whether at least half of these labels are such words: else numbers before them may be those of categories, "1 -
/// north".
[[nodiscard]] bool are_step_labels(std::span<std::string const> labels);

} // namespace exahca::io
