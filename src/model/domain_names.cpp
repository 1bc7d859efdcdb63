#include "exahca/model/domain_names.hpp"

#include "exahca/core/spelling.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace exahca {

std::vector<std::vector<std::string>> spelling_variants(std::span<std::string const> names)
{
    std::map<std::u32string, std::vector<std::string>> by_key;
    for (auto const& name : names) {
        auto& spellings = by_key[spelling_key(name)];
        if (std::find(spellings.begin(), spellings.end(), name) == spellings.end()) spellings.push_back(name);
    }
    std::vector<std::vector<std::string>> variants;
    for (auto& [key, spellings] : by_key)
        if (spellings.size() > 1) variants.push_back(std::move(spellings));
    return variants;
}

} // namespace exahca
