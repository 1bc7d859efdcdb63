#pragma once

#include <cstddef>
#include <memory>
#include <string>

namespace exahca {

/// Shared memory of this machine, POSIX shm_open, in which every page of `size` bytes is there: nothing can be missing
/// later. Unmapped with the last copy; the name stays until remove_segment.
///
/// \param name   a name of its own, "/..."
/// \param spare  bytes of /dev/shm that must be left
/// \returns nothing, and no trace, where there is not that much room, or the system refuses
[[nodiscard]] std::shared_ptr<std::byte> create_segment(std::string const& name, std::size_t size, std::size_t spare);

/// The segment that another process of this machine created. \returns nothing where there is none of this size
[[nodiscard]] std::shared_ptr<std::byte> open_segment(std::string const& name, std::size_t size);

/// Takes the name away; those who have the segment keep it.
void remove_segment(std::string const& name);

} // namespace exahca
