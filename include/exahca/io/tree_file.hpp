#pragma once

#include "exahca/core/format_version.hpp"
#include "exahca/io/atomic_file.hpp"
#include "exahca/results/data_tree.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace exahca {

/// Whether a file must end with a digest (docs/file_format.md, "Trailer").
enum class TrailerPolicy {
    required, ///< files that exahca alone writes
    optional, ///< files that people write with h5py: a trailer is verified where there is one
};

/// How numbers are stored.
enum class Packing {
    compact, ///< compressed, for files that stay
    /// Real numbers uncompressed unless half of them and more are NaN: their digits hardly compress and take most of
    /// the time. For what is soon written again.
    quick,
};

/// Writes a tree as an HDF5 file that is a netCDF-4 file too, ends with a digest, and appears whole or not at all.
///
/// Every variable has dimension scales: the coordinate variable of that name in its group or one above, where its
/// length fits, else a dimension without variable in the variable's own group. Equal trees give equal bytes
/// but for the root group's times, which HDF5 stores in any case.
///
/// \throws OutputError  see write_file_atomically
/// \throws std::logic_error  for a tree that cannot be stored: empty names, names with "/", a variable that bears the
///         name of a dimension without being its coordinate, one dimension name with two lengths in one group
void write_tree(std::string const& path, DataGroup const& root, PreviousFile previous = PreviousFile::discard,
                Packing packing = Packing::compact);

/// Rows of a variable of the root that are written from where they are: the tree names its shape and holds no values.
struct RowSource
{
    std::string variable;
    /// Puts so many rows from this one on, in row-major order, where `rows` points.
    std::function<void(std::int64_t first, std::int64_t count, double* rows)> fill;
};

/// The same file, packed quickly, for tables of which memory holds no second copy: it goes to PATH.tmp while it is
/// made, and each variable's values are given up as soon as they are written.
void write_large_tree(std::string const& path, DataGroup&& root, RowSource const& rows);

/// Reads a whole file. The digest is verified before HDF5 sees a byte.
///
/// \throws InvalidInput  for a file that cannot be read, is damaged, or has links or types that a tree cannot hold
[[nodiscard]] DataGroup read_tree(std::string const& path, TrailerPolicy trailer = TrailerPolicy::required);

/// Checks the root attributes `filetype` and `format_version`.
///
/// Any minor version of a major one from `oldest_major` to that of `newest` will do.
///
/// \throws InvalidInput  when the file is of another kind or another major version, with the reason
void check_file_kind(DataGroup const& root, std::string const& path, std::string_view filetype, FormatVersion newest,
                     std::int64_t oldest_major);

} // namespace exahca
