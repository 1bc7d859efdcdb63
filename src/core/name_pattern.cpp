#include "exahca/core/name_pattern.hpp"

namespace exahca {

bool fits_pattern(std::string_view name, std::string_view pattern)
{
    std::size_t in_name = 0, in_pattern = 0;
    // Where to go on when what follows the last star does not fit: one more byte belongs to the star then. Earlier
    // stars need no second thought.
    std::size_t star = pattern.npos, behind_star = 0;
    while (in_name < name.size()) {
        if (in_pattern < pattern.size() && pattern[in_pattern] == '*') {
            star = in_pattern++;
            behind_star = in_name;
        } else if (in_pattern < pattern.size() &&
                   (pattern[in_pattern] == '?' || pattern[in_pattern] == name[in_name])) {
            ++in_pattern;
            ++in_name;
        } else if (star != pattern.npos) {
            in_pattern = star + 1;
            in_name = ++behind_star;
        } else {
            return false;
        }
    }
    return pattern.find_first_not_of('*', in_pattern) == pattern.npos;
}

} // namespace exahca
