#pragma once

#include <cmath>
#include <nlohmann/json.hpp>

namespace exahca {

/// NaN as null, as JSON has it.
inline nlohmann::ordered_json json_number(double value)
{
    return std::isnan(value) ? nlohmann::ordered_json(nullptr) : nlohmann::ordered_json(value);
}

} // namespace exahca
