#pragma once

#include "exahca/core/random.hpp"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <string_view>

namespace exahca::histories {

/// Simulated time since a launch began.
using Time = std::chrono::nanoseconds;
inline constexpr Time never = Time::max();

[[nodiscard]] inline Time seconds(double count)
{
    return std::chrono::duration_cast<Time>(std::chrono::duration<double>(count));
}
[[nodiscard]] inline double in_seconds(Time time) { return std::chrono::duration<double>(time).count(); }

/// What chance decides in a history, from a stream keyed by what it is for.
class Draws
{
public:
    Draws(std::uint64_t seed, std::string_view purpose, std::uint64_t launch)
        : stream_({seed, purpose, launch, "history", 0})
    {
    }

    [[nodiscard]] bool chance(double probability) { return stream_.uniform() < probability; }
    /// 0 .. n-1.
    [[nodiscard]] int below(int n) { return static_cast<int>(stream_.below(static_cast<std::uint64_t>(n))); }
    [[nodiscard]] double between(double low, double high) { return low + (high - low) * stream_.uniform(); }
    /// Uniform in the logarithm: orders of magnitude are equally frequent.
    [[nodiscard]] double magnitude(double low, double high) { return low * std::pow(high / low, stream_.uniform()); }
    [[nodiscard]] double exponential(double mean) { return mean * stream_.exponential(); }

private:
    RandomStream stream_;
};

} // namespace exahca::histories
