#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

namespace exahca::io {

/// Reads a regular file into memory.
/// \throws InvalidInput  when it is missing, a directory, not readable, or changes while it is read
std::vector<std::byte> read_whole_file(std::string const& path);

/// Text of an error number of the operating system.
std::string system_message(int error_number);

/// Owns a file descriptor.
class Descriptor
{
public:
    explicit Descriptor(int number) : number_(number) {}
    Descriptor(Descriptor const&) = delete;
    Descriptor& operator=(Descriptor const&) = delete;
    ~Descriptor();
    [[nodiscard]] int number() const { return number_; }
    /// Closes now; the error number, 0 when it succeeded. Network file systems report a full disk here.
    int close();

private:
    int number_;
};

/// Writes all bytes at the end of what was written. \returns 0, or the error number
[[nodiscard]] int write_all(Descriptor const& file, std::span<std::byte const> bytes);

} // namespace exahca::io
