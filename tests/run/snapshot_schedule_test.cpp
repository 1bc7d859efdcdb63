#include "run/snapshot_schedule.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

TEST(SnapshotSchedule, is_due_after_the_interval_that_was_asked_for)
{
    SnapshotSchedule schedule(60, 0.02);
    EXPECT_FALSE(schedule.due(59));
    EXPECT_TRUE(schedule.due(60));
    schedule.written(60, 61); // 1 s in 61 is 1.6 %
    EXPECT_FALSE(schedule.due(120));
    EXPECT_TRUE(schedule.due(121));
    EXPECT_EQ(schedule.text(100), "");
}

TEST(SnapshotSchedule, writing_takes_no_larger_share_than_allowed)
{
    for (double const share : {0.02, 0.2, 0.5, 1.0}) {
        SnapshotSchedule schedule(0, share);
        double now = 0, written = 0;
        for (int i = 0; i < 50; ++i) {
            schedule.written(now, now + 10);
            written += 10;
            now += 10 + schedule.interval();
            EXPECT_TRUE(schedule.due(now));
        }
        EXPECT_NEAR(written / now, share, 1e-9) << share;
    }
}

TEST(SnapshotSchedule, says_what_a_kill_would_cost_where_it_is_more_than_asked_for)
{
    SnapshotSchedule schedule(60, 0.2);
    schedule.written(100, 121); // 21 s: 84 s between
    EXPECT_FALSE(schedule.due(121 + 83));
    EXPECT_TRUE(schedule.due(121 + 84));
    EXPECT_EQ(schedule.text(121 + 70), "saved 01:10 ago, every 01:24 as saving takes 00:21");
}

} // namespace
} // namespace exahca
