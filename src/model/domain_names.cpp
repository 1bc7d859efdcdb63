#include "exahca/model/domain_names.hpp"

#include <map>
#include <string_view>
#include <utility>

namespace exahca {
namespace {

/// What is left of a name when letters are small and separators gone. Letters beyond ASCII stay as they are.
std::string bare_name(std::string_view name)
{
    constexpr std::string_view wide_space = "\xc2\xa0";
    std::string bare;
    while (!name.empty()) {
        if (name.starts_with(wide_space)) {
            name.remove_prefix(wide_space.size());
            continue;
        }
        char const c = name.front();
        name.remove_prefix(1);
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '_' || c == '-') continue;
        bare += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return bare;
}

} // namespace

std::vector<std::vector<std::string>> spelling_variants(std::span<std::string const> names)
{
    std::map<std::string, std::vector<std::string>> by_bare_name;
    for (auto const& name : names) by_bare_name[bare_name(name)].push_back(name);
    std::vector<std::vector<std::string>> variants;
    for (auto& [bare, spellings] : by_bare_name)
        if (spellings.size() > 1) variants.push_back(std::move(spellings));
    return variants;
}

} // namespace exahca
