#include "io/file_image.hpp"

#include "exahca/core/error.hpp"
#include "exahca/io/digest.hpp"
#include "io/file_bytes.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace exahca::io {
namespace {

std::vector<std::byte> read_verified(std::string const& path, TrailerPolicy policy)
{
    auto bytes = read_whole_file(path);
    if (bytes.empty()) throw InvalidInput(fmt::format("{} is empty", path), {}, "copy or make it again");
    switch (verify_digest(std::span<std::byte const>(bytes))) {
    case DigestOutcome::ok:
        break;
    case DigestOutcome::missing:
        if (policy == TrailerPolicy::required)
            throw InvalidInput(fmt::format("{} does not end with a digest", path),
                               "it was not written by exahca, or was changed since", "use the file as exahca wrote it");
        break;
    case DigestOutcome::mismatch:
        throw InvalidInput(fmt::format("{} is damaged", path), "its bytes do not fit the digest at its end",
                           "copy or make it again; after an intended edit, h5repack writes a file without digest");
    case DigestOutcome::truncated:
        throw InvalidInput(fmt::format("{} is cut off", path), fmt::format("it ends after {} bytes", bytes.size()),
                           "copy or make it again");
    }
    return bytes;
}

// HDF5's callbacks for the buffer of a file in memory: it works on ours, which outlives it, and never copies or frees.
// (H5LTopen_file_image does the same and leaks 72 bytes each time.)
void* lend(std::size_t, H5FD_file_image_op_t, void* bytes) { return bytes; }
void* leave(void* to, void const*, std::size_t, H5FD_file_image_op_t, void*) { return to; }
void* refuse_to_grow(void*, std::size_t, H5FD_file_image_op_t, void*) { return nullptr; }
herr_t keep(void*, H5FD_file_image_op_t, void*) { return 0; }
void* share(void* bytes) { return bytes; }
herr_t unshare(void*) { return 0; }

Handle open_image(std::vector<std::byte>& bytes, std::string const& path)
{
    prepare_hdf5();
    Handle const access(::H5Pcreate(H5P_FILE_ACCESS), ::H5Pclose, "make a property list");
    check(::H5Pset_fapl_core(access.id(), 1U << 20, 0), "open a file in memory");
    H5FD_file_image_callbacks_t callbacks{lend, leave, refuse_to_grow, keep, share, unshare, bytes.data()};
    check(::H5Pset_file_image_callbacks(access.id(), &callbacks), "open a file in memory");
    check(::H5Pset_file_image(access.id(), bytes.data(), bytes.size()), "open a file in memory");
    try {
        // The name must be one that no file can have.
        return {::H5Fopen("/dev/null/in-memory", H5F_ACC_RDONLY, access.id()), ::H5Fclose, "open it"};
    } catch (Hdf5Error const& error) {
        bool const is_text =
            std::none_of(bytes.begin(), bytes.begin() + std::min<std::ptrdiff_t>(512, std::ssize(bytes)),
                         [](std::byte byte) { return byte == std::byte{0}; });
        throw InvalidInput(fmt::format("{} is not an HDF5 file", path),
                           is_text ? std::string("it looks like text") : std::string(error.what()),
                           is_text ? "turn a CSV file into one with: exahca import"
                                   : "check that it is the right file");
    }
}

} // namespace

FileImage::FileImage(std::string const& path, TrailerPolicy trailer)
    : bytes_(read_verified(path, trailer)), file_(open_image(bytes_, path))
{
}

} // namespace exahca::io
