#pragma once

#include <cstddef>

namespace exahca::io {

/// Asks for large pages behind a block of many megabytes that is about to be filled: a fault for each page of 4 kB
/// takes as long as reading the scores. Where there are none nothing changes.
void prefer_large_pages(void* block, std::size_t bytes) noexcept;

} // namespace exahca::io
