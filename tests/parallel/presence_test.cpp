#include "exahca/parallel/presence.hpp"

#include "exahca/core/error.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

using Word = Presence::Word;

constexpr PresenceLimits limits{.alive_seconds = 2, .lost_seconds = 20, .away_seconds = 1000};

TEST(Presence, a_rank_that_waited_and_says_nothing_more_is_lost)
{
    Presence presence(0, 3, limits);
    presence.begin_wait(100);
    for (double now = 102; now < 110; now += 2)
        for (int other : {1, 2}) presence.hear(other, Word::waits, now);
    for (double now = 110; now < 128; now += 2) {
        presence.hear(1, Word::waits, now);
        EXPECT_FALSE(presence.lost(now)) << now;
    }
    presence.hear(1, Word::waits, 128.5);
    auto const lost = presence.lost(128.5); // rank 2 spoke at 108
    ASSERT_TRUE(lost);
    EXPECT_EQ(lost->rank, 2);
    EXPECT_DOUBLE_EQ(lost->seconds, 20.5);
}

TEST(Presence, a_rank_that_has_gone_on_is_given_longer)
{
    Presence presence(0, 2, limits);
    presence.begin_wait(0);
    EXPECT_FALSE(presence.lost(900)) << "it has said nothing yet";
    presence.hear(1, Word::waits, 900);
    presence.hear(1, Word::goes_on, 901);
    EXPECT_FALSE(presence.lost(1900));
    EXPECT_TRUE(presence.lost(1902));
}

TEST(Presence, silence_counts_from_the_beginning_of_the_wait)
{
    Presence presence(1, 2, limits); // waits for rank 0
    presence.begin_wait(0);
    presence.hear(0, Word::waits, 3);
    EXPECT_FALSE(presence.end_wait()) << "it has not said that it waits";
    presence.begin_wait(500); // it was busy itself, and what others said is only now read
    EXPECT_FALSE(presence.lost(519));
    EXPECT_FALSE(presence.lost(523)) << "rank 0 finds out first who is lost";
    auto const lost = presence.lost(525);
    ASSERT_TRUE(lost);
    EXPECT_EQ(lost->rank, 0);
}

TEST(Presence, a_rank_that_was_stopped_itself_counts_silence_from_then_on)
{
    Presence presence(0, 2, limits);
    presence.begin_wait(0);
    for (int now = 1; now <= 10; ++now) (void)presence.has_to_speak(now);
    presence.hear(1, Word::waits, 10);
    EXPECT_TRUE(presence.has_to_speak(600)) << "the whole job was suspended for ten minutes";
    EXPECT_FALSE(presence.lost(600));
    for (int now = 601; now <= 619; ++now) {
        (void)presence.has_to_speak(now);
        EXPECT_FALSE(presence.lost(now)) << now;
    }
    (void)presence.has_to_speak(621);
    EXPECT_TRUE(presence.lost(621)) << "the other one did not wake up";
}

TEST(Presence, ranks_speak_once_an_interval_and_when_they_go_on)
{
    Presence presence(3, 8, limits);
    presence.begin_wait(10);
    EXPECT_FALSE(presence.has_to_speak(11));
    EXPECT_TRUE(presence.has_to_speak(12));
    EXPECT_FALSE(presence.has_to_speak(13));
    EXPECT_TRUE(presence.has_to_speak(14));
    EXPECT_TRUE(presence.end_wait());
    presence.begin_wait(20);
    EXPECT_FALSE(presence.end_wait());
}

TEST(Presence, of_many_ranks_each_speaks_less_often_and_may_be_silent_longer)
{
    Presence presence(0, 10'000, limits);
    EXPECT_DOUBLE_EQ(presence.interval(), 20);
    presence.begin_wait(0);
    for (int other = 1; other < 10'000; ++other) presence.hear(other, Word::waits, 0);
    EXPECT_FALSE(presence.lost(91));
    EXPECT_TRUE(presence.lost(93));
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
