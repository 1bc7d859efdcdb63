// A small program for tests of whole runs: rank_program WHAT
//   count     tasks of 3 ms on all ranks, prints both efficiencies and the time
//   messages  empty tasks, one per chunk, on ranks 1 and up: prints the master's time per chunk
//   throw     the last rank's runner throws
//   disk      rank 0's poll hook throws an OutputError
//   unwind    an exception passes the session on the last rank while the others wait
//   apart     the last rank stops itself at the end and never closes its session; prints "closing"
//   between   the last rank stops itself while all but rank 1, which does not come to it, wait in a collective call
//   away      rank 0 stops itself when it has told the others that it writes for long
//   reading   rank 0 stops itself while the others do something that takes long, without a call of MPI
//   signal    computes until a signal stops it; prints its name
//   deaf      like signal, with runners that never end; what is done when their work is dropped is printed, and the end
// The last two print "running", and "asked N" when rank 0 knows of N signals.

#include "exahca/core/error.hpp"
#include "exahca/parallel/run_workload.hpp"
#include "exahca/parallel/session.hpp"
#include "exahca/parallel/signals.hpp"
#include "support/toy_workload.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <fmt/core.h>
#include <string>
#include <thread>

namespace exahca {
namespace {

using testing::ToyRunner;
using testing::ToySource;

bool is_last(Communicator& communicator) { return communicator.rank() == communicator.size() - 1; }

void say(Communicator& communicator, std::string const& text)
{
    if (communicator.rank() != 0) return;
    fmt::print("{}\n", text);
    std::fflush(stdout);
}

void count(Communicator& communicator, std::int64_t tasks)
{
    ToySource source(tasks);
    ToyRunner runner([](std::int64_t) { testing::spin_for(3e-3); });
    auto const statistics = run_workload(communicator, &source, runner, {});
    say(communicator,
        fmt::format("ranks {} computing {} seconds {:.3f} efficiency all {:.3f} computing {:.3f} chunks {} "
                    "messages {} master {:.4f} s",
                    communicator.size(), statistics.computing_ranks, statistics.wall_seconds,
                    statistics.efficiency_of_all_ranks(), statistics.efficiency_of_computing_ranks(), statistics.chunks,
                    statistics.messages, statistics.master_seconds));
}

void messages(Communicator& communicator, std::int64_t tasks)
{
    ToySource source(tasks);
    ToyRunner runner;
    RunOptions options;
    options.chunks = {.target_seconds = 1e-9, .smallest_seconds = 1e-9, .message_seconds = 0};
    options.rank_zero_computes = RankZeroComputes::no;
    auto const statistics = run_workload(communicator, &source, runner, options);
    say(communicator, fmt::format("ranks {} chunks {} seconds {:.3f} master {:.2f} us per chunk", communicator.size(),
                                  statistics.chunks, statistics.wall_seconds,
                                  1e6 * statistics.master_seconds / static_cast<double>(statistics.chunks)));
}

void endless(Communicator& communicator, std::function<void(std::int64_t)> cost, RunOptions const& options)
{
    ToySource source(1'000'000);
    ToyRunner runner(std::move(cost));
    (void)run_workload(communicator, &source, runner, options);
}

/// \param task  what each task does
int signal_run(Communicator& communicator, std::function<void(std::int64_t)> const& task)
{
    StopFlag stop;
    SignalHandlers const handlers(stop);
    RunOptions options;
    options.stop = &stop;
    int told = -1;
    options.poll = [&] {
        if (told < 0) say(communicator, "running");
        told = std::max(told, 0);
        for (; told < stop.requests(); ++told) say(communicator, fmt::format("asked {}", told + 1));
    };
    auto const announce = [&](RunStatistics const& statistics) {
        say(communicator,
            fmt::format("stopped by {} requests {} outcome {} dropped {}", handlers.received_name(), stop.requests(),
                        static_cast<int>(statistics.outcome), statistics.dropped_chunks));
    };
    options.dropped = [&](RunStatistics const& statistics) {
        announce(statistics);
        communicator.abort(static_cast<int>(ExitStatus::resumable));
    };
    ToySource source(1'000'000);
    ToyRunner runner(task);
    announce(run_workload(communicator, &source, runner, options));
    return static_cast<int>(ExitStatus::resumable);
}

int run(Communicator& communicator, std::string const& what, std::int64_t tasks)
{
    auto const nap = [](std::int64_t) { std::this_thread::sleep_for(std::chrono::microseconds(100)); };
    if (what == "count") {
        count(communicator, tasks);
    } else if (what == "messages") {
        messages(communicator, tasks);
    } else if (what == "throw") {
        endless(communicator,
                [&](std::int64_t task) {
                    nap(task);
                    if (is_last(communicator)) throw InvalidInput("singular beyond repair");
                },
                {});
    } else if (what == "disk") {
        endless(communicator, nap, {.poll = [] { throw OutputError("disk full"); }});
    } else if (what == "apart") {
        say(communicator, "closing");
        if (is_last(communicator)) std::raise(SIGSTOP);
    } else if (what == "between") {
        if (is_last(communicator)) std::raise(SIGSTOP);
        say(communicator, "between");
        if (communicator.rank() == 1) std::this_thread::sleep_for(std::chrono::hours(1));
        communicator.barrier();
    } else if (what == "away") {
        endless(communicator, nap,
                {.rank_zero_computes = RankZeroComputes::no,
                 .poll = [] { std::raise(SIGSTOP); },
                 .poll_takes_long = [] { return true; }});
    } else if (what == "reading") {
        if (communicator.rank() == 0) std::raise(SIGSTOP);
        std::this_thread::sleep_for(std::chrono::hours(1));
    } else if (what == "unwind") {
        if (is_last(communicator)) throw OutputError("left alone");
        communicator.barrier();
    } else if (what == "signal") {
        return signal_run(communicator,
                          [](std::int64_t) { std::this_thread::sleep_for(std::chrono::milliseconds(1)); });
    } else if (what == "deaf") {
        return signal_run(communicator, [](std::int64_t) {
            for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
        });
    } else {
        throw UsageError("rank_program does not know what to do");
    }
    return 0;
}

} // namespace
} // namespace exahca

int main(int argc, char** argv)
{
    using namespace exahca;
    try {
        Session session(&argc, &argv, {.closing_seconds = 2, .presence = {.alive_seconds = 0.2, .lost_seconds = 2}});
        try {
            int const status =
                run(session.communicator(), argc > 1 ? argv[1] : "", argc > 2 ? std::stoll(argv[2]) : 100);
            session.close(status);
            return status;
        } catch (...) {
            report_and_abort(session.communicator(), std::current_exception());
        }
    } catch (Error const& error) {
        if (announced_rank(process_environment()) == 0) fmt::print(stderr, "exahca: {}\n", error.what());
        return static_cast<int>(error.status());
    }
}
