#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace exahca::io {

/// A member of an object; nullptr where there is none, or no object.
[[nodiscard]] nlohmann::json const* member(nlohmann::json const& object, char const* name);
/// Empty where the member is no text.
[[nodiscard]] std::string text_member(nlohmann::json const& object, char const* name);
/// NaN where the member is no number.
[[nodiscard]] double number_member(nlohmann::json const& object, char const* name);
/// Whether the member is there and is true.
[[nodiscard]] bool flag_member(nlohmann::json const& object, char const* name);
/// A date as a number, or as one in a text; 0 where there is none.
[[nodiscard]] double date_member(nlohmann::json const& object, char const* name);

} // namespace exahca::io
