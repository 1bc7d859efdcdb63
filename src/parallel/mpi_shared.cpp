#include "mpi_communicator.hpp"
#include "mpi_wait.hpp"

#include <cstdint>
#include <cstring>

namespace exahca {
namespace {

constexpr std::uintptr_t alignment = 64;

std::size_t padding_to_alignment(void const* address)
{
    return (alignment - reinterpret_cast<std::uintptr_t>(address) % alignment) % alignment;
}

/// Whether all ranks of `among` say yes.
bool all_agree(bool yes, MPI_Comm among)
{
    int agreed = yes ? 1 : 0;
    check_mpi(MPI_Allreduce(MPI_IN_PLACE, &agreed, 1, MPI_INT, MPI_MIN, among), "MPI_Allreduce");
    return agreed == 1;
}

} // namespace

std::byte* MpiCommunicator::allocate_shared(std::size_t size)
{
    MPI_Win window = MPI_WIN_NULL;
    void* own = nullptr;
    auto const bytes = static_cast<MPI_Aint>(node_rank_ == 0 ? size + alignment : 0);
    bool const allocated = MPI_Win_allocate_shared(bytes, 1, MPI_INFO_NULL, node_, &own, &window) == MPI_SUCCESS;
    if (!all_agree(allocated, node_)) return nullptr; // a window that only some ranks have cannot be freed either

    check_mpi(MPI_Win_set_errhandler(window, MPI_ERRORS_RETURN), "MPI_Win_set_errhandler");
    check_mpi(MPI_Win_lock_all(MPI_MODE_NOCHECK, window), "MPI_Win_lock_all");
    windows_.push_back(window);
    MPI_Aint found_size = 0;
    int unit = 0;
    void* first = nullptr;
    check_mpi(MPI_Win_shared_query(window, 0, &found_size, &unit, &first), "MPI_Win_shared_query");

    // Every rank maps the storage elsewhere; the leader's padding must align it in all of them.
    std::uint64_t padding = padding_to_alignment(first);
    check_mpi(MPI_Bcast(&padding, 1, MPI_UINT64_T, 0, node_), "MPI_Bcast");
    auto* const aligned = static_cast<std::byte*>(first) + padding;
    return all_agree(padding_to_alignment(aligned) == 0, node_) ? aligned : nullptr;
}

NodeBuffer MpiCommunicator::share(std::span<std::byte const> bytes, NodeStorage storage)
{
    std::uint64_t size = bytes.size();
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Ibcast(&size, 1, MPI_UINT64_T, 0, collectives_, &request), "MPI_Ibcast");
    wait_politely(request);

    std::byte* shared = nullptr;
    if (storage == NodeStorage::shared && node_size_ > 1 && size > 0) shared = allocate_shared(size);
    auto const owner = shared ? std::shared_ptr<std::byte>(shared, [](std::byte*) {}) : aligned_storage(size);

    if (rank_ == 0 && size > 0) std::memcpy(owner.get(), bytes.data(), size);
    if (leaders_ != MPI_COMM_NULL) broadcast_pieces(owner.get(), size, 0, leaders_);
    if (shared) {
        check_mpi(MPI_Win_sync(windows_.back()), "MPI_Win_sync");
        check_mpi(MPI_Barrier(node_), "MPI_Barrier");
        check_mpi(MPI_Win_sync(windows_.back()), "MPI_Win_sync");
    } else {
        broadcast_pieces(owner.get(), size, 0, node_);
    }
    return {owner, size, shared != nullptr};
}

} // namespace exahca
