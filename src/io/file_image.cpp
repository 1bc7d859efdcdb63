#include "io/file_image.hpp"

#include "exahca/core/error.hpp"
#include "exahca/io/digest.hpp"
#include "io/file_bytes.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <hdf5_hl.h>

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

Handle open_image(std::vector<std::byte>& bytes, std::string const& path)
{
    prepare_hdf5();
    auto const id =
        ::H5LTopen_file_image(bytes.data(), bytes.size(), H5LT_FILE_IMAGE_DONT_COPY | H5LT_FILE_IMAGE_DONT_RELEASE);
    try {
        return {id, ::H5Fclose, "open it"};
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
