#include "progress.hpp"

#include <algorithm>
#include <fmt/core.h>

namespace exahca {
namespace {

constexpr int bar_width = 30;

} // namespace

std::string clock_text(double seconds)
{
    auto const whole = static_cast<std::int64_t>(seconds + 0.5);
    if (whole < 3600) return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
    return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
}

Progress::Progress(std::string what, bool on_terminal)
    : what_(std::move(what)), on_terminal_(on_terminal), next_print_(on_terminal ? 0 : 10)
{
}

void Progress::update(double done, double total, std::int64_t tasks_done, std::int64_t tasks_total, int ranks)
{
    auto const elapsed = seconds();
    if (elapsed < next_print_) return;
    double const share = total > 0 ? std::min(1.0, done / total) : 0;
    auto const left = share > 0.005 ? clock_text(elapsed * (1 - share) / share) + " left" : std::string("time left unknown");
    if (on_terminal_) {
        auto const filled = static_cast<std::size_t>(share * bar_width);
        fmt::print(stderr, "\r{:<10} [{:<{}}] {:3.0f} %  {} of {} tasks  {}   ", what_, std::string(filled, '#'), bar_width,
                   100 * share, tasks_done, tasks_total, left);
        next_print_ = elapsed + 0.2;
    } else {
        fmt::print(stderr, "{}  {}  {:3.0f} %  {} of {} tasks  {} ranks  {}\n", clock_text(elapsed), what_, 100 * share,
                   tasks_done, tasks_total, ranks, left);
        // The longer a run, the rarer its lines: every 10 s at first, every 10 minutes in the end.
        next_print_ = elapsed + std::clamp(elapsed / 5, 10.0, 600.0);
    }
    printed_ = true;
}

void Progress::finish(std::int64_t tasks_done, std::int64_t tasks_total, int ranks)
{
    if (!printed_) return;
    fmt::print(stderr, "{}{:<10}  {} of {} tasks  {} {}  {}{}\n", on_terminal_ ? "\r" : "", what_, tasks_done, tasks_total, ranks,
               ranks == 1 ? "rank" : "ranks", clock_text(seconds()), on_terminal_ ? "                                   " : "");
}

} // namespace exahca
