#include "io/file_bytes.hpp"

#include "exahca/core/error.hpp"
#include "io/disk.hpp"

#include <cerrno>
#include <fcntl.h>
#include <fmt/format.h>
#include <new>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace exahca::io {
namespace {

[[noreturn]] void cannot_read(std::string const& path, int error_number)
{
    char const* remedy = error_number == ENOENT   ? "check the name"
                         : error_number == EACCES ? "ask its owner for permission to read it"
                                                  : "check the file system";
    throw InvalidInput(fmt::format("{} cannot be read", path), system_message(error_number), remedy);
}

} // namespace

std::string system_message(int error_number) { return std::generic_category().message(error_number); }

Descriptor::~Descriptor() { close(); }

int Descriptor::close()
{
    if (number_ < 0) return 0;
    return Disk::current().close(std::exchange(number_, -1)) == 0 ? 0 : errno;
}

int write_all(Descriptor const& file, std::span<std::byte const> bytes)
{
    while (!bytes.empty()) {
        auto const count = Disk::current().write(file.number(), bytes.data(), bytes.size());
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) return errno;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
    }
    return 0;
}

std::vector<std::byte> read_whole_file(std::string const& path)
{
    // Without O_NONBLOCK the opening of a named pipe would wait for ever.
    Descriptor const file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    if (file.number() < 0) cannot_read(path, errno);
    struct stat status
    {
    };
    if (::fstat(file.number(), &status) != 0) cannot_read(path, errno);
    if (S_ISDIR(status.st_mode)) throw InvalidInput(fmt::format("{} is a directory", path), {}, "name a file in it");
    if (!S_ISREG(status.st_mode))
        throw InvalidInput(fmt::format("{} is not a regular file", path), {}, "copy its content to a file first");

    std::vector<std::byte> bytes;
    try {
        bytes.resize(static_cast<std::size_t>(status.st_size));
    } catch (std::bad_alloc const&) {
        throw InvalidInput(fmt::format("{} does not fit in memory", path), fmt::format("{} bytes", status.st_size),
                           "use a machine with more memory");
    }
    std::size_t done = 0;
    while (done < bytes.size()) {
        auto const count = ::read(file.number(), bytes.data() + done, bytes.size() - done);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0) cannot_read(path, errno);
        if (count == 0)
            throw InvalidInput(fmt::format("{} became shorter while it was read", path), {},
                               "try again when nothing writes to it");
        done += static_cast<std::size_t>(count);
    }
    return bytes;
}

} // namespace exahca::io
