#pragma once

#include <cstddef>
#include <sys/types.h>

namespace exahca::io {

/// The system calls that change files: arguments, results and errno are theirs. This one makes them; a simulated disk
/// overrides it, which fills up, fails, or loses at a loss of power what was not synced.
class Disk
{
public:
    Disk() = default;
    Disk(Disk const&) = delete;
    Disk& operator=(Disk const&) = delete;
    virtual ~Disk() = default;

    [[nodiscard]] virtual int open(char const* path, int flags, mode_t mode);
    [[nodiscard]] virtual ssize_t write(int file, void const* bytes, std::size_t count);
    /// For large tables of scores, which no simulated run writes.
    [[nodiscard]] virtual ssize_t write_at(int file, void const* bytes, std::size_t count, off_t place);
    [[nodiscard]] virtual int sync(int file); ///< of a directory, too
    virtual int close(int file);
    [[nodiscard]] virtual int rename(char const* from, char const* to);
    [[nodiscard]] virtual int link(char const* from, char const* to);
    virtual int unlink(char const* path);

    /// That of the calling thread.
    [[nodiscard]] static Disk& current();

private:
    friend class DiskScope;
    static inline thread_local Disk* of_thread_ = nullptr;
};

/// While it lives, its thread writes to another disk.
class DiskScope
{
public:
    explicit DiskScope(Disk& disk) : before_(Disk::of_thread_) { Disk::of_thread_ = &disk; }
    ~DiskScope() { Disk::of_thread_ = before_; }
    DiskScope(DiskScope const&) = delete;
    DiskScope& operator=(DiskScope const&) = delete;

private:
    Disk* before_;
};

} // namespace exahca::io
