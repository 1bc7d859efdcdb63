#include "io/memory_file.hpp"

#include "io/file_properties.hpp"

#include <cstdlib>
#include <cstring>

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
    static_cast<MemoryFile::Remains*>(remains)->size = size;
    return std::realloc(buffer, size);
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

Handle create_file(MemoryFile::Remains& remains)
{
    prepare_hdf5();
    auto const creation = new_file_creation(), access = new_file_access();
    check(::H5Pset_fapl_core(access.id(), 1U << 20, 0), "keep a file in memory");
    H5FD_file_image_callbacks_t callbacks{allocate, copy, resize, release, share_remains, unshare_remains, &remains};
    check(::H5Pset_file_image_callbacks(access.id(), &callbacks), "keep a file in memory");
    return {::H5Fcreate("exahca", H5F_ACC_TRUNC, creation.id(), access.id()), ::H5Fclose, "create a file in memory"};
}

} // namespace

MemoryFile::MemoryFile() : remains_{{nullptr, std::free}, 0}, file_(create_file(remains_)) {}

std::span<std::byte const> MemoryFile::finish()
{
    check(::H5Fflush(file_->id(), H5F_SCOPE_GLOBAL), "finish a file in memory");
    file_.reset();
    auto const size = end_of_file({remains_.bytes.get(), remains_.bytes ? remains_.size : 0});
    if (size == 0 || size > remains_.size) throw Hdf5Error("cannot take over a file in memory");
    return {remains_.bytes.get(), size};
}

} // namespace exahca::io
