#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace exahca {

/// Who holds a run lock. Stored as lines "key value" in OUTPUT.lock.
struct LockHolder
{
    std::string host;          ///< name of the machine
    std::string machine;       ///< /etc/machine-id, empty where there is none
    std::string boot;          ///< the kernel's id of this boot
    std::string pid_namespace; ///< containers with namespaces of their own cannot see each other's processes
    std::int64_t pid = 0;
    std::string process_started; ///< the process's start time in clock ticks since boot: pids are used again
    std::string job;             ///< "slurm 123", "pbs 7.server", ...; empty outside a batch system
    std::int64_t restart = 0;    ///< how often the job was requeued
    std::string started;         ///< UTC, for people

    /// This process.
    [[nodiscard]] static LockHolder current();
};

/// Text of a lock file, and back; nothing for text that is no lock.
[[nodiscard]] std::string lock_text(LockHolder const& holder);
[[nodiscard]] std::optional<LockHolder> parse_lock(std::string_view text);

/// Whether the holder is certainly gone: its process ended on this machine, this machine booted since, or its batch job
/// was requeued and is the one that asks. In doubt it is alive.
[[nodiscard]] bool is_stale(LockHolder const& holder, LockHolder const& asking);

/// Keeps a second run away from the same output, on file systems with and without flock.
///
/// OUTPUT.lock is created exclusively. A stale one is taken over.
class RunLock
{
public:
    /// \throws UsageError  when another run holds it, naming host, job, process and start, and how to remove it
    /// \throws OutputError  when the lock file cannot be written
    explicit RunLock(std::string const& output);
    RunLock(RunLock const&) = delete;
    RunLock& operator=(RunLock const&) = delete;
    /// Removes the lock file, where it is still ours.
    ~RunLock();

    /// What was taken over from a run that ended without removing its lock; empty usually. For a warning.
    [[nodiscard]] std::string const& taken_over() const { return taken_over_; }

private:
    std::string path_;
    std::string text_;
    std::string taken_over_;
};

} // namespace exahca
