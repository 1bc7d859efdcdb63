#include "exahca/parallel/presence.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca {
namespace {

/// Up to so many ranks speak as often as they are told to.
constexpr double most_at_full_rate = 1000;
/// Rank 0 speaks first: it knows who is lost, and ends the others. They end by themselves when it is rank 0.
constexpr double head_start = 4;

} // namespace

double seconds_between_words(double alive_seconds, int ranks)
{
    return alive_seconds * std::max(1.0, ranks / most_at_full_rate);
}

double longest_silence(double lost_seconds, double alive_seconds, int ranks)
{
    return lost_seconds + 4 * (seconds_between_words(alive_seconds, ranks) - alive_seconds);
}

Presence::Presence(int rank, int size, PresenceLimits const& limits)
    : rank_(rank), size_(size), limits_(limits), others_(rank == 0 ? static_cast<std::size_t>(size) : 1)
{
}

void Presence::begin_wait(double now)
{
    began_ = spoke_ = looked_ = now;
    said_so_ = false;
}

void Presence::hear(int source, Word word, double now)
{
    // others_ of a rank but 0 holds rank 0 alone.
    if (rank_ != 0 && source != 0) return;
    others_.at(static_cast<std::size_t>(source)) = {word, now};
}

bool Presence::has_to_speak(double now)
{
    if (now - looked_ > limits_.alive_seconds) began_ = now;
    looked_ = now;
    if (now - spoke_ < interval()) return false;
    spoke_ = now;
    said_so_ = true;
    return true;
}

void Presence::to_listeners(std::function<void(int rank)> const& send) const
{
    if (rank_ != 0) return send(0);
    for (int to = 1; to < size_; ++to) send(to);
}

bool Presence::end_wait() { return said_so_; }

// Who has said that it goes on computes, for as long as away_seconds; who waits has to say so every interval.
double Presence::limit_of(State const& state) const
{
    if (state.last == Word::goes_on) return limits_.away_seconds;
    return longest_silence(limits_.lost_seconds, limits_.alive_seconds, size_) + (rank_ == 0 ? 0 : head_start);
}

std::optional<Presence::Lost> Presence::lost(double now) const
{
    for (std::size_t i = 0; i < others_.size(); ++i) {
        if (rank_ == 0 && i == 0) continue; // itself
        // Silence before this wait began does not count: nobody had to speak then.
        double const silent = now - std::max(others_[i].heard, began_);
        if (silent > limit_of(others_[i])) return Lost{static_cast<int>(i), silent};
    }
    return {};
}

void throw_lost(Presence::Lost const& lost, std::string const& host)
{
    throw RanksLost(fmt::format("rank {}{} has not been heard of for {:.0f} s", lost.rank,
                                host.empty() ? std::string() : fmt::format(" ({})", host), lost.seconds),
                    "a node or the network is gone, between two steps that need all ranks",
                    "go on with --resume: nothing that was saved is lost");
}

} // namespace exahca
