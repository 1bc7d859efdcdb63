#include "io/memory_file.hpp"

#include "io/large_pages.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace exahca::io {
namespace {

// HDF5's callbacks for the buffer of a file in memory. The last of them, at closing, keeps the buffer. (The call that
// is meant for this, H5Fget_file_image, leaves a wrong checksum in the superblock before HDF5 2.0: HDF5 issue 1915.)
void* allocate(std::size_t size, H5FD_file_image_op_t, void*) { return std::malloc(size); }

void* copy(void* to, void const* from, std::size_t size, H5FD_file_image_op_t, void*)
{
    return std::memcpy(to, from, size);
}

void* resize(void* buffer, std::size_t size, H5FD_file_image_op_t, void* remains)
{
    auto& file = *static_cast<MemoryFile::Remains*>(remains);
    auto const before = std::exchange(file.size, size);
    if (size <= file.expected && before > 0) return buffer; // there is room
    auto const capacity = std::max(size, file.expected);
    auto* const resized = std::realloc(buffer, capacity);
    if (resized != nullptr) prefer_large_pages(resized, capacity);
    return resized;
}

herr_t release(void* buffer, H5FD_file_image_op_t operation, void* remains)
{
    if (operation == H5FD_FILE_IMAGE_OP_FILE_CLOSE)
        static_cast<MemoryFile::Remains*>(remains)->bytes.reset(static_cast<std::byte*>(buffer));
    else
        std::free(buffer);
    return 0;
}

void* share_remains(void* remains) { return remains; }
herr_t unshare_remains(void*) { return 0; }

constexpr unsigned creation_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

Handle create_file(MemoryFile::Remains& remains)
{
    prepare_hdf5();
    Handle const creation(::H5Pcreate(H5P_FILE_CREATE), ::H5Pclose, "make a property list");
    check(::H5Pset_obj_track_times(creation.id(), 0), "leave out times");
    check(::H5Pset_link_creation_order(creation.id(), creation_order), "track the order of datasets");
    check(::H5Pset_attr_creation_order(creation.id(), creation_order), "track the order of attributes");
    check(::H5Pset_istore_k(creation.id(), 4), "keep the index of small datasets small");
    Handle const access(::H5Pcreate(H5P_FILE_ACCESS), ::H5Pclose, "make a property list");
    check(::H5Pset_fapl_core(access.id(), 1U << 20, 0), "keep a file in memory");
    // The format of HDF5 1.8: object headers with checksums, room for long attributes, readable everywhere.
    check(::H5Pset_libver_bounds(access.id(), H5F_LIBVER_V18, H5F_LIBVER_V18), "choose the format");
    H5FD_file_image_callbacks_t callbacks{allocate, copy, resize, release, share_remains, unshare_remains, &remains};
    check(::H5Pset_file_image_callbacks(access.id(), &callbacks), "keep a file in memory");
    return {::H5Fcreate("exahca", H5F_ACC_TRUNC, creation.id(), access.id()), ::H5Fclose, "create a file in memory"};
}

} // namespace

MemoryFile::MemoryFile(std::size_t expected) : remains_{{nullptr, std::free}, 0, expected}, file_(create_file(remains_))
{
}

std::span<std::byte const> MemoryFile::finish()
{
    check(::H5Fflush(file_->id(), H5F_SCOPE_GLOBAL), "finish a file in memory");
    file_.reset();
    constexpr std::size_t end_field = 28; // end of the file, in a superblock of version 2
    std::uint64_t size = 0;
    if (remains_.bytes && remains_.size >= end_field + sizeof size)
        std::memcpy(&size, remains_.bytes.get() + end_field, sizeof size);
    if (size == 0 || size > remains_.size) throw Hdf5Error("cannot take over a file in memory");
    return {remains_.bytes.get(), size};
}

} // namespace exahca::io
