#include "exahca/parallel/presence.hpp"

#include "exahca/core/error.hpp"

#include <cmath>
#include <gtest/gtest.h>
#include <vector>

namespace exahca {
namespace {

constexpr PresenceLimits limits{.alive_seconds = 2, .lost_seconds = 20};

/// Looks every half second; the others named speak every two. \returns when one was lost, or `end`
double watch(Presence& presence, double begin, double end, std::vector<int> const& speaking)
{
    for (double now = begin; now < end; now += 0.5) {
        if (std::fmod(now, 2) == 0)
            for (int const other : speaking) presence.hear(other, now);
        (void)presence.look(now);
        if (presence.lost(now)) return now;
    }
    return end;
}

TEST(Presence, a_rank_that_says_nothing_is_lost)
{
    Presence presence(0, 3, limits);
    EXPECT_EQ(watch(presence, 100, 110, {1, 2}), 110);
    EXPECT_EQ(watch(presence, 110, 200, {1}), 128.5) << "rank 2 spoke at 108";
    auto const lost = presence.lost(128.5);
    ASSERT_TRUE(lost);
    EXPECT_EQ(lost->rank, 2);
    EXPECT_DOUBLE_EQ(lost->seconds, 20.5);
}

TEST(Presence, a_rank_that_has_never_spoken_is_lost_as_soon)
{
    Presence presence(0, 2, limits);
    EXPECT_EQ(watch(presence, 50, 200, {}), 70.5);
}

TEST(Presence, a_rank_that_speaks_again_is_there)
{
    Presence presence(0, 2, limits);
    EXPECT_EQ(watch(presence, 0, 100, {}), 20.5);
    presence.hear(1, 30);
    EXPECT_FALSE(presence.lost(30));
}

TEST(Presence, rank_zero_finds_out_first_who_is_lost)
{
    Presence presence(1, 3, limits); // hears of rank 0 alone
    EXPECT_EQ(watch(presence, 0, 100, {0, 2}), 100);
    auto const when = watch(presence, 100, 200, {2});
    EXPECT_GT(when, 122) << "by then rank 0 would have ended it, were another rank lost";
    EXPECT_LT(when, 126);
    EXPECT_EQ(presence.lost(when)->rank, 0);
}

TEST(Presence, silence_while_this_process_was_stopped_does_not_count)
{
    Presence presence(0, 2, limits);
    EXPECT_EQ(watch(presence, 0, 10, {1}), 10);
    EXPECT_TRUE(presence.look(600)) << "the whole job was suspended for ten minutes";
    EXPECT_FALSE(presence.lost(600));
    EXPECT_EQ(watch(presence, 600.5, 700, {}), 620.5) << "the other one did not wake up";
}

TEST(Presence, a_rank_speaks_once_in_an_interval_to_whom_it_may_concern)
{
    Presence presence(3, 8, limits);
    std::vector<double> spoken;
    for (double now = 10; now < 16; now += 0.5)
        if (presence.look(now)) spoken.push_back(now);
    EXPECT_EQ(spoken, (std::vector<double>{10, 12, 14}));
    std::vector<int> listeners;
    presence.to_listeners([&](int rank) { listeners.push_back(rank); });
    EXPECT_EQ(listeners, std::vector<int>{0});
    Presence(0, 4, limits).to_listeners([&](int rank) { listeners.push_back(rank); });
    EXPECT_EQ(listeners, (std::vector<int>{0, 1, 2, 3}));
}

TEST(Presence, of_many_ranks_each_speaks_less_often_and_may_be_silent_longer)
{
    Presence presence(0, 10'000, limits);
    EXPECT_DOUBLE_EQ(presence.interval(), 20);
    std::vector<int> none;
    EXPECT_EQ(watch(presence, 0, 200, none), 92.5);
}

TEST(Presence, what_is_said_of_a_lost_rank_names_it_and_its_machine)
{
    try {
        throw_lost({4, 20.3}, "node7");
        FAIL();
    } catch (RanksLost const& error) {
        std::string const text = error.what();
        EXPECT_NE(text.find("rank 4 (node7) has not been heard of for 20 s"), std::string::npos) << text;
        EXPECT_NE(text.find("--resume"), std::string::npos) << text;
    }
}

} // namespace
} // namespace exahca
