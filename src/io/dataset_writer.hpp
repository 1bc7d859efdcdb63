#pragma once

#include "exahca/io/tree_file.hpp"
#include "exahca/results/data_tree.hpp"
#include "io/hdf5_handle.hpp"

#include <string>
#include <vector>

/// Single steps of writing an HDF5 file that netCDF-4 readers understand: creation order is tracked, no times are
/// stored.
namespace exahca::io {

/// "Dimension `axis` of this dataset": one entry of a scale's list of users. Laid out as H5DS lays it out.
struct ScaleUse
{
    hobj_ref_t dataset;
    int axis;
    int padding = 0; // stored too: equal files need equal bytes
};

Handle create_group(hid_t parent, std::string const& name);

/// Creates and fills. Numbers of rank 1 and more are chunked, checksummed and, where `packing` says so, shuffled and
/// deflated, unless empty; text and scalars cannot be. A dimension of length zero is unlimited, the one form of it that
/// netCDF knows.
Handle create_dataset(hid_t group, Variable const& variable, Packing packing);
/// The same for real numbers of rank 2 that come row by row.
Handle create_dataset(hid_t group, Variable const& variable, RowSource const& rows);
void write_attribute(hid_t object, std::string const& name, AttributeValue const& value);

hobj_ref_t reference_to(hid_t group, std::string const& name);
void mark_as_scale(hid_t dataset, std::string const& name);
/// A netCDF dimension without a variable.
hobj_ref_t write_bare_scale(hid_t group, std::string const& name, std::int64_t length);
/// DIMENSION_LIST: one scale per dimension.
void write_dimension_list(hid_t group, std::string const& name, std::vector<hobj_ref_t> scales);
/// REFERENCE_LIST: all users of a scale. Written once at the end: H5DSattach_scale rewrites it for every user.
void write_reference_list(hid_t file, hobj_ref_t scale, std::vector<ScaleUse> const& uses);

} // namespace exahca::io
