#include "parallel/heartbeat.hpp"

#include "exahca/core/error.hpp"

#include <gtest/gtest.h>
#include <stdexcept>
#include <string>
#include <thread>

namespace exahca {
namespace {

constexpr PresenceLimits limits{.alive_seconds = 0.04, .lost_seconds = 0.4};

/// Waits for something that has to come: only a test that hangs is ended by the time.
template <class Condition>
void wait_for(Condition&& condition)
{
    for (int i = 0; i < 200'000 && !condition(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
    ASSERT_TRUE(condition());
}

std::string text_of(std::exception_ptr const& error)
{
    try {
        std::rethrow_exception(error);
    } catch (std::exception const& known) {
        return known.what();
    }
}

/// What the hooks were called with.
struct Calls
{
    std::mutex lock;
    std::vector<int> spoken_to;
    std::string failure;
    std::vector<int> speakers;

    Heartbeat::Hooks hooks()
    {
        return {[this](int to) {
                    std::lock_guard const guard(lock);
                    spoken_to.push_back(to);
                },
                [this] {
                    std::lock_guard const guard(lock);
                    return speakers;
                },
                [this](std::exception_ptr const& error) {
                    std::lock_guard const guard(lock);
                    failure = text_of(error);
                }};
    }
    std::size_t count()
    {
        std::lock_guard const guard(lock);
        return spoken_to.size();
    }
    std::string failed()
    {
        std::lock_guard const guard(lock);
        return failure;
    }
};

TEST(Heartbeat, goes_on_while_the_main_thread_does_something_else)
{
    Calls calls;
    calls.speakers = {0};
    Heartbeat const heartbeat(2, 3, limits, calls.hooks());
    wait_for([&] { return calls.count() >= 20; }); // longer than a rank may be silent
    EXPECT_EQ(calls.spoken_to.front(), 0);
    EXPECT_EQ(calls.failed(), "") << "rank 0 speaks";
}

TEST(Heartbeat, without_a_word_of_rank_zero_another_rank_ends)
{
    Calls calls;
    calls.speakers = {};
    // Rank 0 has a head start of some seconds: see Presence.
    Heartbeat const heartbeat(1, 3, limits, calls.hooks());
    wait_for([&] { return !calls.failed().empty(); });
    EXPECT_NE(calls.failed().find("rank 0 has not been heard of"), std::string::npos) << calls.failed();
}

TEST(Heartbeat, rank_zero_is_told_who_is_lost)
{
    Calls calls;
    calls.speakers = {1, 3};
    Heartbeat const heartbeat(0, 4, limits, calls.hooks());
    wait_for([&] { return heartbeat.lost().has_value(); });
    EXPECT_EQ(heartbeat.lost()->rank, 2);
    EXPECT_EQ(calls.failed(), "") << "what becomes of the run is not the heartbeat's to say";
}

TEST(Heartbeat, an_error_of_the_network_is_handed_on)
{
    Calls calls;
    auto hooks = calls.hooks();
    hooks.listen = []() -> std::vector<int> { throw std::runtime_error("MPI_Improbe failed"); };
    Heartbeat const heartbeat(0, 2, limits, hooks);
    wait_for([&] { return !calls.failed().empty(); });
    EXPECT_EQ(calls.failed(), "MPI_Improbe failed");
}

} // namespace
} // namespace exahca
