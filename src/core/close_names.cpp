#include "exahca/core/close_names.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

namespace exahca {
namespace {

// Levenshtein's distance, a row of its table at a time.
std::size_t edit_distance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            std::size_t const substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
        }
    }
    return row.back();
}

} // namespace

std::vector<std::string> close_names(std::string_view wanted, std::vector<std::string> const& names)
{
    constexpr std::size_t most = 3;
    std::vector<std::pair<std::size_t, std::string>> ranked;
    for (auto const& name : names) ranked.emplace_back(edit_distance(wanted, name), name);
    std::sort(ranked.begin(), ranked.end());
    std::vector<std::string> close;
    for (auto const& [distance, name] : ranked) {
        if (distance > wanted.size() / 2 || distance > ranked.front().first + 1 || close.size() == most) break;
        close.push_back(name);
    }
    return close;
}

} // namespace exahca
