#include "shared_segment.hpp"

#include "exahca/parallel/rank_facts.hpp"

#include <cerrno>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>
#include <utility>

namespace exahca {
namespace {

/// The pages of an open segment, which may be closed afterwards.
std::shared_ptr<std::byte> map(int file, std::size_t size)
{
    void* const first = ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (first == MAP_FAILED) return nullptr;
    return {static_cast<std::byte*>(first), [size](std::byte* mapped) { ::munmap(mapped, size); }};
}

bool has_size(int file, std::size_t size)
{
    struct stat status
    {
    };
    return ::fstat(file, &status) == 0 && std::cmp_equal(status.st_size, size);
}

/// Takes every page now. A file that is only made longer has none, and the first write to one too many is SIGBUS.
bool take_pages(int file, std::size_t size)
{
    int error = EINTR;
    while (error == EINTR) error = ::posix_fallocate(file, 0, static_cast<off_t>(size));
    return error == 0;
}

} // namespace

std::shared_ptr<std::byte> create_segment(std::string const& name, std::size_t size, std::size_t spare)
{
    auto const room = shared_memory_free();
    if (!room || std::cmp_less(*room, size + spare)) return nullptr;
    int const file = ::shm_open(name.c_str(), O_RDWR | O_CREAT | O_EXCL, 0600);
    if (file < 0) return nullptr;
    auto segment = take_pages(file, size) ? map(file, size) : nullptr;
    ::close(file);
    if (!segment) remove_segment(name);
    return segment;
}

std::shared_ptr<std::byte> open_segment(std::string const& name, std::size_t size)
{
    int const file = ::shm_open(name.c_str(), O_RDWR, 0600);
    if (file < 0) return nullptr;
    auto segment = has_size(file, size) ? map(file, size) : nullptr;
    ::close(file);
    return segment;
}

void remove_segment(std::string const& name) { ::shm_unlink(name.c_str()); }

} // namespace exahca
