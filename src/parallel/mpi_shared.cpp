#include "exahca/parallel/rank_facts.hpp"
#include "mpi_communicator.hpp"
#include "shared_segment.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <fmt/format.h>
#include <unistd.h>

namespace exahca {
namespace {

using SegmentName = std::array<char, 64>;

/// A name that no other run on this machine uses: creating it is exclusive, and the clock does not stand still.
SegmentName new_name()
{
    SegmentName name{};
    auto const now = std::chrono::steady_clock::now().time_since_epoch().count();
    fmt::format_to_n(name.data(), name.size() - 1, "/exahca-{}-{:x}", ::getpid(), now);
    return name;
}

} // namespace

// Not MPI_Win_allocate_shared: where /dev/shm is too small, Open MPI 4.1 reports that on one rank and leaves the others
// waiting inside the call. Here every step that can fail is one rank's own, and all hear of it before the next.
std::shared_ptr<std::byte> MpiCommunicator::allocate_shared(std::size_t size)
{
    bool const leads = node_rank_ == 0;
    SegmentName name{};
    std::shared_ptr<std::byte> segment;
    if (leads) {
        name = new_name();
        segment = create_segment(name.data(), size, static_cast<std::size_t>(node_size_ * transport_bytes_per_rank));
        if (!segment) name = {};
    }
    complete("MPI_Ibcast", [&](MPI_Request* request) {
        return MPI_Ibcast(name.data(), static_cast<int>(name.size()), MPI_CHAR, 0, node_, request);
    });
    if (name[0] == '\0') return nullptr;
    if (!leads) segment = open_segment(name.data(), size);
    int const own = segment ? 1 : 0;
    int of_all = 0; // whether all ranks of the node have it
    complete("MPI_Iallreduce",
             [&](MPI_Request* request) { return MPI_Iallreduce(&own, &of_all, 1, MPI_INT, MPI_MIN, node_, request); });
    if (leads) remove_segment(name.data()); // nothing is left behind, however the ranks end
    return of_all == 1 ? segment : nullptr;
}

// Rank 0's bytes on every node: once in memory that the ranks of the node share, where there is room, else in each
// rank. They travel from rank 0 to the leaders of nodes and from there on within the node.
NodeBuffer MpiCommunicator::share(std::span<std::byte const> bytes, NodeStorage storage)
{
    std::uint64_t size = bytes.size();
    complete("MPI_Ibcast",
             [&](MPI_Request* request) { return MPI_Ibcast(&size, 1, MPI_UINT64_T, 0, collectives_, request); });

    std::shared_ptr<std::byte> shared;
    if (storage == NodeStorage::shared && node_size_ > 1 && size > 0) shared = allocate_shared(size);
    auto const owner = shared ? shared : aligned_storage(size);

    if (rank_ == 0 && size > 0) std::memcpy(owner.get(), bytes.data(), size);
    if (leaders_ != MPI_COMM_NULL) broadcast_pieces(owner.get(), size, 0, leaders_);
    if (shared) {
        // What the leader wrote before the barrier, the others read after it.
        std::atomic_thread_fence(std::memory_order_seq_cst);
        complete("MPI_Ibarrier", [&](MPI_Request* request) { return MPI_Ibarrier(node_, request); });
        std::atomic_thread_fence(std::memory_order_seq_cst);
    } else {
        broadcast_pieces(owner.get(), size, 0, node_);
    }
    return {owner, size, shared != nullptr};
}

} // namespace exahca
