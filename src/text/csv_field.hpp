#pragma once

#include <cmath>
#include <concepts>
#include <fmt/format.h>
#include <optional>
#include <string>

namespace exahca {

// One field of a table in CSV (RFC 4180), as `export` and others write them.

inline std::string csv_field(std::string const& text)
{
    if (text.find_first_of(",\"\r\n") == text.npos) return text;
    std::string quoted = "\"";
    for (char const c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + '"';
}
// The shortest digits that read back as the same number.
inline std::string csv_field(double value) { return std::isnan(value) ? std::string{} : fmt::format("{}", value); }
inline std::string csv_field(bool value) { return value ? "true" : "false"; }
template <std::integral T>
std::string csv_field(T value)
{
    return fmt::format("{}", value);
}
template <class T>
std::string csv_field(std::optional<T> const& value)
{
    return value ? csv_field(*value) : std::string{};
}

} // namespace exahca
