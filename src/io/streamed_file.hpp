#pragma once

#include "io/file_bytes.hpp"
#include "io/hdf5_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <span>

namespace exahca::io {

/// A file that is written from its beginning to its end, nearly: memory holds its last blocks, where nearly all writes
/// go, and the disk the others. An error of the disk is kept, and nothing is written any more from then on.
class BlockFile
{
public:
    /// \param file  a descriptor for reading and writing; it is not used after an error
    explicit BlockFile(int file) : file_(file) {}

    void write(std::uint64_t place, std::span<std::byte const> bytes);
    /// Zeros where nothing was written.
    void read(std::uint64_t place, std::span<std::byte> bytes);
    /// Puts all up to this size on the disk, zeros where nothing was written.
    void finish(std::uint64_t size);
    /// As after an error: the disk is left alone from now on.
    void give_up();

    [[nodiscard]] std::uint64_t end() const { return end_; } ///< of what was written
    [[nodiscard]] int error() const { return error_; }       ///< its number; 0: there was none

private:
    static constexpr std::size_t block_size = std::size_t{1} << 20, most_blocks = 4;

    [[nodiscard]] std::uint64_t kept_from() const { return first_block_ * block_size; }
    void add_block();
    void write_first_block();
    void write_to_disk(std::uint64_t place, std::span<std::byte const> bytes);
    void read_from_disk(std::uint64_t place, std::span<std::byte> bytes);

    int file_;
    std::uint64_t first_block_ = 0; // of those in memory
    std::deque<std::unique_ptr<std::byte[]>> blocks_;
    std::uint64_t end_ = 0;
    int error_ = 0;
};

/// A new HDF5 file that goes to the disk while it is made. HDF5 cannot close a file on a disk that is full, and so it
/// is told of no error of the disk: ask for it.
class StreamedFile
{
public:
    /// \param file  empty, for reading and writing; outlives this
    explicit StreamedFile(Descriptor const& file);
    StreamedFile(StreamedFile const&) = delete;
    StreamedFile& operator=(StreamedFile const&) = delete;
    ~StreamedFile();

    [[nodiscard]] hid_t id() const { return handle_->id(); }
    /// Closes it and puts its trailer behind it.
    void finish();
    /// The number of the disk's first error; 0: there was none. With one, all that HDF5 says may be its consequence.
    [[nodiscard]] int error() const { return blocks_->error(); }

private:
    std::shared_ptr<BlockFile> blocks_; // HDF5's, too, which may be unable to close what it could not read back
    std::optional<Handle> handle_;
};

} // namespace exahca::io
