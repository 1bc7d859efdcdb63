#include "io/json_member.hpp"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>

namespace exahca::io {

nlohmann::json const* member(nlohmann::json const& object, char const* name)
{
    if (!object.is_object()) return nullptr;
    auto const found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text_member(nlohmann::json const& object, char const* name)
{
    auto const* const value = member(object, name);
    return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

double number_member(nlohmann::json const& object, char const* name)
{
    auto const* const value = member(object, name);
    return value != nullptr && value->is_number() ? value->get<double>() : std::nan("");
}

bool flag_member(nlohmann::json const& object, char const* name)
{
    auto const* const value = member(object, name);
    return value != nullptr && value->is_boolean() && value->get<bool>();
}

double date_member(nlohmann::json const& object, char const* name)
{
    auto const* const value = member(object, name);
    if (value == nullptr) return 0;
    double date = 0;
    if (value->is_number()) date = value->get<double>();
    if (value->is_string()) {
        auto const& text = value->get_ref<std::string const&>();
        std::from_chars(text.data(), text.data() + text.size(), date);
    }
    return std::isfinite(date) ? date : 0;
}

} // namespace exahca::io
