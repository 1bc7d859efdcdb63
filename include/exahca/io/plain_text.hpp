#pragma once

#include <string>

namespace exahca {

/// A short text file as editors on any system write it: without a byte-order mark, lines end in LF.
/// \throws UsageError  when it cannot be read, or is not UTF-8
[[nodiscard]] std::string read_plain_text(std::string const& path);

} // namespace exahca
