#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/parallel/master.hpp"
#include "exahca/parallel/worker.hpp"
#include "parallel/protocol.hpp"
#include "support/toy_workload.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <numeric>

namespace exahca {
namespace {

using testing::toy_results;
using testing::ToyRunner;
using testing::ToySource;

/// One master and some workers without threads or clock: at every step one message, picked at random, arrives, or one
/// worker, picked at random, completes a chunk.
class Conversation
{
public:
    Conversation(WorkSource& source, ChunkPolicy const& policy, int ranks, std::uint64_t seed)
        : random_({seed, "conversation", 0, {}, 0}), to_worker_(index(ranks)), to_master_(index(ranks)),
          assignments_(index(ranks)), workers_(index(ranks), Worker(1))
    {
        std::vector<int> ids(index(ranks));
        std::iota(ids.begin(), ids.end(), 0);
        master_.emplace(source, policy, ids, 1);
    }

    Master& master() { return *master_; }
    std::vector<Worker> const& workers() const { return workers_; }
    std::size_t largest_hand() const { return largest_hand_; }

    bool over() const
    {
        return master_->all_reported() &&
               std::all_of(workers_.begin(), workers_.end(), [](Worker const& worker) { return worker.finished(); });
    }

    void step()
    {
        for (auto& envelope : master_->hand_out(1 + random_.below(3)))
            to_worker_[index(envelope.destination)].push_back(std::move(envelope.message));
        auto const rank = random_.below(workers_.size());
        switch (random_.below(3)) {
        case 0:
            deliver_to_worker(rank);
            break;
        case 1:
            deliver_to_master(rank);
            break;
        case 2:
            compute(rank);
            break;
        }
    }

    void run_to_end()
    {
        for (int steps = 0; !over(); ++steps) {
            ASSERT_LT(steps, 2'000'000) << "the conversation does not end";
            step();
        }
    }

private:
    static std::size_t index(int rank) { return static_cast<std::size_t>(rank); }

    void deliver_to_worker(std::size_t rank)
    {
        if (to_worker_[rank].empty()) return;
        workers_[rank].receive(to_worker_[rank].front());
        to_worker_[rank].pop_front();
        for (auto& assignment : workers_[rank].take_assignments()) assignments_[rank].push_back(std::move(assignment));
        largest_hand_ = std::max(largest_hand_, assignments_[rank].size());
        post(rank);
    }

    void deliver_to_master(std::size_t rank)
    {
        if (to_master_[rank].empty()) return;
        master_->receive(static_cast<int>(rank), to_master_[rank].front());
        to_master_[rank].pop_front();
    }

    void compute(std::size_t rank)
    {
        if (assignments_[rank].empty()) return;
        auto const assignment = std::move(assignments_[rank].front());
        assignments_[rank].pop_front();
        StopFlag stop;
        for (int i = 0; i < workers_[rank].stop_requests(); ++i) stop.request();
        auto reply = ToyRunner().run(assignment.work, stop);
        workers_[rank].completed(assignment.chunk, std::move(reply), 1e-4 * (1 + random_.uniform()));
        post(rank);
    }

    void post(std::size_t rank)
    {
        for (auto& message : workers_[rank].take_messages()) to_master_[rank].push_back(std::move(message));
    }

    RandomStream random_;
    std::vector<std::deque<Bytes>> to_worker_;
    std::vector<std::deque<Bytes>> to_master_;
    std::vector<std::deque<Assignment>> assignments_;
    std::vector<Worker> workers_;
    std::optional<Master> master_;
    std::size_t largest_hand_ = 0;
};

TEST(MasterAndWorkers, results_are_equal_for_any_number_of_ranks_and_any_delays)
{
    auto const expected = toy_results(400);
    for (int const ranks : {1, 2, 3, 8, 50})
        for (std::uint64_t seed = 0; seed < 10; ++seed)
            for (int const prefetch : {0, 1}) {
                ToySource source(400);
                Conversation conversation(
                    source, {.target_seconds = 1e-3, .smallest_seconds = 2e-4, .prefetch = prefetch}, ranks, seed);
                conversation.run_to_end();
                EXPECT_EQ(source.results(), expected) << ranks << " ranks, seed " << seed;
                EXPECT_EQ(conversation.master().outcome(), WorkloadOutcome::finished);
                EXPECT_LE(conversation.largest_hand(), 1U + static_cast<std::size_t>(prefetch));
                EXPECT_GT(conversation.master().chunks(), 0);
            }
}

TEST(MasterAndWorkers, nothing_to_do_ends_at_once_without_a_chunk)
{
    ToySource source(0);
    Conversation conversation(source, {}, 3, 1);
    conversation.run_to_end();
    EXPECT_EQ(conversation.master().chunks(), 0);
    EXPECT_EQ(conversation.master().outcome(), WorkloadOutcome::finished);
}

TEST(MasterAndWorkers, after_a_stop_no_chunk_is_handed_out_and_what_came_back_is_right)
{
    auto const expected = toy_results(400);
    int stopped_early = 0;
    for (std::uint64_t seed = 0; seed < 30; ++seed) {
        ToySource source(400);
        Conversation conversation(source, {.target_seconds = 1e-3, .smallest_seconds = 2e-4}, 4, seed);
        for (std::uint64_t i = 0; i < 4 * seed; ++i) conversation.step();
        auto const chunks = conversation.master().chunks();
        conversation.master().request_stop(1);
        conversation.run_to_end();
        EXPECT_EQ(conversation.master().chunks(), chunks);
        EXPECT_EQ(conversation.master().dropped_chunks(), 0);
        for (auto const& worker : conversation.workers()) {
            EXPECT_EQ(worker.outcome(), conversation.master().outcome());
            EXPECT_EQ(worker.stop_requests(), 1);
        }
        if (source.done() < source.tasks()) ++stopped_early;
        EXPECT_EQ(conversation.master().outcome(),
                  source.done() < source.tasks() ? WorkloadOutcome::stopped : WorkloadOutcome::finished);
        for (std::int64_t i = 0; i < source.tasks(); ++i) {
            auto const result = source.results()[static_cast<std::size_t>(i)];
            EXPECT_TRUE(result == 0 || result == expected[static_cast<std::size_t>(i)]) << i;
        }
    }
    EXPECT_GT(stopped_early, 20);
}

/// A master with two workers that have one chunk each, and the messages that carry them.
struct Started
{
    ToySource source{400};
    Master master{source, {.target_seconds = 1e-3}, {0, 1}, 5};
    std::vector<Worker> workers{Worker(5), Worker(5)};
    std::vector<Assignment> assignments;

    Started()
    {
        for (auto const& envelope : master.hand_out())
            workers[static_cast<std::size_t>(envelope.destination)].receive(envelope.message);
        for (auto& worker : workers)
            for (auto& assignment : worker.take_assignments()) assignments.push_back(std::move(assignment));
    }
    void pass_on(std::vector<Envelope> const& envelopes)
    {
        for (auto const& envelope : envelopes)
            workers[static_cast<std::size_t>(envelope.destination)].receive(envelope.message);
    }
};

TEST(Master, hands_one_chunk_to_each_before_anything_is_stored)
{
    Started started;
    EXPECT_EQ(started.assignments.size(), 2U);
    EXPECT_TRUE(started.master.hand_out().empty()); // costs are not known yet: nothing is stored
}

TEST(Master, dropped_chunks_are_counted_and_late_replies_do_no_harm)
{
    Started started;
    started.master.request_stop(2);
    started.pass_on(started.master.hand_out());
    EXPECT_FALSE(started.master.ended());
    started.master.drop_outstanding();
    EXPECT_EQ(started.master.outcome(), WorkloadOutcome::dropped);
    EXPECT_EQ(started.master.dropped_chunks(), 2);

    // One worker answers before it hears of the end, the other afterwards.
    started.workers[0].completed(started.assignments[0].chunk, ToyRunner().run(started.assignments[0].work, StopFlag{}),
                                 0.1);
    started.pass_on(started.master.hand_out());
    EXPECT_FALSE(started.workers[1].finished());
    started.workers[1].completed(started.assignments[1].chunk, {}, 0.1);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_TRUE(started.workers[i].finished());
        EXPECT_EQ(started.workers[i].outcome(), WorkloadOutcome::dropped);
        for (auto const& message : started.workers[i].take_messages())
            started.master.receive(static_cast<int>(i), message);
    }
    EXPECT_TRUE(started.master.all_reported());
    EXPECT_EQ(started.source.done(), 0);
}

/// One task, which worker 0 holds, and worker 1 with nothing to do.
struct OneTask
{
    ToySource source{1};
    Master master{source, {}, {0, 1}, 5};
    Bytes chunk; ///< as it came to worker 0

    OneTask()
    {
        auto const out = master.hand_out();
        EXPECT_EQ(out.size(), 1U);
        EXPECT_EQ(out.at(0).destination, 0);
        chunk = out.at(0).message;
    }
    static std::vector<Bytes> answer(Worker& worker, Bytes const& message)
    {
        worker.receive(message);
        for (auto const& assignment : worker.take_assignments())
            worker.completed(assignment.chunk, ToyRunner().run(assignment.work, StopFlag{}), 0.1);
        return worker.take_messages();
    }
    void pass_on(Worker& worker, int rank, Bytes const& message)
    {
        for (auto const& reply : answer(worker, message)) master.receive(rank, reply);
    }
};

TEST(Master, what_a_silent_worker_holds_is_given_to_another_and_is_not_waited_for)
{
    OneTask run;
    EXPECT_TRUE(run.master.hand_out().empty()); // worker 0 is at it
    run.master.set_silent(0, true);
    auto const again = run.master.hand_out();
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].destination, 1);
    EXPECT_EQ(again[0].message, run.chunk);
    EXPECT_TRUE(run.master.hand_out().empty()); // once is enough

    Worker other(5);
    run.pass_on(other, 1, again[0].message);
    EXPECT_EQ(run.source.results(), toy_results(1));
    EXPECT_FALSE(run.master.all_reported());
    for (auto const& envelope : run.master.hand_out())
        if (envelope.destination == 1) run.pass_on(other, 1, envelope.message);
    EXPECT_EQ(run.master.outcome(), WorkloadOutcome::finished);
    EXPECT_TRUE(run.master.all_reported());
    EXPECT_EQ(run.master.lost_workers(), std::vector{0});

    // It speaks after all: its reply is not counted again.
    Worker slow(5);
    run.master.set_silent(0, false);
    EXPECT_FALSE(run.master.all_reported());
    run.pass_on(slow, 0, run.chunk);
    EXPECT_EQ(run.source.done(), 1);
    run.pass_on(slow, 0, compose({.kind = MessageKind::finish, .run = 5}));
    EXPECT_TRUE(run.master.all_reported());
    EXPECT_TRUE(run.master.lost_workers().empty());
}

TEST(Master, the_first_reply_counts_whoever_it_comes_from)
{
    OneTask run;
    run.master.set_silent(0, true);
    auto const again = run.master.hand_out();
    ASSERT_EQ(again.size(), 1U);
    run.master.set_silent(0, false);
    Worker slow(5), other(5);
    run.pass_on(slow, 0, run.chunk);
    EXPECT_EQ(run.source.done(), 1);
    run.pass_on(other, 1, again[0].message); // a second time: no harm
    EXPECT_EQ(run.source.done(), 1);
    EXPECT_EQ(run.master.busy_seconds(), (std::vector{0.1, 0.1}));
}

TEST(Master, gives_a_silent_worker_nothing_until_it_speaks)
{
    ToySource source(400);
    Master master(source, {.target_seconds = 1e-3}, {0, 1}, 5);
    master.set_silent(0, true);
    auto const first = master.hand_out();
    ASSERT_EQ(first.size(), 1U);
    EXPECT_EQ(first[0].destination, 1);
    master.set_silent(0, false);
    auto const second = master.hand_out();
    ASSERT_EQ(second.size(), 1U);
    EXPECT_EQ(second[0].destination, 0);
}

TEST(Master, ends_when_a_stop_is_asked_for_or_nobody_is_left)
{
    for (bool const stopped : {true, false}) {
        OneTask run;
        run.master.set_silent(0, true);
        if (stopped)
            run.master.request_stop(1);
        else
            run.master.set_silent(1, true);
        static_cast<void>(run.master.hand_out());
        EXPECT_TRUE(run.master.ended());
        EXPECT_EQ(run.master.outcome(), WorkloadOutcome::stopped);
        EXPECT_EQ(run.master.dropped_chunks(), 1);
        EXPECT_EQ(run.source.done(), 0);
    }
}

TEST(Master, a_signal_that_reached_a_worker_stops_everyone)
{
    Started started;
    started.workers[1].request_stop(1);
    started.workers[1].request_stop(1); // told once
    auto const messages = started.workers[1].take_messages();
    ASSERT_EQ(messages.size(), 1U);
    started.master.receive(1, messages[0]);
    EXPECT_EQ(started.master.stop_requests(), 1);
    started.pass_on(started.master.hand_out());
    EXPECT_EQ(started.workers[0].stop_requests(), 1);
}

TEST(Master, messages_of_an_earlier_computation_are_ignored)
{
    Started started;
    Worker earlier(4);
    earlier.completed(started.assignments[0].chunk, {}, 0.1);
    auto const messages = earlier.take_messages();
    ASSERT_EQ(messages.size(), 1U);
    started.master.receive(0, messages[0]);
    EXPECT_EQ(started.source.done(), 0);
    EXPECT_EQ(started.master.busy_seconds()[0], 0);
}

TEST(Master, answers_to_nothing_that_was_asked_are_bugs)
{
    Started started;
    Worker confused(5);
    confused.completed(started.assignments[0].chunk, ToyRunner().run(started.assignments[0].work, StopFlag{}), 0.1);
    auto const messages = confused.take_messages();
    EXPECT_THROW(started.master.receive(1, messages.at(0)), std::logic_error); // rank 0's chunk
    EXPECT_THROW(started.master.receive(9, messages.at(0)), std::logic_error); // no such worker
    for (auto const& envelope : started.master.hand_out())
        EXPECT_THROW(started.master.receive(0, envelope.message), InvalidInput);
}

/// Says that it is not finished and gives nothing.
struct StuckSource final : WorkSource
{
    std::optional<Bytes> next_chunk(ChunkRequest const&) override { return std::nullopt; }
    void absorb(std::span<std::byte const>, double) override {}
    bool finished() const override { return false; }
    std::pair<double, double> progress() const override { return {0, 1}; }
};

TEST(Master, a_source_that_is_stuck_is_reported_instead_of_waited_for)
{
    StuckSource source;
    Master master(source, {}, {0, 1}, 1);
    EXPECT_THROW((void)master.hand_out(), std::logic_error);
}

TEST(Master, chunks_grow_with_the_ranks_and_shrink_towards_the_end)
{
    ToySource source(1'000'000);
    ChunkPolicy const policy{.target_seconds = 0.01, .smallest_seconds = 1e-3, .message_seconds = 1e-5};
    std::vector<int> many(10'000);
    std::iota(many.begin(), many.end(), 0);
    EXPECT_DOUBLE_EQ(Master(source, policy, {0, 1}, 1).next_target_seconds(), 0.01);
    EXPECT_DOUBLE_EQ(Master(source, policy, many, 1).next_target_seconds(), 0.2); // twice 10,000 messages of 10 us

    ToySource few(200);
    Master master(few, {.target_seconds = 0.05, .smallest_seconds = 1e-3, .prefetch = 0}, {0}, 1);
    Worker worker(1);
    double last = master.next_target_seconds();
    bool shrank = false;
    while (!worker.told_to_finish()) {
        for (auto const& envelope : master.hand_out()) worker.receive(envelope.message);
        for (auto const& assignment : worker.take_assignments()) {
            auto reply = ToyRunner().run(assignment.work, StopFlag{});
            auto const tasks = ByteReader(assignment.work).get<testing::Range>();
            worker.completed(assignment.chunk, std::move(reply), 1e-3 * static_cast<double>(tasks.last - tasks.first));
        }
        for (auto const& message : worker.take_messages()) master.receive(0, message);
        double const target = master.next_target_seconds();
        EXPECT_LE(target, last * 1.0000001);
        shrank = shrank || target < 0.5 * last || target <= 2e-3;
        last = target;
    }
    EXPECT_TRUE(shrank);
    EXPECT_EQ(few.results(), toy_results(200));
}

} // namespace
} // namespace exahca
