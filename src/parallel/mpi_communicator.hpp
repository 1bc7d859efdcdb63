#pragma once

#include "exahca/parallel/communicator.hpp"
#include "exahca/parallel/presence.hpp"

#include <deque>
#include <list>
#include <memory>
#include <mpi.h>

namespace exahca {

/// \throws CommunicationError  when `code` is not MPI_SUCCESS, naming `call` and the library's own text
void check_mpi(int code, char const* call);

/// Ranks that MPI connects. Made after MPI_Init_thread; close() comes before MPI_Finalize.
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
    /// Waits for a collective call without spinning. \throws RanksLost  when a rank is gone (Presence)
    void wait_for_all(MPI_Request& request);
    void say(Presence::Word word) const;
    void hear_words();
    void gather_hosts();

    MPI_Comm messages_ = MPI_COMM_NULL;    // between pairs of ranks
    MPI_Comm collectives_ = MPI_COMM_NULL; // of all ranks
    MPI_Comm node_ = MPI_COMM_NULL;        // the ranks of this node
    MPI_Comm leaders_ = MPI_COMM_NULL;     // one rank per node; null on the others
    MPI_Comm words_ = MPI_COMM_NULL;       // of ranks that wait in collective calls: no content, the tag is the word
    int rank_ = 0;
    int size_ = 1;
    int node_rank_ = 0;
    int node_size_ = 1;
    int node_leader_ = 0;
    Presence presence_;
    std::vector<std::string> hosts_; // of all ranks, on rank 0
    std::list<Outgoing> outgoing_;
    std::deque<Incoming> incoming_; // in order of matching
};

} // namespace exahca
