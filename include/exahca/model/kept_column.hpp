#pragma once

#include <string>
#include <variant>
#include <vector>

namespace exahca {

/// A column that a table of scores has beside them, kept with the scores: how a model was tuned, its size.
struct KeptColumn
{
    std::string name;
    /// One value per model: numbers, NaN where one is missing, or texts, empty where one is missing.
    std::variant<std::vector<double>, std::vector<std::string>> values;

    [[nodiscard]] bool is_number() const { return std::holds_alternative<std::vector<double>>(values); }
};

} // namespace exahca
