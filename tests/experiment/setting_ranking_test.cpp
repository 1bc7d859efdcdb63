// The order of settings by which details are kept and told.

#include "exahca/experiment/setting_ranking.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace exahca {
namespace {

using Positions = std::vector<std::size_t>;

RankedSetting of(std::size_t position, std::size_t base_models, double mic, int factors = 3)
{
    return {position, "published", factors, base_models, mic};
}

TEST(SettingRanking, settings_are_ranked_among_those_of_their_kind)
{
    auto const kinds = rank_by_kind({of(0, 5, 0.4), of(1, 4, 0.3), of(2, 5, 0.2), of(3, 4, 0.1), of(4, 4, 0.2, 2)});
    EXPECT_EQ(kinds, (std::vector<Positions>{{4}, {3, 1}, {2, 0}})); // fewer factors, then fewer base models first
    EXPECT_EQ(in_turn(kinds), (Positions{4, 3, 2, 1, 0}));
}

TEST(SettingRanking, equal_values_go_by_position_and_missing_ones_come_last)
{
    auto const kinds = rank_by_kind({of(3, 4, 0.1), of(0, 4, std::nan("")), of(2, 4, 0.1), of(1, 4, 9)});
    EXPECT_EQ(kinds, (std::vector<Positions>{{2, 3, 1, 0}}));
}

TEST(SettingRanking, nothing_has_no_order)
{
    EXPECT_TRUE(rank_by_kind({}).empty());
    EXPECT_TRUE(in_turn({}).empty());
}

TEST(SettingRanking, more_settings_move_none_forward)
{
    // Settings arrive one by one, of three kinds; values from a fixed recurrence.
    std::vector<RankedSetting> known;
    std::vector<std::size_t> places(60, 0);
    for (std::size_t s = 0; s < 60; ++s) {
        known.push_back(of(s, 3 + s % 3, static_cast<double>(s * 37 % 61)));
        auto const ranked = in_turn(rank_by_kind(known));
        ASSERT_EQ(ranked.size(), s + 1);
        for (std::size_t place = 0; place < ranked.size(); ++place) {
            EXPECT_GE(place, places[ranked[place]]);
            places[ranked[place]] = place;
        }
    }
}

} // namespace
} // namespace exahca
