#pragma once

#include "io/hdf5_handle.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>

namespace exahca::io {

/// A new HDF5 file that exists in memory alone.
class MemoryFile
{
public:
    MemoryFile();

    [[nodiscard]] hid_t id() const { return file_->id(); }
    /// Closes it. \return its bytes, as they would stand on a disk, valid as long as this object
    [[nodiscard]] std::span<std::byte const> finish();

    /// What is left when HDF5 closes the file: its buffer, larger than the file.
    struct Remains
    {
        std::unique_ptr<std::byte, void (*)(void*)> bytes;
        std::size_t size = 0;
    };

private:
    Remains remains_;
    std::optional<Handle> file_;
};

} // namespace exahca::io
