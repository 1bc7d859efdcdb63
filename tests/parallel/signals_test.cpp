#include "exahca/parallel/signals.hpp"

#include <gtest/gtest.h>

#include <csignal>
#include <stdexcept>

namespace exahca {
namespace {

TEST(SignalHandlers, each_signal_requests_a_stop_and_the_first_is_named)
{
    for (int const signal : {SIGUSR1, SIGTERM, SIGINT}) {
        StopFlag flag;
        SignalHandlers const handlers(flag);
        EXPECT_EQ(handlers.received(), 0);
        EXPECT_STREQ(handlers.received_name(), "");
        std::raise(signal);
        EXPECT_EQ(flag.requests(), 1);
        std::raise(SIGUSR1);
        EXPECT_EQ(flag.requests(), 2);
        EXPECT_EQ(handlers.received(), signal);
    }
}

TEST(SignalHandlers, give_the_earlier_handlers_back)
{
    static int caught = 0;
    auto const before = std::signal(SIGUSR1, [](int) { ++caught; });
    StopFlag flag;
    {
        SignalHandlers const handlers(flag);
        std::raise(SIGUSR1);
    }
    std::raise(SIGUSR1);
    EXPECT_EQ(flag.requests(), 1);
    EXPECT_EQ(caught, 1);
    std::signal(SIGUSR1, before);
}

TEST(SignalHandlers, only_one_may_live)
{
    StopFlag flag;
    SignalHandlers const handlers(flag);
    EXPECT_THROW(SignalHandlers{flag}, std::logic_error);
}

TEST(SignalHandlersDeathTest, a_third_signal_ends_the_process_as_resumable)
{
    ::testing::FLAGS_gtest_death_test_style = "threadsafe";
    EXPECT_EXIT(
        {
            StopFlag flag;
            SignalHandlers const handlers(flag);
            for (int i = 0; i < 3; ++i) std::raise(SIGTERM);
        },
        ::testing::ExitedWithCode(75), "");
}

} // namespace
} // namespace exahca
