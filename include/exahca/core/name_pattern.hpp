#pragma once

#include <string>
#include <string_view>

namespace exahca {

/// Patterns of names as a shell has them: `*` stands for any characters, `?` for one byte, all else for itself.

[[nodiscard]] inline bool is_name_pattern(std::string_view text) { return text.find_first_of("*?") != text.npos; }

/// Whether the whole name fits. Takes time proportional to the product of the lengths at most.
[[nodiscard]] bool fits_pattern(std::string_view name, std::string_view pattern);

} // namespace exahca
