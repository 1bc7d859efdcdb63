#pragma once

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

namespace exahca {

/// What a long computation is at, for somebody who watches from another thread. Says nothing about results.
class Activity
{
public:
    struct State
    {
        std::string what; ///< such as "joint fit 7 of 12"; empty while nothing is told
        double share = 0; ///< roughly how much of the computation is done, 0 to 1
    };

    /// The share never falls until the end: some steps are repeated.
    void tell(std::string what, double share)
    {
        std::lock_guard const guard(lock_);
        state_ = {std::move(what), std::max(state_.share, share)};
    }
    void end()
    {
        std::lock_guard const guard(lock_);
        state_ = {};
    }
    [[nodiscard]] State state() const
    {
        std::lock_guard const guard(lock_);
        return state_;
    }

private:
    mutable std::mutex lock_;
    State state_;
};

} // namespace exahca
