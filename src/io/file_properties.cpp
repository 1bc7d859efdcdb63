#include "io/file_properties.hpp"

#include <cstring>

namespace exahca::io {

Handle new_file_creation()
{
    constexpr unsigned creation_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;
    Handle creation(::H5Pcreate(H5P_FILE_CREATE), ::H5Pclose, "make a property list");
    check(::H5Pset_obj_track_times(creation.id(), 0), "leave out times");
    check(::H5Pset_link_creation_order(creation.id(), creation_order), "track the order of datasets");
    check(::H5Pset_attr_creation_order(creation.id(), creation_order), "track the order of attributes");
    check(::H5Pset_istore_k(creation.id(), 4), "keep the index of small datasets small");
    return creation;
}

Handle new_file_access()
{
    Handle access(::H5Pcreate(H5P_FILE_ACCESS), ::H5Pclose, "make a property list");
    // The format of HDF5 1.8: object headers with checksums, room for long attributes, readable everywhere.
    check(::H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_V18), "choose the format");
    return access;
}

std::uint64_t end_of_file(std::span<std::byte const> superblock)
{
    constexpr std::size_t end_field = 28; // in a superblock of version 2
    std::uint64_t size = 0;
    if (superblock.size() >= superblock_size) std::memcpy(&size, superblock.data() + end_field, sizeof size);
    return size;
}

} // namespace exahca::io
