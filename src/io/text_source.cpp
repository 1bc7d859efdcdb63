#include "io/text_source.hpp"

#include "exahca/core/error.hpp"
#include "io/file_bytes.hpp"
#include "io/utf16_source.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <vector>
#include <zlib.h>

namespace exahca::io {
namespace {

constexpr std::size_t block_size = std::size_t{1} << 18;

[[noreturn]] void cannot_read_text(std::string const& name, int error_number)
{
    char const* remedy = error_number == ENOENT   ? "check the name"
                         : error_number == EACCES ? "ask its owner for permission to read it"
                                                  : "check the file system";
    throw InvalidInput(fmt::format("{} cannot be read", name), system_message(error_number), remedy);
}

std::size_t read_some(int file, char* buffer, std::size_t size, std::string const& name)
{
    for (;;) {
        auto const count = ::read(file, buffer, size);
        if (count >= 0) return static_cast<std::size_t>(count);
        if (errno != EINTR) cannot_read_text(name, errno);
    }
}

/// A regular file. It is not to change between two readings.
class FileSource final : public TextSource
{
public:
    FileSource(int file, std::string name) : file_(file), name_(std::move(name)), before_(status()) {}

    std::size_t read(char* buffer, std::size_t size) override { return read_some(file_.number(), buffer, size, name_); }
    void rewind() override
    {
        auto const now = status();
        if (now.st_size != before_.st_size || now.st_mtim.tv_sec != before_.st_mtim.tv_sec ||
            now.st_mtim.tv_nsec != before_.st_mtim.tv_nsec)
            refuse_changed(name_);
        if (::lseek(file_.number(), 0, SEEK_SET) < 0) cannot_read_text(name_, errno);
    }
    bool is_file() const override { return true; }

private:
    struct stat status() const
    {
        struct stat status
        {
        };
        if (::fstat(file_.number(), &status) != 0) cannot_read_text(name_, errno);
        return status;
    }

    Descriptor file_;
    std::string name_;
    struct stat before_;
};

class MemorySource final : public TextSource
{
public:
    explicit MemorySource(std::string_view content) : content_(content) {}
    explicit MemorySource(std::string kept) : kept_(std::move(kept)), content_(kept_) {}

    std::size_t read(char* buffer, std::size_t size) override
    {
        auto const count = std::min(size, content_.size() - done_);
        std::copy_n(content_.data() + done_, count, buffer);
        done_ += count;
        return count;
    }
    void rewind() override { done_ = 0; }

private:
    std::string kept_;
    std::string_view content_;
    std::size_t done_ = 0;
};

/// What another source holds in gzip's format.
class GzipSource final : public TextSource
{
public:
    GzipSource(std::unique_ptr<TextSource> packed, std::string name)
        : packed_(std::move(packed)), name_(std::move(name)), input_(block_size)
    {
        constexpr int gzip_header = 16; // added to the size of the window: no other header will do
        if (::inflateInit2(&state_, MAX_WBITS + gzip_header) != Z_OK) throw std::bad_alloc();
    }
    ~GzipSource() override { ::inflateEnd(&state_); }

    std::size_t read(char* buffer, std::size_t size) override
    {
        state_.next_out = reinterpret_cast<Bytef*>(buffer);
        state_.avail_out = static_cast<uInt>(std::min(size, block_size));
        auto const wanted = state_.avail_out;
        while (state_.avail_out == wanted && !finished_) {
            if (state_.avail_in == 0) refill();
            if (!finished_) inflate_some();
        }
        return wanted - state_.avail_out;
    }
    void rewind() override
    {
        packed_->rewind();
        ::inflateReset(&state_);
        state_.avail_in = 0;
        finished_ = between_members_ = false;
    }

private:
    void refill()
    {
        auto const count = packed_->read(input_.data(), input_.size());
        state_.next_in = reinterpret_cast<Bytef*>(input_.data());
        state_.avail_in = static_cast<uInt>(count);
        if (count > 0) return;
        if (!between_members_) damaged("it ends too early");
        finished_ = true;
    }
    void inflate_some()
    {
        if (between_members_ && *state_.next_in == 0) { // tapes and archives are filled up with zeros
            ++state_.next_in;
            --state_.avail_in;
            return;
        }
        between_members_ = false;
        auto const status = ::inflate(&state_, Z_NO_FLUSH);
        if (status == Z_MEM_ERROR) throw std::bad_alloc();
        if (status == Z_STREAM_END) {
            ::inflateReset(&state_);
            between_members_ = true;
        } else if (status != Z_OK && status != Z_BUF_ERROR) {
            damaged(state_.msg == nullptr ? "it makes no sense" : state_.msg);
        }
    }
    [[noreturn]] void damaged(char const* why) const
    {
        throw InvalidInput(fmt::format("{}: the gzip-compressed content is damaged", name_), why,
                           "copy or download it again");
    }

    std::unique_ptr<TextSource> packed_;
    std::string name_;
    std::vector<char> input_;
    z_stream state_{};
    bool finished_ = false;
    bool between_members_ = false;
};

struct Signature
{
    std::string_view bytes;
    char const* what;
    char const* remedy = "unpack it, or save the table as CSV";
};
constexpr char const* by_pandas =
    "write the table as CSV, in Python: pandas.read_parquet(FILE).to_csv(NEW, index=False)";
constexpr char const* by_its_program = "save the table as CSV with the program that wrote it";
using namespace std::string_view_literals;
constexpr std::array<Signature, 15> other_formats{
    {{"PK\x03\x04", "a ZIP archive or a spreadsheet"},
     {"\xd0\xcf\x11\xe0", "a spreadsheet or another office document"},
     {"\xfd"
      "7zXZ",
      "compressed with xz"},
     {"BZh", "compressed with bzip2"},
     {"\x28\xb5\x2f\xfd", "compressed with zstd"},
     {"PAR1", "a Parquet file", by_pandas},
     {"ARROW1", "a Feather file",
      "write the table as CSV, in Python: pandas.read_feather(FILE).to_csv(NEW, index=False)"},
     {"$FL2", "a file of SPSS", by_its_program},
     {"$FL3", "a file of SPSS", by_its_program},
     {"<stata", "a file of Stata", by_its_program},
     {"X\n\0\0\0"sv, "an object of R",
      "write the table as CSV, in R: write.csv(readRDS(FILE), NEW, row.names = FALSE)"},
     {"RDX", "a workspace of R", by_its_program},
     {"\x89HDF", "an HDF5 file", "give a table; what import has written is for search and the other commands"},
     {"SQLite", "a database of SQLite", by_its_program},
     {"%PDF", "a PDF document", "copy its table into a spreadsheet, and save that as CSV"}}};

/// The first bytes. Rewinds the source.
std::string beginning_of(TextSource& source)
{
    std::string first(6, '\0');
    std::size_t count = 0;
    while (count < first.size())
        if (auto const more = source.read(first.data() + count, first.size() - count); more > 0)
            count += more;
        else
            break;
    source.rewind();
    first.resize(count);
    return first;
}

std::unique_ptr<TextSource> unpacked(std::unique_ptr<TextSource> source, std::string const& name)
{
    auto begin = beginning_of(*source);
    if (begin.starts_with("\x1f\x8b")) {
        source = std::make_unique<GzipSource>(std::move(source), name);
        begin = beginning_of(*source);
    }
    if (begin.starts_with("\xff\xfe")) return as_utf8(std::move(source), ByteOrder::little, name);
    if (begin.starts_with("\xfe\xff")) return as_utf8(std::move(source), ByteOrder::big, name);
    for (auto const& [bytes, what, remedy] : other_formats)
        if (begin.starts_with(bytes))
            throw InvalidInput(fmt::format("{} is not a text file", name), fmt::format("it is {}", what), remedy);
    return source;
}

/// All that a pipe brings.
std::string drain(int file, std::string const& name)
{
    std::string content;
    for (;;) {
        auto const before = content.size();
        content.resize(before + block_size);
        auto const count = read_some(file, content.data() + before, block_size, name);
        content.resize(before + count);
        if (count == 0) return content;
    }
}

} // namespace

std::string input_name(std::string const& path) { return path == "-" ? "standard input" : path; }

std::unique_ptr<TextSource> open_text(std::string const& path)
{
    auto const name = input_name(path);
    // Without O_NONBLOCK the opening of a named pipe would wait for ever.
    int const file = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) cannot_read_text(name, errno);
    Descriptor owner(file);
    struct stat status
    {
    };
    if (::fstat(file, &status) != 0) cannot_read_text(name, errno);
    if (S_ISDIR(status.st_mode)) throw InvalidInput(fmt::format("{} is a directory", name), {}, "name a file in it");
    if (S_ISREG(status.st_mode))
        return unpacked(std::make_unique<FileSource>(::fcntl(file, F_DUPFD_CLOEXEC, 0), name), name);
    if (path != "-")
        throw InvalidInput(fmt::format("{} is not a regular file", name), {},
                           "copy its content to a file first, or send it to standard input and name -");
    return unpacked(std::make_unique<MemorySource>(drain(file, name)), name);
}

std::unique_ptr<TextSource> text_in_memory(std::string_view content, std::string const& name)
{
    return unpacked(std::make_unique<MemorySource>(content), name);
}

void refuse_changed(std::string const& name)
{
    throw InvalidInput(fmt::format("{} changed while it was read", name), {}, "try again when nothing writes to it");
}

std::string read_all(TextSource& source)
{
    std::string content;
    for (;;) {
        auto const before = content.size();
        content.resize(before + block_size);
        auto const count = source.read(content.data() + before, block_size);
        content.resize(before + count);
        if (count == 0) return content;
    }
}

} // namespace exahca::io
