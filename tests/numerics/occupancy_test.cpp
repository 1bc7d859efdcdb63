#include "exahca/numerics/occupancy.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace exahca {
namespace {

/// The same by counting all n^n sequences of draws.
double counted(Index n, Index most)
{
    std::vector<Index> draws(static_cast<std::size_t>(n), 0);
    Index few = 0, all = 0;
    for (bool more = true; more; ++all) {
        std::vector<bool> met(draws.size(), false);
        for (Index const draw : draws) met[static_cast<std::size_t>(draw)] = true;
        few += std::count(met.begin(), met.end(), true) <= most ? 1 : 0;
        more = false;
        for (auto& draw : draws) {
            if (++draw < n) {
                more = true;
                break;
            }
            draw = 0;
        }
    }
    return static_cast<double>(few) / static_cast<double>(all);
}

TEST(Occupancy, is_what_counting_every_sequence_of_draws_gives)
{
    for (Index n = 1; n <= 6; ++n)
        for (Index most = 0; most <= n + 1; ++most)
            EXPECT_NEAR(chance_of_few_distinct(n, most), counted(n, most), 1e-14) << n << ", " << most;
}

} // namespace
} // namespace exahca
