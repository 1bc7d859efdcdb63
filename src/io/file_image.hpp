#pragma once

#include "exahca/io/tree_file.hpp"
#include "io/hdf5_handle.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace exahca::io {

/// An HDF5 file, read into memory and verified before HDF5 opens it there. Links to other files lead nowhere.
class FileImage
{
public:
    /// \throws InvalidInput  when it cannot be read, is damaged or is no HDF5 file
    FileImage(std::string const& path, TrailerPolicy trailer);

    [[nodiscard]] hid_t id() const { return file_.id(); }
    [[nodiscard]] std::size_t size() const { return bytes_.size(); }

private:
    std::vector<std::byte> bytes_; // HDF5 works on it in place: destroyed after file_
    Handle file_;
};

} // namespace exahca::io
