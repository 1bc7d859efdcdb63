#include "heartbeat.hpp"

#include <chrono>
#include <utility>

namespace exahca {
namespace {

double now_in_seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

constexpr double looks_per_word = 4;

} // namespace

Heartbeat::Heartbeat(int rank, int size, PresenceLimits const& limits, Hooks hooks)
    : hooks_(std::move(hooks)), rank_(rank), presence_(rank, size, limits), thread_([this] { beat(); })
{
}

Heartbeat::~Heartbeat()
{
    {
        std::lock_guard const guard(lock_);
        ending_ = true;
    }
    ended_.notify_one();
    thread_.join();
}

std::optional<Presence::Lost> Heartbeat::lost() const
{
    std::lock_guard const guard(lock_);
    return lost_;
}

void Heartbeat::beat()
{
    try {
        std::unique_lock guard(lock_);
        // Of many ranks each speaks less often, and looks as often as one of few: so it knows whether it was stopped.
        auto const pause = std::chrono::duration<double>(presence_.alive_seconds() / looks_per_word);
        while (!ending_) {
            guard.unlock();
            look();
            guard.lock();
            ended_.wait_for(guard, pause, [this] { return ending_; });
        }
    } catch (...) {
        hooks_.failed(std::current_exception());
    }
}

void Heartbeat::look()
{
    double const now = now_in_seconds();
    for (int const source : hooks_.listen()) presence_.hear(source, now);
    if (presence_.look(now)) presence_.to_listeners(hooks_.speak);
    auto const lost = presence_.lost(now);
    if (lost && rank_ != 0) throw_lost(*lost, {});
    std::lock_guard const guard(lock_);
    lost_ = lost;
}

} // namespace exahca
