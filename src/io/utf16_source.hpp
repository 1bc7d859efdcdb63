#pragma once

#include "io/text_source.hpp"

namespace exahca::io {

enum class ByteOrder { little, big };

/// UTF-16 (RFC 2781), as spreadsheets save "Unicode text", read as UTF-8. The byte order mark is handed on.
/// \throws InvalidInput  while reading, for half a character
[[nodiscard]] std::unique_ptr<TextSource> as_utf8(std::unique_ptr<TextSource> source, ByteOrder order,
                                                  std::string const& name);

} // namespace exahca::io
