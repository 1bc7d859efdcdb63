// The simulator finds bugs that are planted, and gives the same history for the same seed.

#include "histories/history.hpp"

#include "exahca/io/tree_file.hpp"
#include "histories/planted_bugs.hpp"
#include "histories/quick_trees.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace exahca::histories {
namespace {

/// Histories are many before one of them is of a kind that a bug shows in.
constexpr std::uint64_t most_seeds = 600;

class Histories : public ::testing::Test
{
protected:
    /// The first history that breaks a promise; none broken: there is no such.
    History first_broken(PlantedBug const& bug)
    {
        for (std::uint64_t seed = 1; seed <= most_seeds; ++seed) {
            auto history = run_history(problems, {.seed = seed, .bug = bug});
            if (history.broken.empty()) continue;
            EXPECT_TRUE(run_history(problems, {.seed = seed}).broken.empty()) << "without the bug, seed " << seed;
            return history;
        }
        return {};
    }

    Problems problems;
};

TEST_F(Histories, the_same_seed_gives_the_same_history)
{
    std::vector<std::uint64_t> traces;
    for (std::uint64_t seed = 1; seed <= 8; ++seed) {
        auto const once = run_history(problems, {.seed = seed});
        auto const again = run_history(problems, {.seed = seed, .print_notes = true});
        EXPECT_EQ(once.trace, again.trace) << seed;
        EXPECT_EQ(once.launches, again.launches) << seed;
        EXPECT_EQ(once.seconds, again.seconds) << seed;
        EXPECT_LT(once.account.size(), again.account.size()) << seed;
        traces.push_back(once.trace);
    }
    std::sort(traces.begin(), traces.end());
    EXPECT_EQ(std::unique(traces.begin(), traces.end()), traces.end());
}

// Two signals while the last tasks are under way, and a disk that takes 20 s to save: rank 1 gave rank 0 up after 22 s
// and ended all ranks with what was being saved.
TEST_F(Histories, ranks_wait_for_rank_zero_that_saves_what_two_signals_leave)
{
    auto const history = run_history(problems, {.seed = 33357707, .print_notes = true});
    EXPECT_TRUE(history.broken.empty()) << history.account;
    EXPECT_NE(history.account.find("2 signals"), std::string::npos) << history.account;
}

TEST_F(Histories, a_snapshot_that_is_renamed_before_it_is_synced_is_found)
{
    auto const history = first_broken(
        {.disk = [](io::Disk& honest) { return std::make_unique<RenamesBeforeSync>(honest); }, .world = {}});
    ASSERT_FALSE(history.broken.empty());
    EXPECT_NE(history.account.find("power"), std::string::npos) << history.account;
}

TEST_F(Histories, a_reply_that_is_counted_twice_is_found)
{
    auto const history = first_broken(
        {.disk = {}, .world = [](Communicator& honest) { return std::make_unique<CountsAReplyTwice>(honest); }});
    EXPECT_FALSE(history.broken.empty());
}

TEST_F(Histories, a_wait_without_end_is_found)
{
    auto const history =
        first_broken({.disk = {}, .world = [](Communicator& honest) { return std::make_unique<LosesAReply>(honest); }});
    ASSERT_FALSE(history.broken.empty());
    EXPECT_NE(history.broken[0].find("it does not end"), std::string::npos) << history.broken[0];
}

// With HDF5 files a history takes ten times as long; what happens in it is the same.
TEST_F(Histories, files_of_both_kinds_pass)
{
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        auto const quick = run_history(problems, {.seed = seed});
        auto const hdf5 = run_history(problems, {.seed = seed, .files = Files::hdf5});
        EXPECT_TRUE(quick.broken.empty());
        EXPECT_TRUE(hdf5.broken.empty());
        EXPECT_EQ(quick.launches, hdf5.launches);
    }
}

// The linker puts the quick trees before the others only as long as their functions have the names it is told.
TEST(QuickTrees, stand_in_for_hdf5_files)
{
    TemporaryDirectory const directory;
    auto const path = directory.file("t.h5");
    DataGroup tree;
    tree.attributes.emplace_back("answer", std::int64_t{42});
    {
        QuickTrees const quick;
        write_tree(path, tree);
        EXPECT_EQ(file_content(path).find("a tree kept in memory"), 0U);
        EXPECT_EQ(read_tree(path).attributes, tree.attributes);
    }
    write_tree(path, tree);
    EXPECT_EQ(file_content(path).substr(1, 3), "HDF");
    EXPECT_EQ(read_tree(path).attributes, tree.attributes);
}

} // namespace
} // namespace exahca::histories
