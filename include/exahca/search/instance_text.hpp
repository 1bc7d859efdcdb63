#pragma once

#include "exahca/numerics/matrix.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace exahca {

/// Reads unmixing matrices from text: a first line "K m d", then K blocks of m lines with d numbers each.
///
/// Numbers are separated by spaces or tabs. Empty lines and lines that start with # are passed over.
/// \param text  the file's contents
/// \param name  of the file, for messages
/// \return K matrices m x d
/// \throws InvalidInput  naming the line, when a number is malformed or not finite, a line has too few or too many,
///         lines are missing or left over, or K, m, d are out of range (1 <= K <= 4096, 1 <= m <= d <= 4096)
[[nodiscard]] std::vector<Matrix> parse_unmixing_text(std::string_view text, std::string_view name);

/// Writes what parse_unmixing_text reads; numbers keep all their bits.
[[nodiscard]] std::string format_unmixing_text(std::vector<Matrix> const& unmixing);

} // namespace exahca
