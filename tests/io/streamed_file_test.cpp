// Large files that go to the disk while they are made.

#include "io/streamed_file.hpp"

#include "exahca/core/error.hpp"
#include "exahca/core/random.hpp"
#include "exahca/io/digest.hpp"
#include "exahca/io/tree_file.hpp"
#include "io/disk.hpp"
#include "io/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <new>
#include <unistd.h>

namespace exahca::io {
namespace {

constexpr std::uint64_t block = std::uint64_t{1} << 20; // of those that memory holds
using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string const& text)
{
    Bytes bytes(text.size());
    std::transform(text.begin(), text.end(), bytes.begin(), [](char c) { return static_cast<std::byte>(c); });
    return bytes;
}

TEST(BlockFile, holds_what_was_written_wherever_it_went)
{
    TemporaryDirectory const directory;
    Descriptor const on_disk(::open(directory.file("f").c_str(), O_RDWR | O_CREAT, 0666));
    BlockFile file(on_disk.number());
    RandomStream random({1, "streamed-file-test", 0, "", 0});
    Bytes all(16 * block);
    // Onwards in steps with gaps between them, with changes of what lies behind, across ends of blocks, too.
    for (std::uint64_t end = 0; end + 3 * block < all.size(); end += random.below(block)) {
        for (auto const& [place, most] :
             {std::pair(end, 2 * block), std::pair(random.below(end + 1), std::uint64_t{5000})}) {
            Bytes piece(random.below(most));
            for (auto& byte : piece) byte = static_cast<std::byte>(random.below(256));
            std::copy(piece.begin(), piece.end(), all.begin() + static_cast<std::ptrdiff_t>(place));
            file.write(place, piece);
        }
        Bytes found(random.below(3 * block));
        auto const place = random.below(all.size() - found.size());
        file.read(place, found);
        ASSERT_TRUE(std::equal(found.begin(), found.end(), all.begin() + static_cast<std::ptrdiff_t>(place)));
    }
    // Up to behind all that was written.
    auto const size = file.end() + block + 17;
    ASSERT_LE(size, all.size());
    file.finish(size);
    EXPECT_EQ(file.error(), 0);
    all.resize(size);
    EXPECT_EQ(bytes_of(file_content(directory.file("f"))), all);
    file.write(100, Bytes(50, std::byte{7}));
    file.read(100, {all.data(), 50});
    EXPECT_EQ(all.front(), std::byte{7});
}

TEST(Digest, of_pieces_is_that_of_the_whole)
{
    Bytes content(100000);
    for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<std::byte>(i * i >> 3U);
    for (std::size_t const step : {std::size_t{1}, std::size_t{333}, content.size()}) {
        std::span<std::byte const> rest(content);
        EXPECT_EQ(make_trailer([&] {
                      auto const piece = rest.first(std::min(step, rest.size()));
                      rest = rest.subspan(piece.size());
                      return piece;
                  }),
                  make_trailer(content));
    }
}

constexpr std::int64_t rows = 150'000, columns = 4;

double number(std::int64_t row, std::int64_t column)
{
    return static_cast<double>(row) + 0.25 * static_cast<double>(column);
}

/// Names and numbers of 10 MB: more than memory holds.
DataGroup large_tree(bool with_values)
{
    DataGroup tree;
    std::vector<std::string> names;
    for (std::int64_t i = 0; i < rows; ++i) names.push_back("row " + std::to_string(i * 7919 % rows));
    tree.add({"name", {"name"}, {rows}, names, "", "names"});
    std::vector<double> values;
    for (std::int64_t i = 0; with_values && i < rows; ++i)
        for (std::int64_t j = 0; j < columns; ++j) values.push_back(number(i, j));
    tree.variables.push_back({"value", {"name", "column"}, {rows, columns}, values, "1", "numbers"});
    tree.group("beside").add({"few", {"few"}, {2}, std::vector<double>{1, 2}, "1", "in a group"});
    return tree;
}

void write_large(std::string const& path)
{
    write_large_tree(path, large_tree(false), {"value", [](std::int64_t first, std::int64_t count, double* to) {
                                                   for (std::int64_t i = first; i < first + count; ++i)
                                                       for (std::int64_t j = 0; j < columns; ++j) *to++ = number(i, j);
                                               }});
}

TEST(LargeTree, is_the_file_that_is_made_in_memory)
{
    TemporaryDirectory const directory;
    auto const path = directory.file("large.h5"), other = directory.file("other.h5");
    write_large(path);
    auto const tree = read_tree(path); // whose digest fits
    auto const wanted = large_tree(true);
    EXPECT_EQ(tree.strings("name"), wanted.strings("name"));
    EXPECT_EQ(tree.doubles("value"), wanted.doubles("value"));
    EXPECT_EQ(tree.doubles("beside/few"), wanted.doubles("beside/few"));
    write_tree(other, wanted, PreviousFile::discard, Packing::quick);
    auto const streamed = file_content(path), in_memory = file_content(other);
    ASSERT_EQ(streamed.size(), in_memory.size());
    // But for the root group's times and what sums them up: in the superblock and root header, and in the trailer.
    constexpr std::size_t header = 256, trailer = 16;
    EXPECT_TRUE(std::equal(streamed.begin() + header, streamed.end() - trailer, in_memory.begin() + header));
}

/// The call of this number fails. Each write takes a part of what it is given.
class FailingDisk final : public Disk
{
public:
    FailingDisk(int failing, int error) : left_(failing), error_(error) {}

    [[nodiscard]] bool has_failed() const { return left_ < 0; }

    int open(char const* path, int flags, mode_t mode) override { return fails() ? -1 : Disk::open(path, flags, mode); }
    ssize_t write_at(int file, void const* bytes, std::size_t count, off_t place) override
    {
        return fails() ? -1 : Disk::write_at(file, bytes, std::min<std::size_t>(count, 700'000), place);
    }
    int sync(int file) override { return fails() ? -1 : Disk::sync(file); }
    int rename(char const* from, char const* to) override { return fails() ? -1 : Disk::rename(from, to); }

private:
    bool fails()
    {
        if (left_-- != 0) return false;
        errno = error_;
        return true;
    }

    int left_, error_;
};

TEST(LargeTree, is_whole_or_not_there_whichever_call_of_the_disk_fails)
{
    TemporaryDirectory const directory;
    auto const path = directory.file("large.h5");
    put_file(path, "before");
    int failed = 0;
    for (bool all_done = false; !all_done; ++failed) {
        FailingDisk disk(failed, ENOSPC);
        DiskScope const scope(disk);
        auto const message = message_of<OutputError>([&] { write_large(path); });
        all_done = !disk.has_failed();
        bool const of_directory = message.empty(); // which need not be opened or synced
        EXPECT_EQ(file_content(path) == "before", !of_directory) << failed;
        EXPECT_TRUE(of_directory || message.find("No space left on device") != std::string::npos) << message;
        EXPECT_FALSE(std::filesystem::exists(path + ".tmp")) << failed;
        if (of_directory) {
            EXPECT_EQ(verify_digest(path), DigestOutcome::ok) << failed;
            put_file(path, "before");
        }
    }
    EXPECT_GT(failed, 20);
    // Interrupted calls are made again.
    FailingDisk disk(3, EINTR);
    DiskScope const scope(disk);
    write_large(path);
    EXPECT_EQ(verify_digest(path), DigestOutcome::ok);
}

TEST(LargeTree, leaves_nothing_where_memory_runs_out)
{
    TemporaryDirectory const directory;
    auto const path = directory.file("large.h5");
    EXPECT_THROW(write_large_tree(path, large_tree(false),
                                  {"value", [](std::int64_t, std::int64_t, double*) { throw std::bad_alloc(); }}),
                 std::bad_alloc);
    EXPECT_TRUE(std::filesystem::is_empty(directory.path()));
    write_large(path);
    EXPECT_EQ(verify_digest(path), DigestOutcome::ok);
}

} // namespace
} // namespace exahca::io
