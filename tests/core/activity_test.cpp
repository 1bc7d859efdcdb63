#include "exahca/core/activity.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

TEST(Activity, tells_the_last_step_and_never_falls_back)
{
    Activity activity;
    EXPECT_TRUE(activity.state().what.empty());
    activity.tell("restart 6 of 6", 0.5);
    activity.tell("restart 1 of 6", 0.1); // a second round
    EXPECT_EQ(activity.state().what, "restart 1 of 6");
    EXPECT_EQ(activity.state().share, 0.5);
    activity.end();
    EXPECT_TRUE(activity.state().what.empty());
    EXPECT_EQ(activity.state().share, 0);
    activity.tell("joint fit 1 of 12", 0.02);
    EXPECT_EQ(activity.state().share, 0.02);
}

} // namespace
} // namespace exahca
