// Do any bytes make the judge of a file's end, or the reader of run locks, read beyond them?
#include "exahca/io/digest.hpp"
#include "exahca/io/run_lock.hpp"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size)
{
    static_cast<void>(exahca::verify_digest(std::as_bytes(std::span(data, size))));
    static_cast<void>(exahca::parse_lock({reinterpret_cast<char const*>(data), size}));
    return 0;
}
