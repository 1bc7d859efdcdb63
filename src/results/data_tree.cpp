#include "exahca/results/data_tree.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <stdexcept>

namespace exahca {
namespace {

std::size_t count_of(Values const& values)
{
    return std::visit([](auto const& v) { return v.size(); }, values);
}

template <class T>
StoredValues<T> values_of(DataGroup const& group, std::string_view path, char const* type)
{
    auto const* variable = group.find(path);
    if (variable == nullptr)
        throw InvalidInput(fmt::format("no dataset \"{}\"", path), "the file is incomplete or of another kind");
    auto const* values = std::get_if<std::vector<T>>(&variable->values);
    if (values == nullptr) throw InvalidInput(fmt::format("dataset \"{}\" does not hold {}", path, type));
    return {*values, variable->name};
}

} // namespace

void throw_too_short(std::string_view name, std::size_t index, std::size_t size)
{
    throw InvalidInput(fmt::format("dataset \"{}\" has {} values, too few for entry {}", name, size, index),
                       "the file is incomplete or was changed", "make it again");
}

Variable& DataGroup::add(Variable variable)
{
    auto const complain = [&](char const* why) {
        throw std::logic_error(fmt::format("variable {}: {}", variable.name, why));
    };
    if (variable.dims.size() != variable.shape.size()) complain("as many lengths as dimensions are needed");
    for (std::size_t i = 0; i < variable.dims.size(); ++i)
        if (std::count(variable.dims.begin(), variable.dims.end(), variable.dims[i]) > 1)
            complain("a dimension repeats");
    auto const wanted =
        std::accumulate(variable.shape.begin(), variable.shape.end(), std::int64_t{1}, std::multiplies<>{});
    if (static_cast<std::int64_t>(count_of(variable.values)) != wanted) complain("the shape does not fit the values");
    if (std::any_of(variables.begin(), variables.end(), [&](auto const& v) { return v.name == variable.name; }))
        complain("the name is taken");
    return variables.emplace_back(std::move(variable));
}

DataGroup& DataGroup::group(std::string_view name)
{
    for (auto& [known, subgroup] : groups)
        if (known == name) return subgroup;
    return groups.emplace_back(NamedGroup{std::string(name), {}}).group;
}

DataGroup const* DataGroup::find_group(std::string_view path) const
{
    if (path.empty()) return this;
    auto const slash = path.find('/');
    auto const head = path.substr(0, slash);
    for (auto const& [name, subgroup] : groups)
        if (name == head) return slash == path.npos ? &subgroup : subgroup.find_group(path.substr(slash + 1));
    return nullptr;
}

Variable const* DataGroup::find(std::string_view path) const
{
    auto const slash = path.rfind('/');
    auto const* owner = slash == path.npos ? this : find_group(path.substr(0, slash));
    auto const name = slash == path.npos ? path : path.substr(slash + 1);
    if (owner == nullptr) return nullptr;
    for (auto const& variable : owner->variables)
        if (variable.name == name) return &variable;
    return nullptr;
}

AttributeValue const* DataGroup::find_attribute(std::string_view name) const
{
    for (auto const& [known, value] : attributes)
        if (known == name) return &value;
    return nullptr;
}

StoredValues<double> DataGroup::doubles(std::string_view path) const
{
    return values_of<double>(*this, path, "real numbers");
}

StoredValues<std::string> DataGroup::strings(std::string_view path) const
{
    return values_of<std::string>(*this, path, "text");
}

StoredIntegers DataGroup::integers(std::string_view path) const
{
    auto const* variable = find(path);
    if (variable == nullptr)
        throw InvalidInput(fmt::format("no dataset \"{}\"", path), "the file is incomplete or of another kind");
    return std::visit(
        [&](auto const& stored) -> StoredIntegers {
            using Stored = typename std::decay_t<decltype(stored)>::value_type;
            if constexpr (std::is_integral_v<Stored>)
                return {{stored.begin(), stored.end()}, variable->name};
            else
                throw InvalidInput(fmt::format("dataset \"{}\" does not hold integers", path));
        },
        variable->values);
}

std::string const& DataGroup::text_attribute(std::string_view name) const
{
    auto const* value = find_attribute(name);
    auto const* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    if (text == nullptr)
        throw InvalidInput(fmt::format("no text attribute \"{}\"", name), "the file is incomplete or of another kind");
    return *text;
}

} // namespace exahca
