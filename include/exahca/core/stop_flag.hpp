#pragma once

#include <atomic>

namespace exahca {

/// Asks long computations to stop at their next safe place. Sticky; may be set from a signal handler.
class StopFlag
{
public:
    void request() noexcept { requests_.fetch_add(1, std::memory_order_relaxed); }
    /// How often a stop was asked for: a second request asks to stop sooner.
    [[nodiscard]] int requests() const noexcept { return requests_.load(std::memory_order_relaxed); }
    [[nodiscard]] bool requested() const noexcept { return requests() > 0; }

private:
    static_assert(std::atomic<int>::is_always_lock_free, "a signal handler sets it");
    std::atomic<int> requests_{0};
};

} // namespace exahca
