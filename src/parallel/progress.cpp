#include "exahca/parallel/progress.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <unistd.h>

namespace exahca {
namespace {

constexpr std::array first_lines{2.0, 5.0, 10.0, 20.0, 30.0, 60.0};
constexpr double seconds_per_drawing = 0.2;
constexpr int bar_width = 24;

/// Lines come at 2, 5, 10, 20, 30, 60 s, then every minute, and every five minutes after ten.
double next_line_after(double seconds)
{
    auto const* const next = std::upper_bound(first_lines.begin(), first_lines.end(), seconds);
    if (next != first_lines.end()) return *next;
    double const interval = seconds < 600 ? 60 : 300;
    return (std::floor(seconds / interval) + 1) * interval;
}

double fraction(ProgressState const& state)
{
    return state.total > 0 ? std::clamp(state.done / state.total, 0.0, 1.0) : 0.0;
}

/// Rounded down: 100 % only when all is done.
int percent(ProgressState const& state) { return static_cast<int>(std::floor(100 * fraction(state))); }

std::string time_left(ProgressState const& state, double seconds)
{
    double const done = fraction(state);
    if (done <= 0 || seconds <= 0) return "";
    double const left = seconds * (1 - done) / done;
    // A guess of nothing is wrong as long as work goes on.
    return std::llround(left) < 1 ? "" : "   " + format_duration(left) + " left";
}

std::string bar(ProgressState const& state)
{
    auto const full = static_cast<std::size_t>(bar_width * fraction(state));
    return "[" + std::string(full, '#') + std::string(bar_width - full, '.') + "] ";
}

} // namespace

ProgressStyle choose_progress_style(std::FILE* output, EnvironmentLookup const& environment)
{
    bool const terminal = ::isatty(::fileno(output)) == 1 && environment("TERM").value_or("dumb") != "dumb";
    return terminal && !under_launcher(environment) ? ProgressStyle::bar : ProgressStyle::lines;
}

std::string format_duration(double seconds)
{
    auto const whole = static_cast<long long>(std::llround(std::max(0.0, seconds)));
    if (whole >= 86400) return fmt::format("{} d {:02}:{:02}", whole / 86400, whole / 3600 % 24, whole / 60 % 60);
    if (whole >= 3600) return fmt::format("{}:{:02}:{:02}", whole / 3600, whole / 60 % 60, whole % 60);
    return fmt::format("{:02}:{:02}", whole / 60, whole % 60);
}

void ProgressPrinter::update(ProgressState const& state, double seconds)
{
    if (style_ == ProgressStyle::silent) return;
    if (!started_) {
        started_ = true;
        next_ = style_ == ProgressStyle::bar ? seconds_per_drawing : next_line_after(0);
    }
    if (seconds < next_) return;
    next_ = style_ == ProgressStyle::bar ? seconds + seconds_per_drawing : next_line_after(seconds);
    print(fmt::format("{}{:3} %  {}   {}{}", style_ == ProgressStyle::bar ? bar(state) : "",
                      std::min(percent(state), 99), // all is done only when finish() says so
                      state.detail, format_duration(seconds), time_left(state, seconds)));
}

void ProgressPrinter::finish(ProgressState const& state, double seconds)
{
    if (style_ == ProgressStyle::silent) return;
    print(fmt::format("{:3} %  {}   {}", percent(state), state.detail, format_duration(seconds)));
    if (style_ == ProgressStyle::bar) std::fputc('\n', output_);
    std::fflush(output_);
}

void ProgressPrinter::print(std::string const& line)
{
    if (style_ == ProgressStyle::bar) {
        // Spaces wipe what a longer line has left.
        fmt::print(output_, "\r{:<{}}", line, drawn_);
        drawn_ = line.size();
    } else {
        fmt::print(output_, "{}\n", line);
    }
    std::fflush(output_);
}

} // namespace exahca
