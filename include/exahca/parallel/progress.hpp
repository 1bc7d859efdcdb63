#pragma once

#include "exahca/parallel/launch.hpp"

#include <cstdio>
#include <string>

namespace exahca {

enum class ProgressStyle {
    silent,
    lines, ///< a line now and then: log files, mpirun, batch systems
    bar,   ///< one line that is drawn again and again: a person at a terminal
};

/// A bar on a terminal without a launcher, else lines. (Under mpirun rank 0's output passes for a terminal even when it
/// is redirected.)
[[nodiscard]] ProgressStyle choose_progress_style(std::FILE* output, EnvironmentLookup const& environment);

/// "00:41", "07:05", "2:07:05", "3 d 02:07".
[[nodiscard]] std::string format_duration(double seconds);

/// What to say about a run.
struct ProgressState
{
    double done = 0; ///< of `total`, in a unit that is roughly proportional to time
    double total = 0;
    std::string detail; ///< such as "212 of 212 tasks   2 ranks   0 failed"
};

/// Prints how far a run is. Knows no clock: the caller passes the seconds since the start.
class ProgressPrinter
{
public:
    ProgressPrinter(ProgressStyle style, std::FILE* output) : style_(style), output_(output) {}

    /// To be called as often as one likes: prints when it is due. A bar is drawn five times a second; lines come after
    /// 2, 5, 10, 20, 30 and 60 seconds, then every minute, after ten minutes every five.
    void update(ProgressState const& state, double seconds);
    /// The last word, with the time taken in place of the time left. Ends the bar's line.
    void finish(ProgressState const& state, double seconds);

private:
    void print(std::string const& line);

    ProgressStyle style_;
    std::FILE* output_;
    double next_ = 0;
    bool started_ = false;
    std::size_t drawn_ = 0; // length of the bar's line on the screen
};

} // namespace exahca
