#pragma once

#include "exahca/core/error.hpp"

#include <charconv>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <initializer_list>
#include <string>
#include <utility>
#include <vector>

namespace exahca {

/// Parts of a text between separators; empty parts are left out.
[[nodiscard]] inline std::vector<std::string> split_list(std::string const& text, char separator = ',')
{
    std::vector<std::string> parts;
    std::size_t first = 0;
    while (first <= text.size()) {
        auto const end = std::min(text.find(separator, first), text.size());
        if (end > first) parts.push_back(text.substr(first, end - first));
        first = end + 1;
    }
    return parts;
}

/// The choice that `text` names. \throws UsageError  listing the choices
template <class T>
[[nodiscard]] T parse_choice(char const* option, std::string const& text,
                             std::initializer_list<std::pair<char const*, T>> choices)
{
    std::vector<std::string> names;
    for (auto const& [name, value] : choices) {
        if (text == name) return value;
        names.emplace_back(name);
    }
    throw UsageError(fmt::format("--{} {} is not known", option, text), {},
                     fmt::format("choose one of {}", fmt::join(names, ", ")));
}

/// \param option  its name, for messages. \throws UsageError  when the text is no number of this type
template <class T>
[[nodiscard]] T parse_number(std::string const& option, std::string const& text)
{
    T value{};
    auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        throw UsageError(fmt::format("--{}: \"{}\" is not a number", option, text));
    return value;
}

/// Lists of integers and ranges: "3", "2,3,5", "1..5". \throws UsageError  when it is empty or malformed
template <class T>
[[nodiscard]] std::vector<T> parse_integer_list(std::string const& option, std::string const& text)
{
    std::vector<T> values;
    for (auto const& part : split_list(text)) {
        auto const dots = part.find("..");
        if (dots == part.npos) {
            values.push_back(parse_number<T>(option, part));
            continue;
        }
        auto const first = parse_number<T>(option, part.substr(0, dots)),
                   last = parse_number<T>(option, part.substr(dots + 2));
        if (last < first) throw UsageError(fmt::format("--{} {} is an empty range", option, text));
        // Unsigned, because the difference of two ends may not fit; counted, because last + 1 may not.
        auto const steps = static_cast<std::uint64_t>(last) - static_cast<std::uint64_t>(first);
        if (steps > 1000)
            throw UsageError(fmt::format("--{} {} is too long a range", option, text), {}, "name fewer values");
        for (T step = 0; step <= static_cast<T>(steps); ++step) values.push_back(first + step);
    }
    if (values.empty()) throw UsageError(fmt::format("--{} is empty", option));
    return values;
}

} // namespace exahca
