#include "exahca/experiment/coordinates.hpp"

#include <map>
#include <set>

namespace exahca {
namespace {

Variable coordinate_of(std::string const& dim, std::int64_t count)
{
    if (dim == "level") return index_coordinate(dim, count, 1, "level: 1 is the top row of H");
    if (dim == "source" || dim == "source_level") return index_coordinate(dim, count, 1, "source, or column level");
    if (dim == "factor" || dim == "effect" || dim == "cause")
        return index_coordinate(dim, count, 1, "factor, in causal order");
    if (dim == "group") return index_coordinate(dim, count, 0, "groups of flags, the estimate's first");
    return index_coordinate(dim, count, 0, dim + ", from 0");
}

/// Coordinates by dimension, as seen from a group: its own and those above.
using Known = std::map<std::string, Variable>;

void complete(DataGroup& group, Known known)
{
    std::set<std::string> own;
    for (auto const& variable : group.variables)
        if (variable.dims == std::vector{variable.name}) {
            own.insert(variable.name);
            known.insert_or_assign(variable.name, variable);
        }
    std::vector<Variable> missing;
    for (auto const& variable : group.variables)
        for (std::size_t i = 0; i < variable.dims.size(); ++i) {
            auto const& dim = variable.dims[i];
            if (!own.insert(dim).second) continue;
            auto const above = known.find(dim);
            bool const fits = above != known.end() && above->second.shape[0] == variable.shape[i];
            missing.push_back(fits ? above->second : coordinate_of(dim, variable.shape[i]));
        }
    for (auto& variable : missing) known.insert_or_assign(variable.name, group.add(std::move(variable)));
    for (auto& [name, subgroup] : group.groups) complete(subgroup, known);
}

} // namespace

Variable index_coordinate(std::string const& dim, std::int64_t count, std::int32_t first, std::string description)
{
    std::vector<std::int32_t> values(static_cast<std::size_t>(count));
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = first + static_cast<std::int32_t>(i);
    return {dim, {dim}, {count}, std::move(values), "1", std::move(description)};
}

void add_missing_coordinates(DataGroup& root) { complete(root, {}); }

} // namespace exahca
