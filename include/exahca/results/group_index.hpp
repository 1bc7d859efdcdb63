#pragma once

#include "exahca/results/data_tree.hpp"

#include <map>
#include <string_view>

namespace exahca {

/// Subgroups by name, to look up one for each of many settings: DataGroup::find_group goes through all of them each
/// time.
class GroupIndex
{
public:
    /// \param parent  outlives the index, unchanged; null: nothing is found
    explicit GroupIndex(DataGroup const* parent)
    {
        if (parent == nullptr) return;
        for (auto const& [name, subgroup] : parent->groups) groups_.emplace(name, &subgroup);
    }

    /// nullptr where there is none.
    [[nodiscard]] DataGroup const* find(std::string_view name) const
    {
        auto const found = groups_.find(name);
        return found == groups_.end() ? nullptr : found->second;
    }

private:
    std::map<std::string_view, DataGroup const*> groups_;
};

} // namespace exahca
