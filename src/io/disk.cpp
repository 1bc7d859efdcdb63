#include "io/disk.hpp"

#include <cstdio>
#include <fcntl.h>
#include <unistd.h>

namespace exahca::io {

int Disk::open(char const* path, int flags, mode_t mode) { return ::open(path, flags, mode); }

ssize_t Disk::write(int file, void const* bytes, std::size_t count) { return ::write(file, bytes, count); }

ssize_t Disk::write_at(int file, void const* bytes, std::size_t count, off_t place)
{
    return ::pwrite(file, bytes, count, place);
}

int Disk::sync(int file) { return ::fsync(file); }

int Disk::close(int file) { return ::close(file); }

int Disk::rename(char const* from, char const* to) { return ::rename(from, to); }

int Disk::link(char const* from, char const* to) { return ::link(from, to); }

int Disk::unlink(char const* path) { return ::unlink(path); }

Disk& Disk::current()
{
    static Disk of_the_machine;
    return of_thread_ != nullptr ? *of_thread_ : of_the_machine;
}

} // namespace exahca::io
