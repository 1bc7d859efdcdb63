#include "exahca/parallel/presence.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <limits>

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
    : rank_(rank), size_(size), limits_(limits),
      heard_(rank == 0 ? static_cast<std::size_t>(size) : 1, -std::numeric_limits<double>::infinity()),
      spoke_(-std::numeric_limits<double>::infinity()), looked_(spoke_)
{
}

void Presence::hear(int source, double now)
{
    // heard_ of a rank but 0 holds rank 0 alone.
    if (rank_ == 0 || source == 0) heard_.at(static_cast<std::size_t>(source)) = now;
}

bool Presence::look(double now)
{
    if (now - looked_ > limits_.alive_seconds) began_ = now;
    looked_ = now;
    if (now - spoke_ < interval()) return false;
    spoke_ = now;
    return true;
}

void Presence::to_listeners(std::function<void(int rank)> const& send) const
{
    if (rank_ != 0) return send(0);
    for (int to = 1; to < size_; ++to) send(to);
}

std::optional<Presence::Lost> Presence::lost(double now) const
{
    auto const limit =
        longest_silence(limits_.lost_seconds, limits_.alive_seconds, size_) + (rank_ == 0 ? 0 : head_start);
    for (std::size_t i = 0; i < heard_.size(); ++i) {
        if (rank_ == 0 && i == 0) continue; // itself
        double const silent = now - std::max(heard_[i], began_);
        if (silent > limit) return Lost{static_cast<int>(i), silent};
    }
    return {};
}

void throw_lost(Presence::Lost const& lost, std::string const& host)
{
    throw RanksLost(fmt::format("rank {}{} has not been heard of for {:.0f} s", lost.rank,
                                host.empty() ? std::string() : fmt::format(" ({})", host), lost.seconds),
                    "its node or the network is gone", "go on with --resume: nothing that was saved is lost");
}

} // namespace exahca
