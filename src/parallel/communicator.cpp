#include "exahca/parallel/communicator.hpp"

#include <array>
#include <cstring>
#include <new>
#include <unistd.h>
#include <utility>

namespace exahca {
namespace {

constexpr std::align_val_t alignment{64};

struct AlignedDelete
{
    void operator()(std::byte* first) const { ::operator delete(first, alignment); }
};

} // namespace

NodeBuffer::NodeBuffer(std::shared_ptr<std::byte const> first, std::size_t size, bool shared)
    : first_(std::move(first)), size_(size), shared_(shared)
{
}

RunAborted::RunAborted(int status)
    : std::runtime_error("the run was aborted with status " + std::to_string(status)), status_(status)
{
}

std::string Communicator::host() const
{
    std::array<char, 256> name{};
    if (::gethostname(name.data(), name.size() - 1) != 0) return "unknown";
    return name.data();
}

std::shared_ptr<std::byte> aligned_storage(std::size_t size)
{
    auto* const first = static_cast<std::byte*>(::operator new(size == 0 ? 1 : size, alignment));
    return {first, AlignedDelete{}};
}

std::shared_ptr<std::byte> aligned_copy(std::span<std::byte const> bytes)
{
    auto storage = aligned_storage(bytes.size());
    if (!bytes.empty()) std::memcpy(storage.get(), bytes.data(), bytes.size());
    return storage;
}

} // namespace exahca
