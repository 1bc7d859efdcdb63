#include "exahca/io/run_lock.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "io/disk.hpp"
#include "io/file_bytes.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <filesystem>
#include <fmt/chrono.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <span>
#include <sstream>
#include <unistd.h>
#include <utility>

namespace exahca {
namespace {

using io::Disk;

constexpr std::string_view first_line = "exahca run lock";

std::string first_word_of_file(std::string const& path)
{
    std::string word;
    std::ifstream(path) >> word;
    return word;
}

/// What /proc/PID/stat says of a process.
struct ProcessFacts
{
    char state = 0;      ///< 'Z': it has ended, and its parent has not asked for its status yet; 0: there is none
    std::string started; ///< field 22; empty when there is no such process
};

/// The name in brackets before the fields that are read may hold anything.
ProcessFacts facts_of_process(std::int64_t pid)
{
    std::ifstream file(fmt::format("/proc/{}/stat", pid));
    std::string const text{std::istreambuf_iterator<char>(file), {}};
    auto const end_of_name = text.rfind(')');
    if (end_of_name == text.npos) return {};
    std::istringstream rest(text.substr(end_of_name + 1));
    ProcessFacts facts;
    rest >> facts.state;
    for (int field = 4; field <= 22; ++field) rest >> facts.started;
    return rest ? facts : ProcessFacts{};
}

std::string environment(char const* name)
{
    char const* const value = std::getenv(name);
    return value == nullptr ? std::string() : value;
}

std::string batch_job()
{
    constexpr std::array<std::pair<char const*, char const*>, 5> systems = {{{"slurm", "SLURM_JOB_ID"},
                                                                             {"pbs", "PBS_JOBID"},
                                                                             {"lsf", "LSB_JOBID"},
                                                                             {"flux", "FLUX_JOB_ID"},
                                                                             {"sge", "JOB_ID"}}};
    for (auto const& [system, variable] : systems)
        if (auto const id = environment(variable); !id.empty()) return fmt::format("{} {}", system, id);
    return {};
}

std::int64_t as_integer(std::string_view text)
{
    std::int64_t value = 0;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

std::string link_target(char const* path)
{
    std::array<char, 256> target{};
    auto const size = ::readlink(path, target.data(), target.size());
    return size < 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

std::string describe(LockHolder const& holder)
{
    auto text = fmt::format("process {} on {}, since {}", holder.pid, holder.host, holder.started);
    return holder.job.empty() ? text : fmt::format("{}, job {}", text, holder.job);
}

std::string read_text(std::string const& path)
{
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

/// Writes and syncs a file that does not exist yet. \returns 0, or the error number; then there is none
int create_synced(std::string const& path, std::string const& text)
{
    io::Descriptor file(Disk::current().open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644));
    if (file.number() < 0) return errno;
    int error = io::write_all(file, std::as_bytes(std::span(text)));
    if (error == 0 && Disk::current().sync(file.number()) != 0) error = errno;
    if (error == 0) error = file.close();
    if (error != 0) Disk::current().unlink(path.c_str());
    return error;
}

/// Where a lock is made: a process's own place, whatever its number and host.
std::string place_beside(std::string const& path, std::string const& text)
{
    return fmt::format("{}.{:016x}", path, hash64(text));
}

/// 0, or the error number; EEXIST when somebody holds it. The lock appears with all its text: one that a loss of power
/// left without owner would keep every later run away.
int create_exclusively(std::string const& path, std::string const& text)
{
    auto const beside = place_beside(path, text);
    int error = create_synced(beside, text);
    if (error != 0 && error != EEXIST) return error; // one that exists is this process's, of the same second
    error = Disk::current().link(beside.c_str(), path.c_str()) == 0 ? 0 : errno;
    Disk::current().unlink(beside.c_str());
    bool const has_no_links = error == EPERM || error == ENOTSUP || error == ENOSYS;
    return has_no_links ? create_synced(path, text) : error;
}

/// Moves a stale lock aside, so that of several runs which all found it stale one takes it over.
bool remove_stale(std::string const& path, std::string const& expected)
{
    auto const aside = fmt::format("{}.stale.{}", path, ::getpid());
    if (Disk::current().rename(path.c_str(), aside.c_str()) != 0) return true; // another run was quicker
    if (read_text(aside) == expected) return Disk::current().unlink(aside.c_str()), true;
    // It was a new lock already: put it back.
    if (Disk::current().link(aside.c_str(), path.c_str()) == 0) Disk::current().unlink(aside.c_str());
    return false;
}

} // namespace

LockHolder LockHolder::current()
{
    std::array<char, 256> host{};
    ::gethostname(host.data(), host.size() - 1);
    auto const restart = environment("SLURM_RESTART_COUNT");
    return {host.data(),
            first_word_of_file("/etc/machine-id"),
            first_word_of_file("/proc/sys/kernel/random/boot_id"),
            link_target("/proc/self/ns/pid"),
            ::getpid(),
            facts_of_process(::getpid()).started,
            batch_job(),
            as_integer(restart),
            fmt::format("{:%Y-%m-%d %H:%M:%S} UTC", fmt::gmtime(std::time(nullptr)))};
}

std::string lock_text(LockHolder const& holder)
{
    return fmt::format(
        "{}\nhost {}\nmachine {}\nboot {}\npid_namespace {}\npid {}\nprocess_started {}\njob {}\nrestart {}\n"
        "started {}\n",
        first_line, holder.host, holder.machine, holder.boot, holder.pid_namespace, holder.pid, holder.process_started,
        holder.job, holder.restart, holder.started);
}

std::optional<LockHolder> parse_lock(std::string_view text)
{
    if (!text.starts_with(first_line)) return {};
    auto const value_of = [&](std::string_view key) -> std::string {
        auto const begin = text.find(fmt::format("\n{} ", key));
        if (begin == text.npos) return {};
        auto const value = text.substr(begin + key.size() + 2);
        return std::string(value.substr(0, value.find('\n')));
    };
    LockHolder holder{value_of("host"),
                      value_of("machine"),
                      value_of("boot"),
                      value_of("pid_namespace"),
                      as_integer(value_of("pid")),
                      value_of("process_started"),
                      value_of("job"),
                      as_integer(value_of("restart")),
                      value_of("started")};
    if (holder.host.empty() || holder.pid <= 0) return {};
    return holder;
}

bool is_stale(LockHolder const& holder, LockHolder const& asking)
{
    if (!holder.job.empty() && holder.job == asking.job && holder.restart < asking.restart) return true;
    bool const same_machine = holder.host == asking.host && holder.machine == asking.machine;
    if (!same_machine) return false;
    if (holder.boot != asking.boot) return !holder.machine.empty() && !holder.boot.empty();
    if (holder.pid_namespace != asking.pid_namespace) return false;
    if (holder.pid == asking.pid && holder.process_started == asking.process_started) return false;
    if (::kill(static_cast<pid_t>(holder.pid), 0) != 0 && errno == ESRCH) return true;
    auto const process = facts_of_process(holder.pid);
    // Where process 1 asks for no status, as in many containers, what has ended stays as a zombie.
    if (process.state == 'Z') return true;
    return !process.started.empty() && process.started != holder.process_started;
}

RunLock::RunLock(std::string const& output) : path_(output + ".lock")
{
    auto const self = LockHolder::current();
    text_ = lock_text(self);
    for (int attempt = 0; attempt < 3; ++attempt) {
        int const error = create_exclusively(path_, text_);
        if (error == 0) return;
        if (error == ENOENT && !std::filesystem::exists(std::filesystem::absolute(output).parent_path()))
            throw OutputError(fmt::format("{} cannot be written", output), "its folder does not exist",
                              "make it with mkdir -p, or choose another with -o");
        if (error != EEXIST)
            throw OutputError(fmt::format("{} cannot be written", path_), io::system_message(error),
                              "choose a directory that you may write to with -o");
        auto const found = read_text(path_);
        auto const holder = parse_lock(found);
        if (!holder)
            throw UsageError(fmt::format("another run seems to be starting on {}", output),
                             fmt::format("{} exists and does not name its owner", path_),
                             fmt::format("wait for it; when you are sure that none runs: rm {}", path_));
        if (!is_stale(*holder, self) || !remove_stale(path_, found))
            throw UsageError(
                fmt::format("another run writes {}", output), describe(*holder),
                fmt::format("wait for it, or choose another -o; when you are sure that it ended: rm {}", path_));
        taken_over_ = describe(*holder);
    }
    throw UsageError(fmt::format("other runs keep taking {}", path_), {}, "start one run at a time on one output");
}

RunLock::~RunLock()
{
    if (read_text(path_) == text_) Disk::current().unlink(path_.c_str());
    Disk::current().unlink(place_beside(path_, text_).c_str()); // where that failed before
}

} // namespace exahca
