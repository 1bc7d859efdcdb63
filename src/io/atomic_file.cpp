#include "exahca/io/atomic_file.hpp"

#include "exahca/core/error.hpp"
#include "io/atomic_pieces.hpp"
#include "io/disk.hpp"
#include "io/file_bytes.hpp"

#include <cerrno>
#include <csignal>
#include <cstdio>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <list>
#include <sys/stat.h>
#include <unistd.h>

namespace exahca {
namespace {

using io::Disk;

char const* remedy_for(int error_number)
{
    switch (error_number) {
    case ENOSPC:
        return "free space on that disk, or write elsewhere with -o";
    case EDQUOT:
        return "free space in your quota, or write elsewhere with -o";
    case EFBIG:
        return "raise the file size limit (ulimit -f), or write elsewhere with -o";
    case EACCES:
    case EPERM:
    case EROFS:
        return "choose a directory that you may write to with -o";
    case ENOENT:
    case ENOTDIR:
        return "create the directory, or write elsewhere with -o";
    default:
        return "check the file system, or write elsewhere with -o";
    }
}

[[noreturn]] void cannot_write(std::string const& path, int error_number)
{
    throw OutputError(fmt::format("{} cannot be written", path), io::system_message(error_number),
                      remedy_for(error_number));
}

// A write beyond `ulimit -f` shall fail with EFBIG, not end the process.
void ignore_file_size_signal()
{
    struct sigaction current
    {
    };
    if (::sigaction(SIGXFSZ, nullptr, &current) == 0 && current.sa_handler == SIG_DFL) ::signal(SIGXFSZ, SIG_IGN);
}

std::string resolve(std::string const& path)
{
    std::error_code error;
    if (!std::filesystem::is_symlink(path, error)) return path;
    auto const target = std::filesystem::weakly_canonical(path, error);
    return error ? path : target.string();
}

using Fill = std::function<int(io::Descriptor const&)>;

void write_and_sync(std::string const& temporary, std::string const& path, Fill const& fill)
{
    io::Descriptor file(Disk::current().open(temporary.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
    if (file.number() < 0) cannot_write(path, errno);
    if (int const error = fill(file); error != 0) cannot_write(path, error);
    if (Disk::current().sync(file.number()) != 0) cannot_write(path, errno);
    if (int const error = file.close(); error != 0) cannot_write(path, error);
}

void keep_previous(std::string const& path)
{
    auto const previous = path + ".prev";
    auto const link_name = path + ".prev.tmp";
    Disk::current().unlink(link_name.c_str());
    // A second link keeps PATH in place at every moment; file systems without links see a short gap in which only the
    // previous generation exists, which readers know how to handle.
    if (Disk::current().link(path.c_str(), link_name.c_str()) == 0) {
        int const error = Disk::current().rename(link_name.c_str(), previous.c_str()) == 0 ? 0 : errno;
        Disk::current().unlink(link_name.c_str()); // renaming one link of a file to another leaves both
        if (error != 0) cannot_write(previous, error);
    } else if (errno != ENOENT) {
        if (Disk::current().rename(path.c_str(), previous.c_str()) != 0) cannot_write(previous, errno);
    }
}

void sync_directory_of(std::string const& path)
{
    auto const parent = std::filesystem::path(path).parent_path();
    io::Descriptor const directory(
        Disk::current().open(parent.empty() ? "." : parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0));
    // Some file systems cannot sync a directory: the file is in place all the same.
    if (directory.number() >= 0) static_cast<void>(Disk::current().sync(directory.number()));
}

/// A file that is written beside the one it is to replace, and removed unless it takes its place.
class Replacement
{
public:
    Replacement(std::string const& path, Fill const& fill)
        : path_(path), target_(resolve(path)), temporary_(target_ + ".tmp")
    {
        ignore_file_size_signal();
        struct stat status
        {
        };
        if (::stat(target_.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
            throw OutputError(fmt::format("{} cannot be written", path), "it exists and is not a regular file",
                              "choose another name with -o");
        try {
            write_and_sync(temporary_, path, fill);
        } catch (...) {
            remove();
            throw;
        }
    }
    Replacement(Replacement const&) = delete;
    Replacement& operator=(Replacement const&) = delete;
    ~Replacement()
    {
        if (!in_place_) remove();
    }

    void take_place(PreviousFile previous)
    {
        if (previous == PreviousFile::keep) keep_previous(target_);
        if (Disk::current().rename(temporary_.c_str(), target_.c_str()) != 0) cannot_write(path_, errno);
        in_place_ = true;
        sync_directory_of(target_);
    }

private:
    void remove() const { Disk::current().unlink(temporary_.c_str()); }

    std::string path_, target_, temporary_;
    bool in_place_ = false;
};

Fill fill_with(std::span<std::byte const> first_part, std::span<std::byte const> second_part)
{
    return [=](io::Descriptor const& file) {
        int const error = io::write_all(file, first_part);
        return error != 0 ? error : io::write_all(file, second_part);
    };
}

std::span<std::byte const> bytes_of(std::string_view text)
{
    return std::as_bytes(std::span(text.data(), text.size()));
}

} // namespace

void write_file_atomically(std::string const& path, std::span<std::byte const> first_part,
                           std::span<std::byte const> second_part, PreviousFile previous)
{
    Replacement(path, fill_with(first_part, second_part)).take_place(previous);
}

void io::write_file_atomically(std::string const& path, Fill const& fill)
{
    Replacement(path, fill).take_place(PreviousFile::discard);
}

void write_text_atomically(std::string const& path, std::string_view text)
{
    write_file_atomically(path, bytes_of(text));
}

void write_texts_atomically(std::span<TextFile const> files)
{
    std::list<Replacement> replacements;
    for (auto const& file : files) replacements.emplace_back(file.path, fill_with(bytes_of(file.text), {}));
    for (auto& replacement : replacements) replacement.take_place(PreviousFile::discard);
}

} // namespace exahca
