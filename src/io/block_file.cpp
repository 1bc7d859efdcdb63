#include "io/disk.hpp"
#include "io/streamed_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace exahca::io {

void BlockFile::write_to_disk(std::uint64_t place, std::span<std::byte const> bytes)
{
    while (error_ == 0 && !bytes.empty()) {
        auto const count = Disk::current().write_at(file_, bytes.data(), bytes.size(), static_cast<off_t>(place));
        if (count < 0 && errno != EINTR) error_ = errno;
        if (count <= 0) continue;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        place += static_cast<std::uint64_t>(count);
    }
}

void BlockFile::read_from_disk(std::uint64_t place, std::span<std::byte> bytes)
{
    while (error_ == 0 && !bytes.empty()) {
        auto const count = ::pread(file_, bytes.data(), bytes.size(), static_cast<off_t>(place));
        if (count < 0 && errno != EINTR) error_ = errno;
        if (count == 0) break;
        if (count < 0) continue;
        bytes = bytes.subspan(static_cast<std::size_t>(count));
        place += static_cast<std::uint64_t>(count);
    }
    std::fill(bytes.begin(), bytes.end(), std::byte{0});
}

void BlockFile::write_first_block()
{
    write_to_disk(kept_from(), {blocks_.front().get(), block_size});
    ++first_block_;
}

/// A further block of zeros, in the memory of the one that goes to the disk for it.
void BlockFile::add_block()
{
    if (blocks_.size() < most_blocks) {
        blocks_.push_back(std::make_unique<std::byte[]>(block_size));
        return;
    }
    write_first_block();
    std::memset(blocks_.front().get(), 0, block_size);
    blocks_.push_back(std::move(blocks_.front()));
    blocks_.pop_front();
}

void BlockFile::write(std::uint64_t place, std::span<std::byte const> bytes)
{
    end_ = std::max(end_, place + bytes.size());
    if (place < kept_from()) {
        auto const before = std::min<std::uint64_t>(bytes.size(), kept_from() - place);
        write_to_disk(place, bytes.first(before));
        place += before;
        bytes = bytes.subspan(before);
    }
    while (!bytes.empty()) {
        auto const block = place / block_size, offset = place % block_size;
        while (first_block_ + blocks_.size() <= block) add_block();
        auto const count = std::min<std::uint64_t>(bytes.size(), block_size - offset);
        std::memcpy(blocks_[block - first_block_].get() + offset, bytes.data(), count);
        place += count;
        bytes = bytes.subspan(count);
    }
}

void BlockFile::read(std::uint64_t place, std::span<std::byte> bytes)
{
    if (place < kept_from()) {
        auto const before = std::min<std::uint64_t>(bytes.size(), kept_from() - place);
        read_from_disk(place, bytes.first(before));
        place += before;
        bytes = bytes.subspan(before);
    }
    while (!bytes.empty()) {
        auto const block = place / block_size, offset = place % block_size;
        auto const count = std::min<std::uint64_t>(bytes.size(), block_size - offset);
        if (block < first_block_ + blocks_.size())
            std::memcpy(bytes.data(), blocks_[block - first_block_].get() + offset, count);
        else
            std::memset(bytes.data(), 0, count);
        place += count;
        bytes = bytes.subspan(count);
    }
}

void BlockFile::give_up()
{
    if (error_ == 0) error_ = ECANCELED;
}

void BlockFile::finish(std::uint64_t size)
{
    while (kept_from() + blocks_.size() * block_size < size) add_block();
    for (auto const& block : blocks_) {
        auto const place = kept_from();
        if (place < size) write_to_disk(place, {block.get(), std::min<std::uint64_t>(block_size, size - place)});
        ++first_block_;
    }
    blocks_.clear();
}

} // namespace exahca::io
