#include "io/streamed_file.hpp"

#include "exahca/io/digest.hpp"
#include "io/file_properties.hpp"

#include <algorithm>
#include <array>
#include <new>
#include <vector>

#if H5_VERSION_GE(1, 13, 0)
#include <H5FDdevelop.h>
#endif

namespace exahca::io {
namespace {

/// What HDF5 keeps of an open file, with our part.
struct OpenFile final : H5FD_t
{
    OpenFile() : H5FD_t() {}

    std::shared_ptr<BlockFile> blocks;
    haddr_t end_of_addresses = 0;
};

OpenFile& opened(H5FD_t* file) { return *static_cast<OpenFile*>(file); }
OpenFile const& opened(H5FD_t const* file) { return *static_cast<OpenFile const*>(file); }

using Blocks = std::shared_ptr<BlockFile> const*;

// The properties of a file's access say where its bytes go.
H5FD_t* open(char const*, unsigned, hid_t access, haddr_t)
{
    auto const* const blocks = static_cast<Blocks const*>(::H5Pget_driver_info(access));
    if (blocks == nullptr) return nullptr;
    auto* const file = new (std::nothrow) OpenFile;
    if (file == nullptr) return nullptr;
    file->blocks = **blocks;
    return file;
}

herr_t close(H5FD_t* file)
{
    delete &opened(file);
    return 0;
}

/// As HDF5's driver for files in memory, so that a file has the same bytes.
herr_t query(H5FD_t const*, unsigned long* flags)
{
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_ACCUMULATE_METADATA | H5FD_FEAT_DATA_SIEVE |
             H5FD_FEAT_AGGREGATE_SMALLDATA;
    return 0;
}

haddr_t get_end_of_addresses(H5FD_t const* file, H5FD_mem_t) { return opened(file).end_of_addresses; }

herr_t set_end_of_addresses(H5FD_t* file, H5FD_mem_t, haddr_t address)
{
    opened(file).end_of_addresses = address;
    return 0;
}

haddr_t get_end_of_file(H5FD_t const* file, H5FD_mem_t) { return opened(file).blocks->end(); }

// C knows nothing of exceptions: memory that runs out is a failed call.
herr_t read(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t place, std::size_t size, void* bytes) noexcept
{
    opened(file).blocks->read(place, {static_cast<std::byte*>(bytes), size});
    return 0;
}

herr_t write(H5FD_t* file, H5FD_mem_t, hid_t, haddr_t place, std::size_t size, void const* bytes) noexcept
{
    try {
        opened(file).blocks->write(place, {static_cast<std::byte const*>(bytes), size});
    } catch (std::bad_alloc const&) {
        return -1;
    }
    return 0;
}

H5FD_class_t make_driver()
{
    H5FD_class_t driver{};
#ifdef H5FD_CLASS_VERSION
    driver.version = H5FD_CLASS_VERSION;
    driver.value = H5FD_RESV_VALUE_MAX + 1;
#endif
    driver.name = "exahca-stream";
    driver.maxaddr = HADDR_MAX / 2;
    driver.fc_degree = H5F_CLOSE_WEAK;
    driver.fapl_size = sizeof(Blocks);
    driver.open = open;
    driver.close = close;
    driver.query = query;
    driver.get_eoa = get_end_of_addresses;
    driver.set_eoa = set_end_of_addresses;
    driver.get_eof = get_end_of_file;
    driver.read = read;
    driver.write = write;
    constexpr H5FD_mem_t places[] = H5FD_FLMAP_DICHOTOMY;
    std::copy(std::begin(places), std::end(places), std::begin(driver.fl_map));
    return driver;
}

hid_t driver_id()
{
    prepare_hdf5();
    static auto const driver = make_driver();
    static hid_t const id = check(::H5FDregister(&driver), "register a driver");
    return id;
}

Handle create_file(std::shared_ptr<BlockFile> const& blocks)
{
    auto const access = new_file_access();
    Blocks const place = &blocks;
    check(::H5Pset_driver(access.id(), driver_id(), &place), "choose a driver");
    return {::H5Fcreate("exahca", H5F_ACC_TRUNC, new_file_creation().id(), access.id()), ::H5Fclose, "create a file"};
}

} // namespace

StreamedFile::StreamedFile(Descriptor const& file)
    : blocks_(std::make_shared<BlockFile>(file.number())), handle_(create_file(blocks_))
{
}

StreamedFile::~StreamedFile() { blocks_->give_up(); }

void StreamedFile::finish()
{
    check(::H5Fflush(handle_->id(), H5F_SCOPE_GLOBAL), "finish a file");
    handle_.reset();
    std::array<std::byte, superblock_size> superblock{};
    blocks_->read(0, superblock);
    auto const size = end_of_file(superblock);
    if (size == 0 && blocks_->error() == 0) throw Hdf5Error("cannot finish a file");
    blocks_->finish(size);
    // Its beginning was written last: only now is it known what all of it is.
    constexpr std::uint64_t piece_size = std::uint64_t{1} << 18;
    std::vector<std::byte> piece(piece_size);
    std::uint64_t done = 0;
    auto const trailer = make_trailer([&]() -> std::span<std::byte const> {
        piece.resize(std::min(piece_size, size - done));
        blocks_->read(done, piece);
        done += piece.size();
        return piece;
    });
    blocks_->write(size, trailer);
    blocks_->finish(size + trailer.size());
}

} // namespace exahca::io
