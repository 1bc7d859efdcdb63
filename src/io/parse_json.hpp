#pragma once

#include "exahca/core/error.hpp"
#include "io/text.hpp"

#include <fmt/format.h>
#include <string>
#include <utility>

namespace exahca::io {

/// JSON, also as Python writes it, with null in the place of the numbers that JSON does not know.
/// \tparam Value  nlohmann::json, or nlohmann::ordered_json where the order of members counts
/// \param place   of the text, for the message. \throws InvalidInput
template <class Value>
[[nodiscard]] Value parse_json(std::string text, std::string const& place, char const* remedy)
{
    if (text.find("NaN") != text.npos || text.find("Infinity") != text.npos)
        text = without_python_numbers(std::move(text));
    try {
        return Value::parse(text);
    } catch (typename Value::exception const& error) {
        throw InvalidInput(fmt::format("{} is not valid JSON", place), error.what(), remedy);
    }
}

} // namespace exahca::io
