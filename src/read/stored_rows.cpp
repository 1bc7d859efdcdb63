#include "stored_rows.hpp"

#include "exahca/core/error.hpp"
#include "exahca/read/edges.hpp"
#include "stored_shape.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {

Rows rows_of(DataGroup const& group, std::string const& name, std::size_t first, std::size_t count)
{
    auto const* variable = group.find(name);
    auto const& values = group.doubles(name);
    auto const width = row_width(*variable);
    if (values.size() < (first + count) * width) throw InvalidInput(fmt::format("dataset \"{}\" is too small", name));
    Rows rows;
    for (std::size_t i = first; i < first + count; ++i)
        rows.emplace_back(values.begin() + static_cast<std::ptrdiff_t>(i * width),
                          values.begin() + static_cast<std::ptrdiff_t>((i + 1) * width));
    return rows;
}

bool has_enough_for_intervals(DataGroup const& aggregate)
{
    if (aggregate.find("group_members") == nullptr) return false;
    auto const members = aggregate.integers("group_members");
    return !members.empty() && members[0] >= fewest_for_interval;
}

Matrix as_matrix(Rows const& rows)
{
    Matrix matrix(static_cast<Index>(rows.size()), static_cast<Index>(rows.at(0).size()));
    for (std::size_t i = 0; i < rows.size(); ++i)
        for (std::size_t j = 0; j < rows[i].size(); ++j)
            matrix(static_cast<Index>(i), static_cast<Index>(j)) = rows[i][j];
    return matrix;
}

Matrix as_flag(Rows rows)
{
    std::reverse(rows.begin(), rows.end());
    return as_matrix(rows);
}

} // namespace exahca
