#pragma once

#include <string_view>

namespace exahca {

/// A text without what stands of these characters at its ends.
[[nodiscard]] constexpr std::string_view trimmed(std::string_view text, std::string_view characters = " ")
{
    auto const first = text.find_first_not_of(characters);
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(characters) + 1 - first);
}

} // namespace exahca
