#pragma once

#include "io/file_bytes.hpp"

#include <functional>
#include <string>

namespace exahca::io {

/// Replaces a file as the function of the same name in exahca/io/atomic_file.hpp does, by one that `fill` writes as it
/// likes. \param fill  gets an empty file, open for reading and writing; returns 0 or an error number, and throws
/// OutputError alone
void write_file_atomically(std::string const& path, std::function<int(Descriptor const&)> const& fill);

} // namespace exahca::io
