#pragma once

#include <cstdint>
#include <string>

namespace exahca {

/// What became of the attempt to read a file.
enum class FileVerdict {
    sound,     ///< read whole; `message` sums up what it holds
    unusable,  ///< refused; `message` says why
    crashed,   ///< reading it ended the child process: the file is damaged in a way that HDF5 does not survive
    timed_out, ///< reading it took too long
};

struct FileCheck
{
    FileVerdict verdict;
    std::string message; ///< one line, with the file's name
};

/// What the child process may use.
struct CheckLimits
{
    double seconds = 60;                            ///< of time, and of processor time
    std::uint64_t memory = std::uint64_t{16} << 30; ///< bytes of address space
};

/// Reads a score or results file in a child process, because HDF5 1.10 crashes on some damaged files: whatever happens
/// there, this returns.
///
/// Not from a process under MPI. \throws OutputError  when no child can be started
[[nodiscard]] FileCheck check_file(std::string const& path, CheckLimits const& limits = {});

} // namespace exahca
