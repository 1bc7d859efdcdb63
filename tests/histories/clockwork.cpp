#include "histories/clockwork.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>

namespace exahca::histories {
namespace {

// Code takes a time of zero for "long ago".
constexpr std::chrono::hours beginning{1000};
// Rests of a rank that has waited in vain so often, in seconds: below the time after which it believes that it was
// stopped.
constexpr int many_rests = 60;
constexpr double longest_of_all = 1.5;

} // namespace

/// One simulated thread.
struct Clockwork::Strand
{
    int rank;
    bool helper; ///< started by a rank's main thread
    std::binary_semaphore turn{0};
    bool queued = false;
    Turn place{};
    Time earliest{}; ///< that wake() may end its rest
    void const* waits_for = nullptr;
    bool ended = false;
    Strand* joined_by = nullptr;
    std::thread::id id{};
    static inline thread_local Strand* current = nullptr;

    Strand(int of_rank, bool is_helper) : rank(of_rank), helper(is_helper) {}
};

Clockwork::Clockwork(Pace const& pace, Draws draws, int ranks)
    : pace_(pace), draws_(draws), ranks_(static_cast<std::size_t>(ranks))
{
}

Clockwork::~Clockwork() = default;

Clockwork::Strand& Clockwork::add_strand(int rank, bool helper)
{
    ++alive_;
    return *strands_.emplace_back(std::make_unique<Strand>(rank, helper));
}

/// What a thread does from its first turn to its end.
void Clockwork::live(Strand& strand, std::function<void()> const& body)
{
    strand.turn.acquire();
    Strand::current = &strand;
    TimekeeperScope const scope(*this);
    try {
        if (!ranks_[static_cast<std::size_t>(strand.rank)].dead) body();
    } catch (RankKilled const&) { // it has had its end
    }
    strand.ended = true;
    --alive_;
    if (strand.joined_by != nullptr) enqueue(*strand.joined_by, time_);
    pass_on(nullptr);
}

void Clockwork::add_rank(int rank, std::function<void()> main_thread)
{
    auto& strand = add_strand(rank, false);
    ranks_[static_cast<std::size_t>(rank)].main = &strand;
    main_threads_.emplace_back([this, &strand, body = std::move(main_thread)] { live(strand, body); });
    enqueue(strand, seconds(draws_.exponential(0.01)));
}

void Clockwork::at(Time time, std::function<void()> action)
{
    queue_.emplace(Turn{time, entries_++}, Entry{nullptr, std::move(action)});
}

std::string Clockwork::run()
{
    pass_on(nullptr);
    done_.acquire();
    for (auto& thread : main_threads_) thread.join();
    return verdict_;
}

void Clockwork::enqueue(Strand& strand, Time time)
{
    dequeue(strand);
    if (time == never) return;
    strand.place = {std::max(time, time_), entries_++};
    strand.queued = true;
    queue_.emplace(strand.place, Entry{&strand, {}});
}

void Clockwork::dequeue(Strand& strand)
{
    if (std::exchange(strand.queued, false)) queue_.erase(strand.place);
}

/// Lets whoever is next have its turn, and returns when `from` is. Null: the caller's thread has ended, or is none.
void Clockwork::pass_on(Strand* from)
{
    running_ = nullptr;
    while (alive_ > 0)
        if (take_turn(from)) return;
    done_.release();
}

/// \returns whether a thread had its turn, of which `from` is the one that calls
bool Clockwork::take_turn(Strand* from)
{
    if (queue_.empty()) give_up("no rank will ever move again");
    auto const [turn, entry] = *queue_.begin();
    if (verdict_.empty() && turn.first > seconds(pace_.limit_seconds)) return give_up("it does not end"), false;
    if (verdict_.empty() && ++steps_ > pace_.steps) return give_up("it does not end, and hardly moves on"), false;
    queue_.erase(queue_.begin());
    time_ = std::max(time_, turn.first);
    if (entry.action) return entry.action(), false;
    auto& strand = *entry.strand;
    strand.queued = false;
    auto const& rank = ranks_[static_cast<std::size_t>(strand.rank)];
    if (rank.paused_until > time_ && !rank.dead) return enqueue(strand, rank.paused_until), false;
    strand.waits_for = nullptr;
    running_ = &strand;
    if (&strand == from) return true;
    strand.turn.release();
    if (from != nullptr) from->turn.acquire();
    return true;
}

void Clockwork::give_up(std::string why)
{
    if (!verdict_.empty()) { // threads that do not even unwind
        fmt::print(stderr, "simulated threads hang: {}\n", verdict_);
        std::abort();
    }
    verdict_ = std::move(why);
    for (std::size_t rank = 0; rank < ranks_.size(); ++rank) kill(static_cast<int>(rank));
}

void Clockwork::kill(int rank)
{
    auto& killed = ranks_[static_cast<std::size_t>(rank)];
    if (std::exchange(killed.dead, true)) return;
    note(rank, "dies");
    for (auto const& strand : strands_)
        if (strand->rank == rank && !strand->ended && strand.get() != running_) enqueue(*strand, time_);
}

void Clockwork::pause(int rank, Time until)
{
    note(rank, "is stopped for a while");
    auto& paused = ranks_[static_cast<std::size_t>(rank)];
    paused.paused_until = std::max(paused.paused_until, until);
}

void Clockwork::note(int rank, char const* what, std::uint64_t detail)
{
    for (auto const value : {static_cast<std::uint64_t>(time_.count()), static_cast<std::uint64_t>(rank),
                             static_cast<std::uint64_t>(*what), detail})
        trace_ = (trace_ ^ value) * 0x9e3779b97f4a7c15U + (trace_ >> 29U);
    if (printing_) fmt::print("{:14.6f} s  rank {}  {} {}\n", in_seconds(time_), rank, what, detail);
}

int Clockwork::current_rank() const { return Strand::current->rank; }

void Clockwork::check_alive() const
{
    if (is_dead(current_rank())) throw RankKilled();
}

bool Clockwork::rest_quietly(Time earliest, Time latest)
{
    auto& strand = *Strand::current;
    strand.earliest = earliest;
    enqueue(strand, is_dead(strand.rank) ? time_ : latest);
    pass_on(&strand);
    return !is_dead(strand.rank);
}

void Clockwork::rest(Time earliest, Time latest)
{
    check_alive();
    if (!rest_quietly(earliest, latest)) throw RankKilled();
}

void Clockwork::wake(int rank, Time when)
{
    auto& woken = ranks_[static_cast<std::size_t>(rank)];
    auto& strand = *woken.main;
    woken.rests_in_vain = 0;
    if (strand.ended || &strand == running_) return;
    auto const time = std::max(when, strand.earliest);
    if (!strand.queued || strand.place.first > time) enqueue(strand, time);
}

/// A machine may let a thread sleep for longer than it wished. That the rests of one that waits in vain grow saves the
/// simulation most of its work.
Time Clockwork::longest_rest_of(Rank& rank, Time asked)
{
    auto const stretched = in_seconds(asked) * std::pow(4.0, rank.rests_in_vain++);
    auto const longest = rank.rests_in_vain > many_rests ? longest_of_all : pace_.longest_rest;
    return std::max(asked, seconds(std::min(stretched, longest)));
}

Timekeeper::TimePoint Clockwork::now()
{
    check_alive();
    auto const& strand = *Strand::current;
    if (strand.helper) {
        auto const end =
            time_ +
            seconds(draws_.exponential(pace_.work_seconds * ranks_[static_cast<std::size_t>(strand.rank)].slowness));
        rest(end, end);
    }
    return TimePoint(beginning + time_);
}

void Clockwork::sleep_for(std::chrono::nanoseconds time)
{
    rest(time_ + time, time_ + longest_rest_of(ranks_[static_cast<std::size_t>(current_rank())], time));
}

void Clockwork::wait(std::condition_variable& changed, std::unique_lock<std::mutex>& held)
{
    check_alive();
    Strand::current->waits_for = &changed;
    held.unlock();
    bool const alive = rest_quietly(time_, never);
    held.lock();
    if (!alive) throw RankKilled();
}

void Clockwork::wait_for(std::condition_variable& changed, std::unique_lock<std::mutex>& held,
                         std::chrono::nanoseconds longest)
{
    check_alive();
    auto& rank = ranks_[static_cast<std::size_t>(current_rank())];
    Strand::current->waits_for = &changed;
    held.unlock();
    bool const alive = rest_quietly(time_ + longest, time_ + longest_rest_of(rank, longest));
    held.lock();
    if (!alive) throw RankKilled();
}

void Clockwork::notify_one(std::condition_variable& changed)
{
    for (auto const& strand : strands_)
        if (strand->waits_for == &changed) {
            strand->waits_for = nullptr;
            ranks_[static_cast<std::size_t>(strand->rank)].rests_in_vain = 0;
            return enqueue(*strand, time_ + seconds(draws_.exponential(1e-5)));
        }
}

std::thread Clockwork::start(std::function<void()> body)
{
    auto& strand = add_strand(current_rank(), true);
    std::thread thread([this, &strand, body = std::move(body)] { live(strand, body); });
    strand.id = thread.get_id();
    enqueue(strand, time_);
    return thread;
}

void Clockwork::join(std::thread& thread)
{
    auto const found = std::find_if(strands_.begin(), strands_.end(),
                                    [&](auto const& strand) { return strand->id == thread.get_id(); });
    auto& joined = **found; // others may start threads meanwhile
    while (!joined.ended) {
        joined.joined_by = Strand::current;
        enqueue(*Strand::current, never);
        pass_on(Strand::current);
    }
    thread.join();
    joined.id = {}; // the next thread may get the same
}

} // namespace exahca::histories
