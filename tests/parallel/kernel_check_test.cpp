#include "exahca/parallel/kernel_check.hpp"

#include "exahca/parallel/in_process.hpp"
#include "exahca/work/kernel_fingerprint.hpp"

#include <gtest/gtest.h>

namespace exahca {
namespace {

/// Messages for ranks whose kernels have these fingerprints.
std::string message_for(std::vector<std::uint64_t> const& prints)
{
    std::string message;
    run_in_process({.ranks = static_cast<int>(prints.size())}, [&](Communicator& communicator) {
        auto const own = prints[static_cast<std::size_t>(communicator.rank())];
        auto const kernels = gather_kernels(communicator, own);
        EXPECT_EQ(kernels.size(), communicator.rank() == 0 ? prints.size() : 0);
        if (communicator.rank() == 0) message = differing_ranks(kernels);
    });
    return message;
}

TEST(KernelFingerprint, is_the_same_each_time) { EXPECT_EQ(kernel_fingerprint(), kernel_fingerprint()); }

TEST(KernelCheck, ranks_that_agree_are_not_mentioned)
{
    EXPECT_EQ(message_for({7}), "");
    EXPECT_EQ(message_for({7, 7, 7}), "");
}

TEST(KernelCheck, ranks_that_differ_are_named_with_their_hosts)
{
    auto const one = message_for({7, 7, 8});
    EXPECT_TRUE(one.starts_with("rank 2 on ")) << one;
    EXPECT_NE(one.find("computes other bits than rank 0 on "), one.npos) << one;
    auto const two = message_for({7, 9, 7, 8});
    EXPECT_TRUE(two.starts_with("ranks 1 on ")) << two;
    EXPECT_NE(two.find(", 3 on "), two.npos) << two;
    EXPECT_EQ(two.find("2 on "), two.npos) << two;
    std::vector<std::uint64_t> many(20, 1);
    many[0] = 2;
    EXPECT_NE(message_for(many).find("and 11 more"), std::string::npos);
}

TEST(KernelCheck, ranks_that_run_another_program_are_named_with_it)
{
    std::vector<std::string> const programs{"0.1.0 (a)", "0.1.0 (a)", "0.2.0 (b)"};
    std::string message;
    run_in_process({.ranks = 3}, [&](Communicator& communicator) {
        auto const kernels = gather_kernels(communicator, 7, programs[static_cast<std::size_t>(communicator.rank())]);
        if (communicator.rank() == 0) message = differing_programs(kernels);
    });
    EXPECT_TRUE(message.starts_with("rank 2 on ")) << message;
    EXPECT_NE(message.find("(exahca 0.2.0 (b)) runs another program than rank 0"), message.npos) << message;
    EXPECT_EQ(differing_programs({{"a", 1, "x"}, {"b", 2, "x"}}), "");
    EXPECT_EQ(differing_programs({}), "");
}

TEST(KernelCheck, earlier_runs_are_compared_by_what_their_file_says)
{
    DataGroup results;
    EXPECT_TRUE(stored_kernels(results).empty());
    put_kernels(results.group("provenance"), {{"a", 1}, {"b", 2}}, {fingerprint_text(3)});
    auto const stored = stored_kernels(results);
    EXPECT_EQ(stored, (std::set<std::string>{"0000000000000001", "0000000000000002", "0000000000000003"}));
    auto const message = differing_runs({{"here", 2}}, stored);
    EXPECT_NE(message.find("0000000000000001, 0000000000000003"), message.npos) << message;
    EXPECT_NE(message.find("rank 0 on here"), message.npos) << message;
    EXPECT_EQ(differing_runs({{"here", 2}}, {fingerprint_text(2)}), "");
    EXPECT_EQ(differing_runs({{"here", 2}}, {}), "");
}

} // namespace
} // namespace exahca
