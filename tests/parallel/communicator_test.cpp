// What every communicator has to do, tried with the ranks this program was started with (one, or those of mpirun) and
// with simulated ones.

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/parallel/in_process.hpp"
#include "exahca/parallel/rank_facts.hpp"
#include "exahca/parallel/run_workload.hpp"
#include "exahca/parallel/session.hpp"
#include "mpi_main.hpp"
#include "support/toy_workload.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <functional>
#include <map>
#include <thread>

namespace exahca {
namespace {

using testing::toy_results;
using testing::ToyRunner;
using testing::ToySource;

using Program = std::function<void(Communicator&)>;

/// Runs a program on the ranks of this launch and, where it is alone, on simulated ranks with and without delays.
void on_all_communicators(Program const& program)
{
    program(testing::world());
    if (testing::world().size() > 1) return;
    for (int const ranks : {1, 2, 4})
        for (int const delay : {0, 5}) run_in_process({.ranks = ranks, .largest_delay = delay}, program);
    run_in_process({.ranks = 4, .ranks_per_node = 2}, program);
}

Bytes random_bytes(std::uint64_t size, std::uint64_t content)
{
    RandomStream random({2, "bytes", content, {}, 0});
    Bytes bytes(size);
    for (std::uint64_t start = 0; start < size; start += 8) {
        auto const drawn = random.bits();
        std::memcpy(bytes.data() + start, &drawn, std::min<std::uint64_t>(8, size - start));
    }
    return bytes;
}

Message wait_for_message(Communicator& communicator)
{
    for (;;) {
        if (auto message = communicator.receive()) return std::move(*message);
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
}

void deliver(Communicator& communicator)
{
    while (communicator.sending()) std::this_thread::sleep_for(std::chrono::microseconds(50));
}

TEST(Communicator, ranks_and_nodes_are_consistent)
{
    on_all_communicators([](Communicator& communicator) {
        EXPECT_GE(communicator.rank(), 0);
        EXPECT_LT(communicator.rank(), communicator.size());
        EXPECT_GE(communicator.node_rank(), 0);
        EXPECT_LT(communicator.node_rank(), communicator.node_size());
        EXPECT_EQ(communicator.node_rank() == 0, communicator.node_leader() == communicator.rank());
        EXPECT_FALSE(communicator.host().empty());
        ByteWriter writer;
        writer.put(std::array{communicator.rank(), communicator.node_leader(), communicator.node_size()});
        auto const places = communicator.gather(writer.take());
        ASSERT_EQ(places.size(), communicator.rank() == 0 ? static_cast<std::size_t>(communicator.size()) : 0U);
        std::map<int, int> ranks_of_node;
        std::map<int, int> claimed;
        for (std::size_t rank = 0; rank < places.size(); ++rank) {
            auto const [own_rank, leader, node_size] = ByteReader(places[rank]).get<std::array<int, 3>>();
            EXPECT_EQ(own_rank, static_cast<int>(rank));
            ++ranks_of_node[leader];
            claimed[leader] = node_size;
        }
        EXPECT_EQ(ranks_of_node, claimed);
    });
}

TEST(Communicator, messages_arrive_whole_from_the_right_sender_and_in_order)
{
    // From nothing to far above the size up to which MPI sends without asking the receiver.
    std::vector<std::uint64_t> const sizes{0, 1, 100, 5'000, 70'000, 1'000'000, 3, 20'000};
    on_all_communicators([&](Communicator& communicator) {
        for (std::size_t i = 0; i < sizes.size(); ++i)
            for (int rank = 0; rank < communicator.size(); ++rank)
                if (rank != communicator.rank())
                    communicator.send(
                        rank, random_bytes(sizes[i], 100 * static_cast<std::uint64_t>(communicator.rank()) + i));
        std::vector<std::size_t> received(static_cast<std::size_t>(communicator.size()));
        auto const expected = sizes.size() * static_cast<std::size_t>(communicator.size() - 1);
        for (std::size_t count = 0; count < expected; ++count) {
            auto const message = wait_for_message(communicator);
            ASSERT_NE(message.source, communicator.rank());
            auto const number = received[static_cast<std::size_t>(message.source)]++;
            EXPECT_EQ(message.bytes,
                      random_bytes(sizes[number], 100 * static_cast<std::uint64_t>(message.source) + number));
            (void)communicator.sending();
        }
        deliver(communicator);
        communicator.barrier();
        EXPECT_FALSE(communicator.receive().has_value());
        communicator.barrier();
    });
}

TEST(Communicator, broadcast_brings_the_roots_bytes_to_all)
{
    on_all_communicators([](Communicator& communicator) {
        for (int root = 0; root < communicator.size(); ++root)
            for (std::uint64_t const size : {0UL, 1UL, 300000UL}) {
                bool const is_root = communicator.rank() == root;
                EXPECT_EQ(communicator.broadcast(is_root ? random_bytes(size, 7) : random_bytes(5, 8), root),
                          random_bytes(size, 7));
            }
    });
}

TEST(Communicator, gather_collects_bytes_of_different_lengths_by_rank)
{
    on_all_communicators([](Communicator& communicator) {
        auto const own = static_cast<std::uint64_t>(communicator.rank());
        auto const all = communicator.gather(random_bytes(1000 * own, own));
        for (std::uint64_t rank = 0; rank < all.size(); ++rank) EXPECT_EQ(all[rank], random_bytes(1000 * rank, rank));
    });
}

TEST(Communicator, collective_calls_do_not_mix_with_messages)
{
    on_all_communicators([](Communicator& communicator) {
        int const next = (communicator.rank() + 1) % communicator.size();
        if (communicator.size() > 1) communicator.send(next, random_bytes(10, 1));
        EXPECT_EQ(communicator.broadcast(random_bytes(20, 2)), random_bytes(20, 2));
        communicator.barrier();
        if (communicator.size() > 1) {
            EXPECT_EQ(wait_for_message(communicator).bytes, random_bytes(10, 1));
        }
        deliver(communicator);
        communicator.barrier();
    });
}

TEST(Communicator, shared_and_private_storage_hold_the_same_aligned_bytes)
{
    on_all_communicators([](Communicator& communicator) {
        for (auto const storage : {NodeStorage::shared, NodeStorage::private_copies})
            for (std::uint64_t const size : {0UL, 1UL, 100003UL}) {
                auto const bytes = communicator.rank() == 0 ? random_bytes(size, 9) : Bytes{};
                auto const buffer = communicator.share(bytes, storage);
                auto const held = buffer.bytes();
                EXPECT_EQ(Bytes(held.begin(), held.end()), random_bytes(size, 9));
                EXPECT_EQ(reinterpret_cast<std::uintptr_t>(held.data()) % 64, 0U);
                if (storage == NodeStorage::private_copies) {
                    EXPECT_FALSE(buffer.shared());
                }
                communicator.barrier();
            }
    });
}

// Not part of the contract, which allows private copies anywhere; but on Debian's Open MPI a node must share.
TEST(MpiCommunicator, ranks_of_one_node_share_storage)
{
    auto& world = testing::world();
    auto const buffer = world.share(random_bytes(1000, 1), NodeStorage::shared);
    EXPECT_EQ(buffer.shared(), world.node_size() > 1);
    world.barrier();
}

TEST(OnRankZero, an_error_there_is_an_error_everywhere_with_its_status)
{
    on_all_communicators([](Communicator& communicator) {
        int calls = 0;
        on_rank_zero(communicator, [&] { ++calls; });
        EXPECT_EQ(calls, communicator.rank() == 0 ? 1 : 0);
        try {
            on_rank_zero(communicator,
                         [] { throw InvalidInput("scores.h5 cannot be read", "truncated", "copy it again"); });
            ADD_FAILURE() << "nothing was thrown";
        } catch (Error const& error) {
            EXPECT_EQ(error.status(), ExitStatus::input);
            EXPECT_STREQ(error.what(), "scores.h5 cannot be read (truncated): copy it again");
        }
    });
}

TEST(OnEveryRank, an_error_on_any_rank_is_an_error_everywhere_and_names_the_rank)
{
    on_all_communicators([](Communicator& communicator) {
        int calls = 0;
        on_every_rank(communicator, [&] { ++calls; });
        EXPECT_EQ(calls, 1);
        int const last = communicator.size() - 1;
        auto const error_of = [&](bool on_all) -> std::string {
            try {
                on_every_rank(communicator, [&] {
                    if (on_all || communicator.rank() == last) throw UsageError("no such option");
                });
            } catch (CommonError const& error) {
                EXPECT_EQ(error.status(), ExitStatus::usage);
                return error.what();
            }
            return {};
        };
        EXPECT_EQ(error_of(true), "no such option");
        auto const name = last == 0 ? std::string() : "rank " + std::to_string(last) + ": ";
        EXPECT_EQ(error_of(false), name + "no such option");
    });
}

TEST(RunRank, errors_that_all_ranks_know_of_end_in_peace)
{
    on_all_communicators([](Communicator& communicator) {
        auto const status = run_rank(communicator, [&] {
            on_rank_zero(communicator, [] { throw OutputError("disk full"); });
            return ExitStatus::done;
        });
        EXPECT_EQ(status, ExitStatus::output);
        communicator.barrier(); // nobody was aborted
    });
}

TEST(RunRank, an_error_of_one_rank_ends_the_others_where_they_wait)
{
    for (auto const& [failure, status] : std::vector<std::pair<std::function<void()>, ExitStatus>>{
             {[] { throw InvalidInput("bad file"); }, ExitStatus::input},
             {[] { throw std::logic_error("a bug"); }, ExitStatus::internal_error},
             {[] { throw std::bad_alloc(); }, ExitStatus::usage}}) {
        ::testing::internal::CaptureStderr();
        try {
            run_in_process({.ranks = 3}, [&failure = failure](Communicator& communicator) {
                (void)run_rank(communicator, [&] {
                    if (communicator.rank() == 1) failure();
                    communicator.barrier();
                    return ExitStatus::done;
                });
            });
            ADD_FAILURE() << "nothing was thrown";
        } catch (RunAborted const& aborted) {
            EXPECT_EQ(aborted.status(), static_cast<int>(status));
        }
        auto const printed = ::testing::internal::GetCapturedStderr();
        EXPECT_EQ(printed.find("exahca: rank 1 on "), 0U) << printed;
        EXPECT_EQ(std::count(printed.begin(), printed.end(), '\n'), 1) << printed;
    }
}

TEST(RankFacts, tell_host_node_and_memory_of_every_rank)
{
    on_all_communicators([](Communicator& communicator) {
        auto const facts = gather_rank_facts(communicator);
        if (communicator.rank() != 0) {
            EXPECT_TRUE(facts.empty());
            return;
        }
        ASSERT_EQ(facts.size(), static_cast<std::size_t>(communicator.size()));
        std::int64_t total = 0;
        for (auto const& fact : facts) {
            EXPECT_FALSE(fact.host.empty());
            EXPECT_GT(fact.peak_bytes, 1'000'000); // a C++ program with its libraries
            EXPECT_EQ(facts[static_cast<std::size_t>(fact.node_leader)].node_leader, fact.node_leader);
            total += fact.peak_bytes;
        }
        std::int64_t by_node = 0;
        for (auto const& node : node_memory(facts)) by_node += node.peak_bytes;
        EXPECT_EQ(by_node, total);
    });
}

TEST(RunWorkloadOnRanks, results_are_equal_whatever_the_launch)
{
    auto const expected = toy_results(500);
    on_all_communicators([&](Communicator& communicator) {
        for (auto const mode : {RankZeroComputes::automatic, RankZeroComputes::no})
            for (double const target : {1e-3, 1e-2}) {
                ToySource source(500);
                ToyRunner runner([](std::int64_t) { std::this_thread::sleep_for(std::chrono::microseconds(20)); });
                RunOptions options{.chunks = {.target_seconds = target}, .rank_zero_computes = mode};
                auto const statistics =
                    run_workload(communicator, communicator.rank() == 0 ? &source : nullptr, runner, options);
                EXPECT_EQ(statistics.outcome, WorkloadOutcome::finished);
                if (communicator.rank() == 0) {
                    EXPECT_EQ(source.results(), expected);
                }
            }
    });
}

TEST(RunWorkloadOnRanks, a_stop_on_the_last_rank_returns_on_all)
{
    on_all_communicators([](Communicator& communicator) {
        StopFlag stop;
        ToySource source(1'000'000);
        ToyRunner runner([&, count = 0](std::int64_t) mutable {
            std::this_thread::sleep_for(std::chrono::microseconds(20));
            if (communicator.rank() == communicator.size() - 1 && ++count == 50) stop.request();
        });
        auto const statistics = run_workload(communicator, &source, runner, {.stop = &stop});
        EXPECT_EQ(statistics.outcome, WorkloadOutcome::stopped);
        if (communicator.rank() == 0) {
            EXPECT_GT(source.done(), 0);
            EXPECT_LT(source.done(), source.tasks());
        }
    });
}

} // namespace
} // namespace exahca
