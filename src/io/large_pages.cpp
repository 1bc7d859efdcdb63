#include "io/large_pages.hpp"

#include <cstdint>
#include <sys/mman.h>

namespace exahca::io {

void prefer_large_pages(void* block, std::size_t bytes) noexcept
{
    constexpr std::uintptr_t page = 4096;
    constexpr std::size_t worth_it = std::size_t{4} << 20U;
    if (bytes < worth_it) return;
    auto const begin = (reinterpret_cast<std::uintptr_t>(block) + page - 1) / page * page;
    auto const end = (reinterpret_cast<std::uintptr_t>(block) + bytes) / page * page;
    // A refusal costs time and nothing else.
    static_cast<void>(::madvise(reinterpret_cast<void*>(begin), end - begin, MADV_HUGEPAGE));
}

} // namespace exahca::io
