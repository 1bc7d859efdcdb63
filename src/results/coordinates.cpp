#include "exahca/results/coordinates.hpp"

#include <set>
#include <utility>
#include <vector>

namespace exahca {
namespace {

/// A dimension that nothing has described: numbers, from 1 where the method counts from 1.
Variable coordinate_of(std::string const& dim, std::int64_t count)
{
    if (dim == "level") return index_coordinate(dim, count, 1, "level: 1 is the top row of H");
    if (dim == "source" || dim == "source_level") return index_coordinate(dim, count, 1, "source, or column level");
    if (dim == "factor" || dim == "effect" || dim == "cause")
        return index_coordinate(dim, count, 1, "factor, in causal order");
    if (dim == "group") return index_coordinate(dim, count, 0, "groups of flags, the estimate's first");
    return index_coordinate(dim, count, 0, dim + ", from 0");
}

/// A group and those above it.
struct Scope
{
    DataGroup const& group;
    Scope const* above;
};

bool is_coordinate(Variable const& variable) { return variable.dims == std::vector{variable.name}; }

/// A dimension's coordinate as seen from a group; the nearest one.
Variable const* find_coordinate(Scope const* scope, std::string const& dim)
{
    for (; scope != nullptr; scope = scope->above)
        for (auto const& variable : scope->group.variables)
            if (variable.name == dim && is_coordinate(variable)) return &variable;
    return nullptr;
}

/// Gives a group and those below a coordinate for every dimension that they use, so that each can be read alone: a copy
/// of the nearest one above where it is as long.
void complete(DataGroup& group, Scope const* above)
{
    std::set<std::string> own;
    for (auto const& variable : group.variables)
        if (is_coordinate(variable)) own.insert(variable.name);
    std::vector<Variable> missing;
    for (auto const& variable : group.variables)
        for (std::size_t i = 0; i < variable.dims.size(); ++i) {
            auto const& dim = variable.dims[i];
            if (!own.insert(dim).second) continue;
            auto const* const known = find_coordinate(above, dim);
            bool const fits = known != nullptr && known->shape[0] == variable.shape[i];
            missing.push_back(fits ? *known : coordinate_of(dim, variable.shape[i]));
        }
    for (auto& variable : missing) group.add(std::move(variable));
    Scope const scope{group, above};
    for (auto& [name, subgroup] : group.groups) complete(subgroup, &scope);
}

} // namespace

Variable index_coordinate(std::string const& dim, std::int64_t count, std::int32_t first, std::string description)
{
    std::vector<std::int32_t> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<std::int32_t>(i);
    return {dim, {dim}, {count}, std::move(values), "1", std::move(description)};
}

void add_missing_coordinates(DataGroup& root) { complete(root, nullptr); }

} // namespace exahca
