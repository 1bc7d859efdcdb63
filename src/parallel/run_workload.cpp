#include "exahca/parallel/run_workload.hpp"

#include "compute_thread.hpp"
#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "exahca/core/timekeeper.hpp"
#include "exahca/parallel/presence.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/parallel/worker.hpp"
#include "protocol.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <fmt/ranges.h>
#include <numeric>
#include <optional>
#include <utility>

namespace exahca {
namespace {

using TimePoint = Timekeeper::TimePoint;
using namespace std::chrono_literals;

// From this number of ranks on rank 0 only hands out work.
constexpr int many_ranks = 8;
// How often a rank looks for messages, between the shortest pause, right after something has happened, and the longest:
// while it starves or others may wait for it; while it has work in store; while it is the only rank.
constexpr std::chrono::nanoseconds shortest_pause = 50us;
constexpr std::chrono::nanoseconds longest_idle_pause = 100us;
constexpr std::chrono::nanoseconds longest_busy_pause = 1ms;
constexpr std::chrono::nanoseconds longest_lonely_pause = 2ms;

/// Processor time of the calling thread.
double cpu_seconds()
{
    timespec time{};
    if (::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) != 0) return 0;
    return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

double seconds_between(TimePoint from, TimePoint to) { return std::chrono::duration<double>(to - from).count(); }

bool rank_zero_computes(RankZeroComputes mode, int ranks)
{
    if (ranks == 1) return true;
    if (mode == RankZeroComputes::automatic) return ranks < many_ranks;
    return mode == RankZeroComputes::yes;
}

/// All ranks, or all but rank 0, which then has all its time for messages.
std::vector<int> computing_ranks(RunOptions const& options, int ranks)
{
    std::vector<int> workers(static_cast<std::size_t>(ranks));
    std::iota(workers.begin(), workers.end(), 0);
    if (!rank_zero_computes(options.rank_zero_computes, ranks)) workers.erase(workers.begin());
    return workers;
}

/// One rank's part in one distributed computation: carries messages between master, worker and compute thread.
class Driver
{
public:
    Driver(Communicator& communicator, WorkSource* source, WorkRunner& runner, RunOptions const& options)
        : communicator_(communicator), options_(options), workers_(computing_ranks(options, communicator.size())),
          run_(communicator.begin_computation()), start_(time_.now()), last_poll_(start_), last_look_(start_),
          last_heard_(static_cast<std::size_t>(communicator.size()), start_)
    {
        if (communicator.rank() == 0) {
            if (!source) throw std::logic_error("rank 0 was given no source of work");
            master_.emplace(*source, options.chunks, workers_, run_);
        }
        if (std::find(workers_.begin(), workers_.end(), communicator.rank()) != workers_.end()) {
            worker_.emplace(run_);
            compute_.emplace(runner);
        }
    }

    RunStatistics run()
    {
        for (;;) {
            watch_for_stop();
            bool const something_happened = exchange();
            keep_in_touch();
            if (over()) break;
            if (master_) poll_when_due();
            if (something_happened)
                pause_ = shortest_pause;
            else
                pause();
        }
        deliver_last_messages();
        auto const result = statistics();
        if (!result.lost_ranks.empty()) leave_without(result);
        return result;
    }

private:
    /// Says that this rank is there, and finds out which others are.
    void keep_in_touch()
    {
        if (communicator_.size() == 1) return;
        auto const now = time_.now();
        // A process that was stopped for a while finds the words of the others only now.
        if (seconds_between(last_look_, now) > options_.silence.alive_seconds) {
            std::fill(last_heard_.begin(), last_heard_.end(), now);
            last_word_ = {};
        }
        last_look_ = now;
        auto const& silence = options_.silence;
        double const interval = seconds_between_words(silence.alive_seconds, communicator_.size());
        if (seconds_between(last_word_, now) >= interval) {
            last_word_ = now;
            if (master_)
                say_alive(silence.patience_seconds + 4 * interval);
            else {
                worker_->say_alive();
                send_to_master();
            }
        }
        if (master_)
            find_silent_workers(now,
                                longest_silence(silence.lost_seconds, silence.alive_seconds, communicator_.size()));
        else if (double const patience =
                     worker_->patience_seconds() > 0 ? worker_->patience_seconds() : silence.long_poll_seconds;
                 seconds_between(last_heard_[0], now) > patience)
            throw RanksLost(fmt::format("rank 0 has not been heard of for {:.0f} s", patience),
                            "its node or the network is gone",
                            "continue from the last interim results with the same command and --resume");
    }

    /// To every worker that listens. \param patience  seconds until the next word, at most
    void say_alive(double patience)
    {
        auto const message = compose({.kind = MessageKind::alive,
                                      .run = run_,
                                      .chunk = 0,
                                      .number = static_cast<std::uint64_t>(std::ceil(patience)),
                                      .seconds = 0});
        for (int const worker : workers_)
            if (worker != 0 && !master_->is_silent(worker)) communicator_.send(worker, message);
    }

    /// A worker that has reported is not waited for and may be silent.
    void find_silent_workers(TimePoint now, double limit)
    {
        for (int const worker : workers_) {
            if (worker == 0) continue;
            bool const silent = !master_->has_reported(worker) &&
                                seconds_between(last_heard_[static_cast<std::size_t>(worker)], now) > limit;
            master_->set_silent(worker, silent);
        }
    }

    /// The computation is done, but some ranks are gone: nothing collective can follow. RunOptions::lost saves what
    /// there is; where it returns, RanksLost ends all.
    void leave_without(RunStatistics const& result)
    {
        if (options_.lost) options_.lost(result);
        throw RanksLost(lost_text(result.lost_ranks), "a node or the network is gone");
    }

    /// One round of messages: what has come, what was completed here, then new chunks. Rank 0's own worker is served by
    /// calls instead of messages. \returns whether anything was received or completed
    bool exchange()
    {
        bool something = receive_messages();
        if (worker_) {
            for (auto& done : compute_->take_completed()) {
                worker_->completed(done.chunk, std::move(done.reply), done.seconds);
                something = true;
            }
            send_to_master();
        }
        if (master_) hand_out();
        if (worker_) {
            compute_->request_stop(worker_->stop_requests());
            for (auto& assignment : worker_->take_assignments()) compute_->submit(std::move(assignment));
            send_to_master();
        }
        still_sending_ = communicator_.sending();
        return something;
    }

    bool receive_messages()
    {
        // Bounded, so that a flood of replies does not keep the master from handing out.
        for (int received = 0; received < 64; ++received) {
            // What the master sends after the end belongs to the next computation, even if work is still being dropped.
            if (!master_ && worker_->told_to_finish()) return received > 0;
            auto const message = communicator_.receive();
            if (!message) return received > 0;
            last_heard_[static_cast<std::size_t>(message->source)] = time_.now();
            if (master_)
                master_->receive(message->source, message->bytes);
            else
                worker_->receive(message->bytes);
        }
        return true;
    }

    void send_to_master()
    {
        for (auto& message : worker_->take_messages()) {
            if (master_)
                master_->receive(0, message);
            else
                communicator_.send(0, std::move(message));
        }
    }

    void hand_out()
    {
        for (auto& envelope : master_->hand_out()) {
            if (envelope.destination == 0)
                worker_->receive(envelope.message);
            else
                communicator_.send(envelope.destination, std::move(envelope.message));
        }
    }

    void watch_for_stop()
    {
        int const requests = options_.stop ? options_.stop->requests() : 0;
        if (!master_) {
            if (requests > 0) worker_->request_stop(requests);
            return;
        }
        master_->request_stop(requests); // the master may know of more, from other ranks
        if (master_->stop_requests() > seen_stops_) {
            if (master_->stop_requests() >= 2 && seen_stops_ < 2)
                give_up_at_ = time_.now() + seconds(options_.grace_seconds);
            seen_stops_ = master_->stop_requests();
            last_poll_ = {}; // snapshots do not wait for the next regular look
        }
        if (give_up_at_ && time_.now() >= *give_up_at_) {
            give_up_at_.reset();
            master_->drop_outstanding();
            if (options_.dropped && master_->outcome() == WorkloadOutcome::dropped) {
                // The others do not know of it yet, and would end all ranks when they hear nothing for long.
                say_alive(options_.silence.long_poll_seconds);
                options_.dropped(statistics());
            }
        }
    }

    static TimePoint::duration seconds(double count)
    {
        return std::chrono::duration_cast<TimePoint::duration>(std::chrono::duration<double>(count));
    }

    void poll_when_due()
    {
        auto const now = time_.now();
        if (!options_.poll || now < last_poll_ + seconds(options_.poll_seconds)) return;
        last_poll_ = now;
        // Asked in any case: what it does not announce the poll leaves for the next time.
        if (options_.poll_takes_long && options_.poll_takes_long() && communicator_.size() > 1) {
            say_alive(options_.silence.long_poll_seconds);
            last_word_ = {}; // and soon after it
        }
        double const before = cpu_seconds();
        options_.poll();
        poll_cpu_ += cpu_seconds() - before;
    }

    /// A worker is done when it was told so and has reported; the master when all have reported, or need not.
    bool over() const
    {
        if (worker_ && !worker_->finished()) return false;
        if (!master_) return true;
        return master_->ended() && (master_->all_reported() || master_->outcome() == WorkloadOutcome::dropped);
    }

    /// Messages on their way need looks at MPI to get on, since no other thread makes any progress there.
    std::chrono::nanoseconds longest_pause() const
    {
        if (still_sending_) return shortest_pause;
        if (communicator_.size() == 1) return longest_lonely_pause;
        bool const stored = worker_ && worker_->in_hand() > 0;
        bool const others_wait = master_ && (!worker_ || master_->someone_waits());
        return stored && !others_wait ? longest_busy_pause : longest_idle_pause;
    }

    /// Grows by a quarter each time nothing happens. A rank that computes wakes up when something is completed.
    void pause()
    {
        auto const longest = longest_pause();
        pause_ = std::min(communicator_.size() == 1 ? longest : pause_ + pause_ / 4, longest);
        if (compute_)
            compute_->wait_for_completed(pause_);
        else
            time_.sleep_for(pause_);
    }

    /// The other side may be gone after work was dropped: then only for a moment. Otherwise it may be writing results.
    void deliver_last_messages()
    {
        bool const dropped = (master_ ? master_->outcome() : worker_->outcome()) == WorkloadOutcome::dropped;
        bool const lost = master_ && !master_->lost_workers().empty();
        auto const begin = time_.now();
        auto const longest = dropped ? 0.1 : lost ? 1.0 : options_.silence.long_poll_seconds;
        while (communicator_.sending()) {
            if (seconds_between(begin, time_.now()) > longest) {
                if (dropped || lost) return;
                throw RanksLost(fmt::format("messages to other ranks have not arrived for {:.0f} s", longest),
                                "a node or the network is gone",
                                "continue from the last interim results with the same command and --resume");
            }
            time_.sleep_for(shortest_pause);
        }
    }

    /// What this rank knows; also asked for while chunks are still out (RunOptions::dropped).
    RunStatistics statistics() const
    {
        RunStatistics result;
        result.wall_seconds = seconds_between(start_, time_.now());
        result.busy_seconds.assign(static_cast<std::size_t>(communicator_.size()), 0.0);
        result.computing_ranks = static_cast<int>(workers_.size());
        if (!master_) {
            result.outcome = worker_->outcome();
            result.busy_seconds[static_cast<std::size_t>(communicator_.rank())] = worker_->busy_seconds();
            return result;
        }
        result.outcome = master_->outcome();
        result.master_seconds = cpu_seconds() - cpu_at_start_ - poll_cpu_;
        for (std::size_t i = 0; i < workers_.size(); ++i)
            result.busy_seconds[static_cast<std::size_t>(workers_[i])] = master_->busy_seconds()[i];
        result.chunks = master_->chunks();
        result.dropped_chunks = master_->dropped_chunks();
        result.messages = master_->messages();
        if (master_->ended()) result.lost_ranks = master_->lost_workers();
        return result;
    }

    Timekeeper& time_ = Timekeeper::current();
    Communicator& communicator_;
    RunOptions const& options_;
    std::vector<int> workers_;
    std::uint32_t run_;
    TimePoint start_;
    TimePoint last_poll_;
    TimePoint last_look_;               // of keep_in_touch
    TimePoint last_word_;               // that this rank is there
    std::vector<TimePoint> last_heard_; // of each rank, messages of earlier computations included
    // Processor time of the main thread at the start, and in the poll hook, which is no part of master_seconds.
    double cpu_at_start_ = cpu_seconds();
    double poll_cpu_ = 0;
    std::optional<TimePoint> give_up_at_;
    std::chrono::nanoseconds pause_ = shortest_pause;
    int seen_stops_ = 0;
    bool still_sending_ = false;
    std::optional<Master> master_;
    std::optional<Worker> worker_;
    std::optional<ComputeThread> compute_;
};

} // namespace

std::string lost_text(std::span<int const> ranks)
{
    if (ranks.size() == 1) return fmt::format("rank {} has not been heard of any more", ranks[0]);
    return fmt::format("ranks {} have not been heard of any more", fmt::join(ranks, ", "));
}

int computing_rank_count(RankZeroComputes mode, int ranks)
{
    return rank_zero_computes(mode, ranks) ? ranks : ranks - 1;
}

double RunStatistics::efficiency_of_all_ranks() const
{
    double const available = wall_seconds * static_cast<double>(busy_seconds.size());
    return available > 0 ? std::accumulate(busy_seconds.begin(), busy_seconds.end(), 0.0) / available : 0;
}

double RunStatistics::efficiency_of_computing_ranks() const
{
    if (computing_ranks == 0) return 0;
    return efficiency_of_all_ranks() * static_cast<double>(busy_seconds.size()) / computing_ranks;
}

void RunStatistics::add(RunStatistics const& other)
{
    outcome = std::max(outcome, other.outcome);
    wall_seconds += other.wall_seconds;
    master_seconds += other.master_seconds;
    busy_seconds.resize(std::max(busy_seconds.size(), other.busy_seconds.size()));
    for (std::size_t i = 0; i < other.busy_seconds.size(); ++i) busy_seconds[i] += other.busy_seconds[i];
    computing_ranks = std::max(computing_ranks, other.computing_ranks);
    chunks += other.chunks;
    dropped_chunks += other.dropped_chunks;
    messages += other.messages;
    for (int const rank : other.lost_ranks)
        if (std::find(lost_ranks.begin(), lost_ranks.end(), rank) == lost_ranks.end()) lost_ranks.push_back(rank);
}

RunStatistics run_workload(Communicator& communicator, WorkSource* source, WorkRunner& runner,
                           RunOptions const& options)
{
    Driver driver(communicator, source, runner, options);
    try {
        return driver.run();
    } catch (...) {
        if (communicator.size() == 1) throw;
        // The process ends without destructors from here.
        if (options.failed) options.failed();
        report_and_abort(communicator, std::current_exception());
    }
}

} // namespace exahca
