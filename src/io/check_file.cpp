#include "exahca/io/check_file.hpp"

#include "exahca/core/error.hpp"
#include "exahca/io/score_file.hpp"
#include "exahca/io/tree_file.hpp"
#include "exahca/results/stored_version.hpp"
#include "io/file_bytes.hpp"
#include "io/score_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <set>
#include <stdexcept>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace exahca {
namespace {

using Clock = std::chrono::steady_clock;
constexpr std::size_t longest_message = 1U << 16;

std::string filetype_of(std::string const& path)
{
    auto const attributes = io::ScoreSource(path).attributes();
    auto const* value = attributes.find_attribute("filetype");
    auto const* text = value == nullptr ? nullptr : std::get_if<std::string>(value);
    return text == nullptr ? std::string() : *text;
}

std::int64_t count_variables(DataGroup const& group)
{
    std::int64_t count = std::ssize(group.variables);
    for (auto const& [name, subgroup] : group.groups) count += count_variables(subgroup);
    return count;
}

/// Reads everything. \throws Error  with what is wrong
std::string summarise(std::string const& path)
{
    auto const filetype = filetype_of(path);
    if (filetype.empty() || filetype == score_filetype) {
        auto const scores = read_scores(path);
        std::set<std::string> domains(scores.base_models.begin(), scores.base_models.end());
        domains.erase("");
        auto const missing = count_missing(scores);
        return fmt::format(
            "{}: scores of {} models with {} base model{} on {} benchmarks{}{}", path, scores.models.size(),
            domains.size(), domains.size() == 1 ? "" : "s", scores.benchmarks.size(),
            missing.scores > 0 ? fmt::format(", {} missing in {} of the models", missing.scores, missing.models) : "",
            scores.truth ? ", simulated" : "");
    }
    auto const tree = read_tree(path);
    return fmt::format("{}: {} of format {} with {} datasets, digest verified", path, filetype,
                       to_string(format_version_of(tree)), count_variables(tree));
}

void limit(int resource, std::uint64_t value)
{
    rlimit const both{static_cast<rlim_t>(value), static_cast<rlim_t>(value)};
    static_cast<void>(::setrlimit(static_cast<__rlimit_resource>(resource), &both));
}

void restrict_child(CheckLimits const& limits)
{
    ::prctl(PR_SET_PDEATHSIG, SIGKILL); // does not outlive the parent
    for (int const signal_number : {SIGTERM, SIGINT, SIGUSR1, SIGSEGV, SIGABRT, SIGBUS, SIGFPE})
        ::signal(signal_number, SIG_DFL);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_CPU, static_cast<std::uint64_t>(std::ceil(limits.seconds)) + 1);
#ifndef EXAHCA_SANITIZE // whose shadow memory needs terabytes of addresses
    limit(RLIMIT_AS, limits.memory);
#endif
    // What the C library prints when it aborts is no message for people.
    int const nowhere = ::open("/dev/null", O_WRONLY);
    if (nowhere >= 0) ::dup2(nowhere, STDERR_FILENO);
}

/// The child's whole life: one verdict and one line through the pipe; s: sound, u: unusable, i: an internal error.
[[noreturn]] void run_child(std::string const& path, CheckLimits const& limits, int pipe)
{
    restrict_child(limits);
    std::string reply;
    try {
        reply = "s" + summarise(path);
    } catch (Error const& error) {
        reply = std::string("u") + error.what();
    } catch (std::bad_alloc const&) {
        reply = fmt::format("u{} cannot be read (it needs more than {} bytes of memory): use a larger machine", path,
                            limits.memory);
    } catch (std::exception const& error) {
        reply = fmt::format("i{}", error.what());
    }
    reply.resize(std::min(reply.size(), longest_message));
    // Shorter than a pipe holds: one write does not block.
    auto const written = ::write(pipe, reply.data(), reply.size());
    ::_exit(written < 0 ? 1 : 0);
}

/// Everything that comes before the pipe is closed; false when that takes too long.
bool receive(int pipe, Clock::time_point deadline, std::string& reply)
{
    std::array<char, 4096> buffer{};
    for (;;) {
        auto const left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now()).count();
        if (left <= 0) return false;
        pollfd waiting{pipe, POLLIN, 0};
        int const ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, 1000)));
        if (ready < 0 && errno != EINTR) return false;
        if (ready <= 0) continue;
        auto const count = ::read(pipe, buffer.data(), buffer.size());
        if (count < 0 && errno == EINTR) continue;
        if (count <= 0) return true;
        reply.append(buffer.data(), static_cast<std::size_t>(count));
    }
}

int wait_for(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

} // namespace

FileCheck check_file(std::string const& path, CheckLimits const& limits)
{
    std::array<int, 2> ends{};
    if (::pipe2(ends.data(), O_CLOEXEC) != 0)
        throw OutputError("no pipe can be opened", io::system_message(errno), "close other programs");
    io::Descriptor const from_child(ends[0]);
    io::Descriptor to_parent(ends[1]);
    auto const child = ::fork();
    if (child < 0)
        throw OutputError("no child process can be started", io::system_message(errno), "close other programs");
    if (child == 0) run_child(path, limits, to_parent.number());
    to_parent.close();

    std::string reply;
    auto const deadline = Clock::now() + std::chrono::milliseconds(static_cast<std::int64_t>(limits.seconds * 1000));
    bool const in_time = receive(from_child.number(), deadline, reply);
    if (!in_time) ::kill(child, SIGKILL);
    int const status = wait_for(child);
    constexpr char const* remedy = "copy or make it again";
    if (!in_time || (WIFSIGNALED(status) && WTERMSIG(status) == SIGXCPU))
        return {FileVerdict::timed_out,
                fmt::format("{} cannot be read within {} s (it may be damaged): {}", path, limits.seconds, remedy)};
    if (reply.starts_with('i')) throw std::runtime_error(fmt::format("while checking {}: {}", path, reply.substr(1)));
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0 && reply.size() > 1)
        return {reply[0] == 's' ? FileVerdict::sound : FileVerdict::unusable, reply.substr(1)};
    return {FileVerdict::crashed,
            fmt::format("{} is damaged (the HDF5 library crashed while reading it{}): {}", path,
                        WIFSIGNALED(status) ? fmt::format(", {}", ::strsignal(WTERMSIG(status))) : std::string(),
                        remedy)};
}

} // namespace exahca
