// Simulated time, and the disk that goes with it.

#include "histories/clockwork.hpp"

#include "histories/disk.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>

namespace exahca::histories {
namespace {

using namespace std::chrono_literals;

Draws draws() { return {1, "test", 0}; }

TEST(Clockwork, days_take_no_time_and_come_in_order)
{
    Clockwork clockwork({}, draws(), 2);
    std::vector<int> order;
    for (int const rank : {0, 1})
        clockwork.add_rank(rank, [&, rank] {
            for (int i = 0; i < 3; ++i) {
                Timekeeper::current().sleep_for(rank == 0 ? 5h : 7h);
                order.push_back(rank);
            }
        });
    EXPECT_EQ(clockwork.run(), "");
    EXPECT_EQ(order, (std::vector{0, 1, 0, 1, 0, 1})); // at 5, 7, 10, 14, 15 and 21 hours
    EXPECT_GE(clockwork.time(), 21h);
}

TEST(Clockwork, a_thread_beside_the_main_one_is_waited_for)
{
    Clockwork clockwork({.work_seconds = 10}, draws(), 1);
    bool found = false;
    clockwork.add_rank(0, [&] {
        auto& time = Timekeeper::current();
        std::mutex lock;
        std::condition_variable changed;
        bool done = false;
        auto helper = time.start([&] {
            (void)time.now(); // takes a part of a task's time
            std::lock_guard const guard(lock);
            done = true;
            time.notify_one(changed);
        });
        std::unique_lock guard(lock);
        while (!done) time.wait(changed, guard);
        guard.unlock();
        time.join(helper);
        found = done;
    });
    EXPECT_EQ(clockwork.run(), "");
    EXPECT_TRUE(found);
}

TEST(Clockwork, who_would_wait_for_ever_is_found)
{
    Clockwork clockwork({}, draws(), 1);
    clockwork.add_rank(0, [] {
        std::mutex lock;
        std::condition_variable never_changed;
        std::unique_lock guard(lock);
        for (;;) Timekeeper::current().wait(never_changed, guard);
    });
    EXPECT_EQ(clockwork.run(), "no rank will ever move again");

    Clockwork restless({.limit_seconds = 100}, draws(), 1);
    restless.add_rank(0, [] {
        for (;;) Timekeeper::current().sleep_for(1s);
    });
    EXPECT_EQ(restless.run(), "it does not end");
}

TEST(Clockwork, a_killed_rank_does_nothing_more)
{
    Clockwork clockwork({}, draws(), 1);
    int slept = 0;
    clockwork.add_rank(0, [&] {
        for (;; ++slept) Timekeeper::current().sleep_for(1s);
    });
    clockwork.at(seconds(10.5), [&] { clockwork.kill(0); });
    EXPECT_EQ(clockwork.run(), "");
    EXPECT_LE(slept, 10);
    EXPECT_GE(slept, 5);
}

class DiskOfRank : public ::testing::Test
{
protected:
    /// Has rank 0 do something with the disk.
    void run(DiskFaults const& faults, std::function<void()> const& action)
    {
        Clockwork clockwork({}, draws(), 1);
        disk.plug_in(&clockwork, faults);
        clockwork.add_rank(0, action);
        EXPECT_EQ(clockwork.run(), "");
        disk.plug_in(nullptr, {});
    }

    void write(std::string const& name, std::string const& text, bool sync_file)
    {
        int const file = disk.open(directory.file(name).c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0644);
        EXPECT_EQ(disk.write(file, text.data(), text.size()), std::ssize(text));
        if (sync_file) {
            EXPECT_EQ(disk.sync(file), 0);
        }
        EXPECT_EQ(disk.close(file), 0);
    }
    void sync_directory()
    {
        int const folder = disk.open(directory.path().c_str(), O_RDONLY | O_DIRECTORY, 0);
        EXPECT_EQ(disk.sync(folder), 0);
        disk.close(folder);
    }

    TemporaryDirectory directory;
    SimulatedDisk disk{directory.path().string(), draws()};
};

TEST_F(DiskOfRank, what_is_synced_outlives_a_loss_of_power)
{
    run({}, [&] {
        write("kept", "safe", true);
        sync_directory();
    });
    disk.lose_power();
    EXPECT_EQ(file_content(directory.file("kept")), "safe");
    EXPECT_FALSE(disk.has_lied());
}

TEST_F(DiskOfRank, what_is_not_synced_may_be_lost_in_every_way)
{
    bool gone = false, zeros = false, cut = false;
    for (int i = 0; i < 60; ++i) {
        run({}, [&] { write("new", "eight by", false); });
        disk.lose_power();
        auto const text = file_content(directory.file("new"));
        gone = gone || !std::filesystem::exists(directory.file("new"));
        zeros = zeros || text == std::string(8, '\0');
        cut = cut || (!text.empty() && text.size() < 8);
        run({}, [&] { (void)disk.unlink(directory.file("new").c_str()); });
    }
    EXPECT_TRUE(gone);
    EXPECT_TRUE(zeros);
    EXPECT_TRUE(cut);
}

TEST_F(DiskOfRank, a_rename_that_is_not_synced_may_be_undone)
{
    bool undone = false, done = false;
    for (int i = 0; i < 40; ++i) {
        run({}, [&] {
            write("old", "old", true);
            write("new", "new", true);
            sync_directory();
            EXPECT_EQ(disk.rename(directory.file("new").c_str(), directory.file("old").c_str()), 0);
        });
        disk.lose_power();
        undone = undone || file_content(directory.file("old")) == "old";
        done = done || file_content(directory.file("old")) == "new";
    }
    EXPECT_TRUE(undone);
    EXPECT_TRUE(done);
}

TEST_F(DiskOfRank, faults_are_told_from_lies)
{
    run({.full_from = {}}, [&] {
        int const file = disk.open(directory.file("f").c_str(), O_WRONLY | O_CREAT, 0644);
        EXPECT_EQ(disk.write(file, "x", 1), -1);
        EXPECT_EQ(errno, ENOSPC);
        disk.close(file);
    });
    EXPECT_TRUE(disk.has_failed());
    EXPECT_FALSE(disk.has_lied());
    run({.lying_syncs = 1}, [&] { write("f", "x", true); });
    EXPECT_FALSE(disk.has_failed());
    EXPECT_TRUE(disk.has_lied());
}

} // namespace
} // namespace exahca::histories
