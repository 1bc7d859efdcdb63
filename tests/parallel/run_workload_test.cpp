// The driver on simulated ranks: threads of this process that talk through memory.

#include "exahca/parallel/run_workload.hpp"

#include "exahca/core/error.hpp"
#include "exahca/parallel/in_process.hpp"
#include "support/forwarding_communicator.hpp"
#include "support/toy_workload.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <numeric>
#include <thread>
#include <utility>

namespace exahca {
namespace {

using testing::toy_results;
using testing::ToyRunner;
using testing::ToySource;
using namespace std::chrono_literals;

ChunkPolicy small_chunks() { return {.target_seconds = 1e-3, .smallest_seconds = 2e-4}; }

void nap(std::int64_t) { std::this_thread::sleep_for(100us); }

TEST(RunWorkload, results_are_equal_for_any_number_of_ranks_and_any_delays)
{
    auto const expected = toy_results(300);
    for (int const ranks : {1, 2, 3, 9})
        for (auto const mode : {RankZeroComputes::automatic, RankZeroComputes::yes, RankZeroComputes::no})
            run_in_process({.ranks = ranks, .largest_delay = 3, .delay_seed = static_cast<std::uint64_t>(ranks)},
                           [&](Communicator& communicator) {
                               ToySource source(300);
                               ToyRunner runner(nap);
                               RunOptions options{.chunks = small_chunks(), .rank_zero_computes = mode};
                               auto const statistics = run_workload(
                                   communicator, communicator.rank() == 0 ? &source : nullptr, runner, options);
                               EXPECT_EQ(statistics.outcome, WorkloadOutcome::finished);
                               if (communicator.rank() != 0) return;
                               EXPECT_EQ(source.results(), expected);
                               EXPECT_GT(statistics.chunks, 1);
                               EXPECT_GE(statistics.messages, 2 * statistics.chunks);
                               bool const all = mode == RankZeroComputes::yes || ranks == 1 ||
                                                (mode == RankZeroComputes::automatic && ranks < 8);
                               EXPECT_EQ(statistics.computing_ranks, all ? ranks : ranks - 1);
                               EXPECT_EQ(statistics.busy_seconds[0] > 0, all);
                               EXPECT_EQ(runner.tasks() > 0, all);
                               // No rank is busy for longer than the run took.
                               EXPECT_LE(statistics.efficiency_of_computing_ranks(), 1.0);
                               EXPECT_GT(statistics.efficiency_of_all_ranks(), 0.0);
                           });
}

TEST(RunWorkload, may_be_called_again_and_statistics_add_up)
{
    run_in_process({.ranks = 3}, [](Communicator& communicator) {
        RunStatistics total;
        for (std::int64_t const tasks : {100, 0, 57}) {
            ToySource source(tasks);
            ToyRunner runner;
            total.add(run_workload(communicator, &source, runner, {.chunks = small_chunks()}));
            if (communicator.rank() == 0) {
                EXPECT_EQ(source.results(), toy_results(tasks));
            }
        }
        EXPECT_EQ(total.busy_seconds.size(), 3U);
        EXPECT_EQ(total.outcome, WorkloadOutcome::finished);
    });
}

TEST(RunWorkload, a_stop_on_any_rank_returns_on_all_with_what_is_complete)
{
    for (int const stopping_rank : {0, 2}) {
        std::atomic<std::int64_t> started{0};
        run_in_process({.ranks = 3}, [&](Communicator& communicator) {
            StopFlag stop;
            ToySource source(1'000'000);
            ToyRunner runner([&](std::int64_t task) {
                nap(task);
                if (++started > 50 && communicator.rank() == stopping_rank && !stop.requested()) stop.request();
            });
            auto const statistics =
                run_workload(communicator, &source, runner, {.chunks = small_chunks(), .stop = &stop});
            EXPECT_EQ(statistics.outcome, WorkloadOutcome::stopped);
            EXPECT_EQ(statistics.dropped_chunks, 0);
            if (communicator.rank() != 0) return;
            EXPECT_GT(source.done(), 0);
            EXPECT_LT(source.done(), source.tasks());
        });
    }
}

// The work of a rank that is cut off is done by the others; it ends by itself, and so does whoever has lost rank 0.
TEST(RunWorkload, a_rank_that_is_cut_off_costs_time_and_no_results)
{
    for (int const messages : {0, 1, 7}) {
        std::atomic<int> left_without{0}, ended_alone{0};
        auto const run = [&] {
            run_in_process({.ranks = 3, .cut_off = 2, .messages_before_cut = messages},
                           [&](Communicator& communicator) {
                               ToySource source(300);
                               ToyRunner runner(nap);
                               RunOptions options{.chunks = small_chunks()};
                               options.silence = {.alive_seconds = 0.02, .lost_seconds = 0.3, .patience_seconds = 0.6};
                               options.lost = [&](RunStatistics const& statistics) {
                                   EXPECT_EQ(statistics.lost_ranks, std::vector{2});
                                   EXPECT_EQ(statistics.outcome, WorkloadOutcome::finished);
                                   EXPECT_EQ(source.results(), toy_results(300));
                                   ++left_without;
                               };
                               try {
                                   static_cast<void>(run_workload(communicator, &source, runner, options));
                               } catch (RunAborted const& aborted) {
                                   EXPECT_EQ(aborted.status(), static_cast<int>(ExitStatus::lost_ranks));
                                   if (communicator.rank() == 2) ++ended_alone;
                                   throw;
                               }
                           });
        };
        EXPECT_THROW(run(), RunAborted) << messages;
        EXPECT_EQ(left_without, 1) << messages;
        EXPECT_EQ(ended_alone, 1) << messages;
    }
}

// Nobody has told them how long rank 0 may be silent: there is a limit all the same.
TEST(RunWorkload, ranks_that_never_hear_of_rank_zero_end)
{
    std::atomic<int> ended{0};
    auto const run = [&] {
        run_in_process({.ranks = 3, .cut_off = 0, .messages_before_cut = 0}, [&](Communicator& communicator) {
            if (communicator.rank() == 0) { // it has crashed
                while (ended < 1) std::this_thread::sleep_for(1ms);
                return;
            }
            ToyRunner runner;
            RunOptions options;
            options.silence = {.alive_seconds = 0.02, .lost_seconds = 0.1, .long_poll_seconds = 0.3};
            try {
                static_cast<void>(run_workload(communicator, nullptr, runner, options));
            } catch (RunAborted const& aborted) {
                EXPECT_EQ(aborted.status(), static_cast<int>(ExitStatus::lost_ranks));
                ++ended;
                throw;
            }
        });
    };
    EXPECT_THROW(run(), RunAborted);
    EXPECT_EQ(ended, 2);
}

/// One of two ranks; what it sends never seems to arrive.
class SendingForEver final : public testing::ForwardingCommunicator
{
public:
    using ForwardingCommunicator::ForwardingCommunicator;
    bool sending() override { return true; }
};

TEST(RunWorkload, a_last_message_that_never_arrives_is_not_waited_for_without_end)
{
    for (int const cut_off : {0, 1}) {
        int status = 0;
        auto const run = [&] {
            run_in_process({.ranks = 2}, [&](Communicator& inner) {
                SendingForEver sending(inner);
                Communicator& communicator = inner.rank() == cut_off ? sending : inner;
                ToySource source(20);
                ToyRunner runner;
                RunOptions options;
                options.silence.long_poll_seconds = 0.2;
                try {
                    static_cast<void>(run_workload(communicator, &source, runner, options));
                } catch (RunAborted const& aborted) {
                    if (inner.rank() == cut_off) status = aborted.status();
                    throw;
                }
            });
        };
        EXPECT_THROW(run(), RunAborted) << cut_off;
        EXPECT_EQ(status, static_cast<int>(ExitStatus::lost_ranks)) << cut_off;
    }
}

// The process ends without destructors.
TEST(RunWorkload, a_rank_that_fails_can_give_up_what_must_not_stay_before_all_are_aborted)
{
    for (int const failing : {0, 1}) {
        std::vector<int> gave_up;
        auto const run = [&] {
            run_in_process({.ranks = 2}, [&](Communicator& communicator) {
                ToySource source(1'000'000);
                ToyRunner runner([&](std::int64_t task) {
                    nap(task);
                    if (communicator.rank() == failing) throw InvalidInput("struck by lightning");
                });
                RunOptions options{.chunks = small_chunks()};
                options.failed = [&] { gave_up.push_back(communicator.rank()); };
                try {
                    static_cast<void>(run_workload(communicator, &source, runner, options));
                } catch (RunAborted const&) {
                    EXPECT_FALSE(gave_up.empty());
                    throw;
                }
            });
        };
        ::testing::internal::CaptureStderr();
        EXPECT_THROW(run(), RunAborted);
        (void)::testing::internal::GetCapturedStderr();
        ASSERT_FALSE(gave_up.empty());
        EXPECT_EQ(gave_up[0], failing); // then the other, where it hears that it is aborted
    }
}

/// A run whose runners ignore the stop until they are released, asked to stop twice as soon as `wanted` of them are
/// busy. \param release_at_drop  otherwise rank 0 releases them when run_workload returns
void stop_deaf_runners(int ranks, RankZeroComputes mode, int wanted, bool release_at_drop)
{
    std::atomic<bool> release{false};
    std::atomic<int> started{0};
    run_in_process({.ranks = ranks}, [&](Communicator& communicator) {
        StopFlag stop;
        ToySource source(1000);
        ToyRunner runner([&, first = true](std::int64_t) mutable {
            if (std::exchange(first, false)) ++started;
            while (!release) std::this_thread::sleep_for(1ms);
        });
        RunOptions options{.chunks = small_chunks(), .rank_zero_computes = mode, .stop = &stop};
        options.grace_seconds = 0.02;
        options.poll_seconds = 0.001;
        options.poll = [&] {
            if (started == wanted && stop.requests() < 2) stop.request();
        };
        bool dropped = false;
        options.dropped = [&](RunStatistics const& statistics) {
            EXPECT_FALSE(release.load()); // rank 0 waited for nobody
            EXPECT_EQ(statistics.outcome, WorkloadOutcome::dropped);
            EXPECT_GE(statistics.dropped_chunks, wanted);
            dropped = true;
            if (release_at_drop) release = true;
        };
        auto const statistics = run_workload(communicator, &source, runner, options);
        EXPECT_EQ(statistics.outcome, WorkloadOutcome::dropped);
        EXPECT_EQ(dropped, communicator.rank() == 0);
        if (communicator.rank() == 0) {
            EXPECT_EQ(release.load(), release_at_drop);
            EXPECT_EQ(source.done(), 0);
            release = true;
        }
        // The reply that nobody waited for does not disturb what comes next.
        ToySource next(50);
        ToyRunner quick;
        (void)run_workload(communicator, &next, quick, {.chunks = small_chunks()});
        if (communicator.rank() == 0) {
            EXPECT_EQ(next.results(), toy_results(50));
        }
    });
}

TEST(RunWorkload, after_a_second_stop_rank_zero_does_not_wait_for_runners_that_ignore_it)
{
    stop_deaf_runners(2, RankZeroComputes::no, 1, false);
    stop_deaf_runners(4, RankZeroComputes::no, 3, false);
}

TEST(RunWorkload, where_rank_zero_computes_it_can_save_and_leave_before_its_own_runner_ends)
{
    stop_deaf_runners(1, RankZeroComputes::yes, 1, true);
    stop_deaf_runners(2, RankZeroComputes::yes, 2, true);
    stop_deaf_runners(4, RankZeroComputes::yes, 4, true);
}

TEST(RunWorkload, polls_on_the_main_thread_of_rank_zero_while_work_goes_on)
{
    run_in_process({.ranks = 2}, [](Communicator& communicator) {
        auto const main_thread = std::this_thread::get_id();
        int polls = 0;
        ToySource source(300);
        ToyRunner runner(nap);
        RunOptions options{.chunks = small_chunks()};
        options.poll_seconds = 0.002;
        options.poll = [&] {
            EXPECT_EQ(std::this_thread::get_id(), main_thread);
            ++polls;
        };
        (void)run_workload(communicator, &source, runner, options);
        EXPECT_EQ(polls > 0, communicator.rank() == 0);
    });
}

TEST(RunWorkload, a_runner_that_throws_aborts_all_ranks_with_one_line)
{
    ::testing::internal::CaptureStderr();
    try {
        run_in_process({.ranks = 3}, [](Communicator& communicator) {
            ToySource source(1'000'000);
            ToyRunner runner([&](std::int64_t task) {
                nap(task);
                if (communicator.rank() == 2) throw InvalidInput("singular beyond repair");
            });
            (void)run_workload(communicator, &source, runner, {.chunks = small_chunks()});
        });
        ADD_FAILURE() << "nothing was thrown";
    } catch (RunAborted const& aborted) {
        EXPECT_EQ(aborted.status(), 1); // a bug, whatever its type
    }
    auto const printed = ::testing::internal::GetCapturedStderr();
    EXPECT_EQ(printed.find("exahca: rank 2 on "), 0U) << printed;
    EXPECT_NE(printed.find("singular beyond repair"), std::string::npos) << printed;
    EXPECT_EQ(std::count(printed.begin(), printed.end(), '\n'), 1) << printed;
}

TEST(RunWorkload, an_error_of_the_poll_hook_keeps_its_status)
{
    ::testing::internal::CaptureStderr();
    try {
        run_in_process({.ranks = 2}, [](Communicator& communicator) {
            ToySource source(1'000'000);
            ToyRunner runner(nap);
            RunOptions options{.chunks = small_chunks(), .poll = [] { throw OutputError("disk full"); }};
            (void)run_workload(communicator, &source, runner, options);
        });
        ADD_FAILURE() << "nothing was thrown";
    } catch (RunAborted const& aborted) {
        EXPECT_EQ(aborted.status(), static_cast<int>(ExitStatus::output));
    }
    EXPECT_NE(::testing::internal::GetCapturedStderr().find("disk full"), std::string::npos);
}

TEST(RunWorkload, alone_the_exception_itself_comes_out)
{
    auto const communicator = make_serial_communicator();
    ToySource source(10);
    ToyRunner throwing([](std::int64_t) { throw std::logic_error("a bug"); });
    EXPECT_THROW((void)run_workload(*communicator, &source, throwing, {}), RunnerFailure);
    ToyRunner greedy([](std::int64_t) { throw std::bad_alloc(); });
    EXPECT_THROW((void)run_workload(*communicator, &source, greedy, {}), std::bad_alloc); // no bug
    ToyRunner sound;
    RunOptions options;
    options.poll_seconds = 0;
    options.poll = [] { throw OutputError("disk full"); };
    EXPECT_THROW((void)run_workload(*communicator, &source, sound, options), OutputError);
    EXPECT_THROW((void)run_workload(*communicator, nullptr, sound, {}), std::logic_error);
}

} // namespace
} // namespace exahca
