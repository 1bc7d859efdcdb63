#include "exahca/model/candidate_order.hpp"

#include "exahca/core/check.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace exahca {

CandidateOrder first_order(int domains, int levels)
{
    EXAHCA_EXPECT(domains >= 1 && levels >= 1);
    std::vector<int> identity(static_cast<std::size_t>(levels));
    std::iota(identity.begin(), identity.end(), 0);
    return {std::vector<std::vector<int>>(static_cast<std::size_t>(domains), identity)};
}

// Permutations in lexicographic order, the first order being all identities.
bool next_order(CandidateOrder& order)
{
    // The last domain turns fastest, as in any lexicographic count; next_permutation wraps around to the first.
    for (auto rows = order.rows.rbegin(); rows != order.rows.rend(); ++rows)
        if (std::next_permutation(rows->begin(), rows->end())) return true;
    return false;
}

bool is_candidate_order(CandidateOrder const& order, int domains, int levels)
{
    if (order.domains() != domains) return false;
    return std::all_of(order.rows.begin(), order.rows.end(), [levels](std::vector<int> rows) {
        std::sort(rows.begin(), rows.end());
        for (std::size_t i = 0; i < rows.size(); ++i)
            if (rows[i] != static_cast<int>(i)) return false;
        return static_cast<int>(rows.size()) == levels;
    });
}

double log10_order_count(int domains, int levels)
{
    double log10_factorial = 0;
    for (int i = 2; i <= levels; ++i) log10_factorial += std::log10(i);
    return domains * log10_factorial;
}

// (m!)^K, nothing where it leaves 63 bits.
std::optional<std::int64_t> order_count(int domains, int levels)
{
    constexpr auto limit = std::numeric_limits<std::int64_t>::max();
    std::int64_t count = 1;
    for (int k = 0; k < domains; ++k)
        for (std::int64_t i = 2; i <= levels; ++i) {
            if (count > limit / i) return std::nullopt;
            count *= i;
        }
    return count;
}

} // namespace exahca
