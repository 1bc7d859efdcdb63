#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace exahca {

/// What becomes of the file that is replaced.
enum class PreviousFile {
    discard,
    keep, ///< it stays as PATH.prev
};

/// Replaces a file as a whole, or not at all.
///
/// Writes PATH.tmp, syncs it, keeps the old file as PATH.prev when asked to, renames, syncs the directory. Where PATH
/// is a symbolic link, the file it points to is replaced. A reader sees the old file or the new one, never a part.
///
/// \throws OutputError  when the disk is full, a quota or file size limit is hit, the directory is read-only or gone;
///         the old file is then whole and PATH.tmp removed
void write_file_atomically(std::string const& path, std::span<std::byte const> first_part,
                           std::span<std::byte const> second_part = {}, PreviousFile previous = PreviousFile::discard);

/// The same for text.
void write_text_atomically(std::string const& path, std::string_view text);

struct TextFile
{
    std::string path, text;
};

/// The same for files that belong together: all are written and synced before the first takes its name, so that none is
/// replaced where the disk is full.
void write_texts_atomically(std::span<TextFile const> files);

} // namespace exahca
