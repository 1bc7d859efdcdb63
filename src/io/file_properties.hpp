#pragma once

#include "io/hdf5_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace exahca::io {

/// How new files are laid out, wherever they go.
[[nodiscard]] Handle new_file_creation();
/// How they are written, but for the driver.
[[nodiscard]] Handle new_file_access();

/// What a file's superblock says of its end. \param superblock  its first bytes; 0: they are too few
inline constexpr std::size_t superblock_size = 48;
[[nodiscard]] std::uint64_t end_of_file(std::span<std::byte const> superblock);

} // namespace exahca::io
