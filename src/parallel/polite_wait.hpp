#pragma once

#include <algorithm>
#include <chrono>
#include <thread>

namespace exahca {

/// Sleeps between two looks at something: at first for 50 microseconds, for up to a millisecond when it takes long.
class PoliteWait
{
public:
    void pause()
    {
        std::this_thread::sleep_for(next_);
        next_ = std::min(next_ + next_ / 8, longest_);
    }

private:
    std::chrono::nanoseconds next_{50'000};
    std::chrono::nanoseconds longest_{1'000'000};
};

} // namespace exahca
