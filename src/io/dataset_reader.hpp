#pragma once

#include "exahca/results/data_tree.hpp"
#include "io/hdf5_handle.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace exahca::io {

/// Lengths of a dataset; empty for a scalar. \throws Hdf5Error  for a null dataspace
std::vector<std::int64_t> shape_of(hid_t dataset);

/// Values in row-major order as the nearest type of a tree: floats as double, integers of up to 32 bits as int32 (8
/// bits as int8), wider ones as int64, h5py's booleans as int8, text of any kind as UTF-8.
///
/// \param file_size  bytes of the whole file: a dataset that declares more than could be compressed into it is refused
///                   before memory is asked for
/// \throws Hdf5Error  for other types, text that is not UTF-8, or a dataset that HDF5 cannot read
Values read_values(hid_t dataset, std::size_t file_size);

/// Nothing when there is no such attribute, or it is not text. \throws Hdf5Error  when it cannot be read
std::optional<std::string> read_text_attribute(hid_t object, std::string const& name);
/// Attributes of a type that a tree does not know give nothing.
std::optional<AttributeValue> read_attribute(hid_t object, std::string const& name);

/// Names of an object's attributes in the order of their creation where that was tracked, else by name.
std::vector<std::string> attribute_names(hid_t object);

} // namespace exahca::io
