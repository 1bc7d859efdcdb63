#include "exahca/core/alike.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>

namespace exahca {
namespace {

TEST(Alike, groups_hold_positions_of_equal_values_in_their_order)
{
    std::vector<int> const values{3, 1, 3, 2, 1, 3};
    auto const groups = groups_of_alike(values.size(), [&](auto a, auto b) { return values[a] < values[b]; });
    EXPECT_EQ(groups, (std::vector<std::vector<std::size_t>>{{1, 4}, {3}, {0, 2, 5}}));
    EXPECT_TRUE(groups_of_alike(0, [](auto, auto) { return false; }).empty());
}

TEST(Alike, work_does_not_grow_with_the_square)
{
    std::size_t const count = 50'000;
    std::int64_t compared = 0;
    auto const groups = groups_of_alike(count, [&](auto a, auto b) {
        ++compared;
        return a * 7919 % 25'000 < b * 7919 % 25'000;
    });
    EXPECT_EQ(groups.size(), count / 2);
    EXPECT_LT(static_cast<double>(compared), 3 * static_cast<double>(count) * std::log2(static_cast<double>(count)));
}

} // namespace
} // namespace exahca
