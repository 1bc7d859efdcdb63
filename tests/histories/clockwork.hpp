#pragma once

#include "exahca/core/timekeeper.hpp"
#include "exahca/parallel/communicator.hpp"
#include "histories/draws.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <semaphore>
#include <string>
#include <utility>
#include <vector>

namespace exahca::histories {

/// Unwinds the threads of a rank that was killed, where a real process would be gone.
class RankKilled : public RunAborted
{
public:
    RankKilled() : RunAborted(137) {}
};

/// How time passes for the ranks of a launch.
struct Pace
{
    double work_seconds = 0.1;  ///< mean of half a task, on a rank of usual speed
    double longest_rest = 0.2;  ///< a rank that waits in vain looks again after so many seconds at the latest
    double limit_seconds = 1e5; ///< of the whole launch
    /// Turns of threads: a launch with a rank a hundred times as slow has taken more than 400,000.
    std::int64_t steps = 2'000'000;
};

/// Simulated time. The threads of all ranks take turns: one runs until it waits or asks for the time of its work, then
/// the one whose turn comes first in simulated time. So a seed gives the same history each time, and hours take no
/// time.
///
/// A rank has a main thread and those that it starts. In the main thread time stands still between two waits. A wait
/// may last longer than was asked for, as on a busy machine: up to Pace::longest_rest after a while in which nothing
/// comes. In a thread that was started, every look at the clock takes a part of a task's time.
class Clockwork final : public Timekeeper
{
public:
    Clockwork(Pace const& pace, Draws draws, int ranks);
    ~Clockwork() override;

    // For whoever sets up a launch, and for what happens in it.
    void add_rank(int rank, std::function<void()> main_thread);
    void at(Time time, std::function<void()> action);
    /// Runs until all ranks have ended. \returns why they had to be ended; empty when they did so by themselves
    [[nodiscard]] std::string run();
    [[nodiscard]] Time time() const { return time_; }
    void kill(int rank); ///< nothing of what its threads still do has any effect
    [[nodiscard]] bool is_dead(int rank) const { return ranks_[static_cast<std::size_t>(rank)].dead; }
    void pause(int rank, Time until); ///< the process is stopped
    [[nodiscard]] bool is_paused(int rank) const { return ranks_[static_cast<std::size_t>(rank)].paused_until > time_; }
    void set_slowness(int rank, double factor) { ranks_[static_cast<std::size_t>(rank)].slowness = factor; }
    /// Notes something that happened: all notes together are the history.
    void note(int rank, char const* what, std::uint64_t detail = 0);
    [[nodiscard]] std::uint64_t trace() const { return trace_; }
    void print_notes(bool yes) { printing_ = yes; }

    // For network and disk, on the threads of ranks.
    [[nodiscard]] int current_rank() const;
    /// \throws RankKilled  on a rank that was killed
    void check_alive() const;
    /// Waits until `latest`; wake() may end it from `earliest` on. \throws RankKilled
    void rest(Time earliest, Time latest);
    /// The same, throwing nothing. \returns whether the rank still lives
    bool rest_quietly(Time earliest, Time latest);
    /// There is something for a rank's main thread to look at.
    void wake(int rank, Time when);

    [[nodiscard]] TimePoint now() override;
    void sleep_for(std::chrono::nanoseconds time) override;
    void wait(std::condition_variable& changed, std::unique_lock<std::mutex>& held) override;
    void wait_for(std::condition_variable& changed, std::unique_lock<std::mutex>& held,
                  std::chrono::nanoseconds longest) override;
    void notify_one(std::condition_variable& changed) override;
    [[nodiscard]] std::thread start(std::function<void()> body) override;
    void join(std::thread& thread) override;

private:
    struct Strand;
    using Turn = std::pair<Time, std::uint64_t>; // the second orders what happens at the same time
    struct Entry
    {
        Strand* strand = nullptr;
        std::function<void()> action{};
    };
    struct Rank
    {
        bool dead = false;
        double slowness = 1;
        Time paused_until{};
        int rests_in_vain = 0;
        Strand* main = nullptr;
    };

    Strand& add_strand(int rank, bool helper);
    void live(Strand& strand, std::function<void()> const& body);
    void enqueue(Strand& strand, Time time);
    void dequeue(Strand& strand);
    void pass_on(Strand* from);
    bool take_turn(Strand* from);
    void give_up(std::string why);
    Time longest_rest_of(Rank& rank, Time asked);

    Pace pace_;
    Draws draws_;
    std::vector<Rank> ranks_;
    std::vector<std::unique_ptr<Strand>> strands_;
    std::vector<std::thread> main_threads_;
    std::map<Turn, Entry> queue_;
    std::uint64_t entries_ = 0;
    Time time_{};
    int alive_ = 0;
    std::int64_t steps_ = 0;
    std::string verdict_;
    std::uint64_t trace_ = 0;
    bool printing_ = false;
    Strand* running_ = nullptr;
    std::binary_semaphore done_{0};
};

} // namespace exahca::histories
