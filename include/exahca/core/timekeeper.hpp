#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace exahca {

/// Tells a thread the time, lets it wait, and starts others beside it. This one is the operating system's; a simulated
/// cluster overrides it, so that the code of its ranks runs unchanged through hours that take no time.
///
/// Whatever waits, or decides by the time what ranks do, asks the timekeeper of its thread. Bounds on work inside a
/// task do not: no clock decides there.
class Timekeeper
{
public:
    using TimePoint = std::chrono::steady_clock::time_point;

    Timekeeper() = default;
    Timekeeper(Timekeeper const&) = delete;
    Timekeeper& operator=(Timekeeper const&) = delete;
    virtual ~Timekeeper() = default;

    [[nodiscard]] virtual TimePoint now();
    /// Waits for at least so long.
    virtual void sleep_for(std::chrono::nanoseconds time);
    /// Waits for notify_one(changed), or shorter: the caller looks again at what it waits for. \pre `held` is locked
    virtual void wait(std::condition_variable& changed, std::unique_lock<std::mutex>& held);
    /// The same, for `longest` at most.
    virtual void wait_for(std::condition_variable& changed, std::unique_lock<std::mutex>& held,
                          std::chrono::nanoseconds longest);
    virtual void notify_one(std::condition_variable& changed);
    /// Starts a thread that goes by this timekeeper, which outlives it.
    [[nodiscard]] virtual std::thread start(std::function<void()> body);
    virtual void join(std::thread& thread);

    /// That of the calling thread.
    [[nodiscard]] static Timekeeper& current();

private:
    friend class TimekeeperScope;
    static inline thread_local Timekeeper* of_thread_ = nullptr;
};

/// While it lives, its thread goes by another timekeeper.
class TimekeeperScope
{
public:
    explicit TimekeeperScope(Timekeeper& timekeeper) : before_(Timekeeper::of_thread_)
    {
        Timekeeper::of_thread_ = &timekeeper;
    }
    ~TimekeeperScope() { Timekeeper::of_thread_ = before_; }
    TimekeeperScope(TimekeeperScope const&) = delete;
    TimekeeperScope& operator=(TimekeeperScope const&) = delete;

private:
    Timekeeper* before_;
};

} // namespace exahca
