#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace exahca::io {

/// Bytes that come in pieces and can be read again from the beginning: whoever has to look at a table twice need not
/// hold it in memory.
class TextSource
{
public:
    TextSource() = default;
    TextSource(TextSource const&) = delete;
    TextSource& operator=(TextSource const&) = delete;
    virtual ~TextSource() = default;

    /// The next bytes, at most `size` and at least one; 0 at the end. \throws InvalidInput  when they cannot be read
    [[nodiscard]] virtual std::size_t read(char* buffer, std::size_t size) = 0;
    /// Back to the first byte. \throws InvalidInput  when the content has changed meanwhile
    virtual void rewind() = 0;
    /// Whether these are the bytes of a file as it is, which other programs can read.
    [[nodiscard]] virtual bool is_file() const { return false; }
};

/// A regular file, or standard input for "-", which is kept in memory when it is a pipe. What gzip has compressed is
/// inflated on the way (RFC 1952, several members one after the other included), whatever its name.
/// \throws InvalidInput  when it cannot be opened or is compressed in another way
[[nodiscard]] std::unique_ptr<TextSource> open_text(std::string const& path);

/// Bytes that somebody else keeps, compressed or not.
[[nodiscard]] std::unique_ptr<TextSource> text_in_memory(std::string_view content, std::string const& name);

/// \throws InvalidInput  that says that a source is not what it was when it was read before
[[noreturn]] void refuse_changed(std::string const& name);

/// Everything that is left.
[[nodiscard]] std::string read_all(TextSource& source);

/// How `path` is called in messages.
[[nodiscard]] std::string input_name(std::string const& path);

} // namespace exahca::io
