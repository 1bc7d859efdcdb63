#pragma once

#include <span>
#include <string>
#include <string_view>

namespace exahca {

/// A word as a POSIX shell reads it back: plain where that is safe, else in single quotes.
[[nodiscard]] inline std::string shell_word(std::string_view word)
{
    constexpr std::string_view plain = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_./:,=@%+-";
    if (!word.empty() && word.find_first_not_of(plain) == word.npos) return std::string(word);
    std::string quoted = "'";
    for (char const c : word)
        if (c == '\'')
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
