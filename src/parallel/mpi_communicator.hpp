#pragma once

#include "exahca/parallel/communicator.hpp"
#include "heartbeat.hpp"

#include <atomic>
#include <deque>
#include <list>
#include <memory>
#include <mpi.h>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace exahca {

/// \throws CommunicationError  when `code` is not MPI_SUCCESS, naming `call` and the library's own text
void check_mpi(int code, char const* call);

/// Ranks that MPI connects. Made after MPI_Init_thread; close() comes before MPI_Finalize.
///
/// Two threads call MPI, the main thread and the heartbeat's, one at a time (MPI_THREAD_SERIALIZED): no call may block.
class MpiCommunicator final : public Communicator
{
public:
    /// Collective. For the parameters see SessionOptions.
    MpiCommunicator(int ranks_per_node, PresenceLimits const& presence);
    ~MpiCommunicator() override;

    int rank() const override { return rank_; }
    int size() const override { return size_; }
    int node_rank() const override { return node_rank_; }
    int node_size() const override { return node_size_; }
    int node_leader() const override { return node_leader_; }

    void send(int destination, Bytes message) override;
    std::optional<Message> receive() override;
    bool sending() override;
    Bytes broadcast(Bytes bytes, int root) override;
    std::vector<Bytes> gather(Bytes bytes) override;
    void barrier() override;
    NodeBuffer share(std::span<std::byte const> bytes, NodeStorage storage) override;
    [[noreturn]] void abort(int status) override;

    /// Collective: receives and forgets what is still under way, frees everything that MPI_Finalize wants freed.
    void close();

private:
    struct Incoming
    {
        MPI_Request request;
        Message message;
        bool complete;
    };
    struct Outgoing
    {
        MPI_Request request;
        Bytes bytes;
    };

    void find_node(int ranks_per_node);
    bool start_receive();
    /// Collective on the node: shared storage of `size` bytes, or nothing on all its ranks.
    std::shared_ptr<std::byte> allocate_shared(std::size_t size);
    void broadcast_pieces(std::byte* first, std::size_t size, int root, MPI_Comm among);
    /// Starts a collective call, start(&request), and waits for its end without spinning.
    /// \throws RanksLost  on rank 0, when a rank is lost (Presence); the others' heartbeats end them
    template <class Start>
    void complete(char const* call, Start&& start)
    {
        MPI_Request request = MPI_REQUEST_NULL;
        {
            std::lock_guard const guard(mpi_);
            check_mpi(std::forward<Start>(start)(&request), call);
        }
        wait_for_all(request);
    }
    void wait_for_all(MPI_Request& request);
    /// Whether the request is complete. \pre mpi_ is locked
    static bool is_complete(MPI_Request& request);
    /// Forgets what has been delivered. \returns whether anything is still on its way \pre mpi_ is locked
    bool tidy_outgoing();
    void start_heartbeat(PresenceLimits const& limits);
    void speak(int to);
    std::vector<int> listen();
    void gather_hosts();

    MPI_Comm messages_ = MPI_COMM_NULL;    // between pairs of ranks
    MPI_Comm collectives_ = MPI_COMM_NULL; // of all ranks
    MPI_Comm node_ = MPI_COMM_NULL;        // the ranks of this node
    MPI_Comm leaders_ = MPI_COMM_NULL;     // one rank per node; null on the others
    MPI_Comm words_ = MPI_COMM_NULL;       // that a rank is there: no content
    int rank_ = 0;
    int size_ = 1;
    int node_rank_ = 0;
    int node_size_ = 1;
    int node_leader_ = 0;
    std::timed_mutex mpi_;           // one thread at a time calls MPI
    std::vector<std::string> hosts_; // of all ranks, on rank 0
    std::list<Outgoing> outgoing_;
    std::deque<Incoming> incoming_;      // in order of matching
    std::atomic<bool> ending_ = false;   // abort() was called
    std::optional<Heartbeat> heartbeat_; // last: it uses the others
};

} // namespace exahca
