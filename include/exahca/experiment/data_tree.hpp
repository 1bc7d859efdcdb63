#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace exahca {

/// Values of a variable in row-major order. The integer types are those that h5py, R and xarray all read; booleans are
/// int8.
using Values = std::variant<std::vector<double>, std::vector<std::int32_t>, std::vector<std::int64_t>,
                            std::vector<std::int8_t>, std::vector<std::string>>;

/// A named array with named dimensions, as in netCDF and xarray.
///
/// No dimension may occur twice in one variable. No dimensions: a scalar. A variable whose only dimension bears its own
/// name is the coordinate of that dimension, in its group and in those below.
struct Variable
{
    std::string name;
    std::vector<std::string> dims;
    std::vector<std::int64_t> shape; ///< one length per dimension
    Values values;
    std::string units;       ///< "1" for pure numbers, "percent" for scores, empty for names
    std::string description; ///< one line, long_name of the CF conventions
};

using AttributeValue = std::variant<std::string, double, std::int64_t, std::vector<std::int64_t>>;

struct NamedGroup;

/// A group of variables: the in-memory form of everything that is stored or shown. Order is kept.
class DataGroup
{
public:
    std::vector<std::pair<std::string, AttributeValue>> attributes;
    std::vector<Variable> variables;
    std::vector<NamedGroup> groups;

    /// Adds a variable. \throws std::logic_error  when the number of values is not the product of the shape, a
    /// dimension repeats, or the name is taken
    Variable& add(Variable variable);
    /// Adds or finds a subgroup.
    DataGroup& group(std::string_view name);

    /// nullptr where there is none. `path` may lead through subgroups ("estimate/published/mic").
    [[nodiscard]] Variable const* find(std::string_view path) const;
    [[nodiscard]] DataGroup const* find_group(std::string_view path) const;
    [[nodiscard]] AttributeValue const* find_attribute(std::string_view name) const;

    /// Values of a variable of exactly this type. \throws InvalidInput  when it is missing or of another type
    [[nodiscard]] std::vector<double> const& doubles(std::string_view path) const;
    [[nodiscard]] std::vector<std::string> const& strings(std::string_view path) const;
    /// Integers of any stored width.
    [[nodiscard]] std::vector<std::int64_t> integers(std::string_view path) const;
    [[nodiscard]] std::string const& text_attribute(std::string_view name) const;
};

/// A subgroup under its name.
struct NamedGroup
{
    std::string name;
    DataGroup group;
};

} // namespace exahca
