#pragma once

#include "exahca/parallel/presence.hpp"

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

namespace exahca {

/// Says that this rank is there, and listens to who else is, in a thread of its own: whatever the main thread does, a
/// rank that computes, reads or writes for hours is heard of, and one that is cut off is missed.
class Heartbeat
{
public:
    /// What it does with others; called in its thread alone, without a lock of its own.
    struct Hooks
    {
        std::function<void(int to)> speak;
        std::function<std::vector<int>()> listen; ///< ranks that have spoken since the last call
        /// Rank 0 is lost, on another rank, or a hook has thrown. Should end the process; the thread ends.
        std::function<void(std::exception_ptr)> failed;
    };

    Heartbeat(int rank, int size, PresenceLimits const& limits, Hooks hooks);
    Heartbeat(Heartbeat const&) = delete;
    Heartbeat& operator=(Heartbeat const&) = delete;
    /// Waits for the thread's end.
    ~Heartbeat();

    /// The first rank that was lost at the last look; on rank 0 it is the caller's to say what becomes of it.
    [[nodiscard]] std::optional<Presence::Lost> lost() const;

private:
    void beat();
    void look();

    Hooks hooks_;
    int rank_;
    mutable std::mutex lock_; ///< of ending_ and lost_
    std::condition_variable ended_;
    bool ending_ = false;
    std::optional<Presence::Lost> lost_;
    Presence presence_; ///< its thread's alone
    std::thread thread_;
};

} // namespace exahca
