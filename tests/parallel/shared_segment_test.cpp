#include "parallel/shared_segment.hpp"

#include "exahca/parallel/rank_facts.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <unistd.h>

namespace exahca {
namespace {

class SharedSegment : public ::testing::Test
{
protected:
    void SetUp() override
    {
        if (!shared_memory_free()) GTEST_SKIP() << "this machine has no /dev/shm";
    }
    std::string const name = "/exahca-test-" + std::to_string(::getpid());
};

TEST_F(SharedSegment, what_one_writes_the_other_reads_also_when_the_name_is_gone)
{
    auto const made = create_segment(name, 10'000, 0);
    ASSERT_NE(made, nullptr);
    auto const found = open_segment(name, 10'000);
    ASSERT_NE(found, nullptr);
    remove_segment(name);
    EXPECT_EQ(open_segment(name, 10'000), nullptr);
    EXPECT_NE(made.get(), found.get()); // mapped twice
    for (std::size_t i = 0; i < 10'000; ++i) made.get()[i] = static_cast<std::byte>(i % 251);
    for (std::size_t i = 0; i < 10'000; ++i) ASSERT_EQ(found.get()[i], static_cast<std::byte>(i % 251));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(made.get()) % 64, 0U);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(found.get()) % 64, 0U);
}

TEST_F(SharedSegment, a_name_is_taken_once)
{
    auto const made = create_segment(name, 100, 0);
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(create_segment(name, 100, 0), nullptr);
    EXPECT_NE(open_segment(name, 100), nullptr); // the first one is still there
    remove_segment(name);
}

TEST_F(SharedSegment, without_room_there_is_none_and_no_name_is_left)
{
    auto const all = static_cast<std::size_t>(*shared_memory_free());
    EXPECT_EQ(create_segment(name, 100, 2 * all), nullptr);
    EXPECT_EQ(open_segment(name, 100), nullptr);
    EXPECT_EQ(create_segment(name, std::size_t{1} << 60, 0), nullptr);
    EXPECT_EQ(open_segment(name, std::size_t{1} << 60), nullptr);
}

TEST_F(SharedSegment, of_another_size_is_not_taken)
{
    auto const made = create_segment(name, 100, 0);
    ASSERT_NE(made, nullptr);
    EXPECT_EQ(open_segment(name, 101), nullptr);
    remove_segment(name);
}

} // namespace
} // namespace exahca
