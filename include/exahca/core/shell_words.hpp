#pragma once

#include <algorithm>
#include <fmt/format.h>
#include <span>
#include <string>
#include <string_view>

namespace exahca {

/// A word as a POSIX shell reads it back: plain where that is safe, else in single quotes; in $'' where it holds line
/// ends or other characters without a picture, which POSIX has since 2024 and bash, ksh and zsh had before.
[[nodiscard]] inline std::string shell_word(std::string_view word)
{
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,=@%+-";
    if (!word.empty() && word.find_first_not_of(plain) == word.npos) return std::string(word);
    auto const is_control = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; };
    bool const escaped = std::any_of(word.begin(), word.end(), is_control);
    std::string quoted = escaped ? "$'" : "'";
    for (char const c : word)
        if (escaped && is_control(c))
            quoted += fmt::format("\\{:03o}", static_cast<unsigned>(c));
        else if (escaped && (c == '\'' || c == '\\'))
            quoted += std::string("\\") + c;
        else if (c == '\'')
            quoted += "'\\''";
        else
            quoted += c;
    return quoted + "'";
}

/// The words of a command, separated by spaces.
[[nodiscard]] inline std::string shell_line(std::span<std::string const> words)
{
    std::string line;
    for (auto const& word : words) line += (line.empty() ? "" : " ") + shell_word(word);
    return line;
}

} // namespace exahca
