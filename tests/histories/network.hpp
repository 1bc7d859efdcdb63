#pragma once

#include "exahca/parallel/communicator.hpp"
#include "exahca/parallel/presence.hpp"
#include "histories/clockwork.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <vector>

namespace exahca::histories {

/// How messages travel.
struct NetworkOptions
{
    std::vector<int> nodes;          ///< of each rank
    double delay_seconds = 1e-4;     ///< mean
    double straggler_share = 0.01;   ///< of the messages that take much longer
    double straggler_seconds = 0.5;  ///< the longest of them
    std::size_t eager_bytes = 65536; ///< a longer message counts as sent when it has arrived, as with MPI
};

/// The connections between simulated ranks. Messages between two ranks keep their order; all else may be overtaken.
class Network
{
public:
    Network(Clockwork& clockwork, NetworkOptions options, Draws draws);

    [[nodiscard]] int size() const { return static_cast<int>(options_.nodes.size()); }
    [[nodiscard]] int node_of(int rank) const { return options_.nodes[static_cast<std::size_t>(rank)]; }
    /// From now to `until` nothing gets from this node to others, or back: it arrives later, or never.
    void cut(int node, Time until);
    [[nodiscard]] bool is_cut(int node) const;

private:
    friend class SimulatedCommunicator;
    /// Messages between the main loops, and those of collective calls.
    enum class Channel { loops, collective };

    struct Letter
    {
        Time arrival;
        Bytes bytes;
        std::shared_ptr<std::byte> shared{};
    };
    struct Pair
    {
        std::deque<Letter> letters[2]; ///< by Channel, in the order of sending
    };

    [[nodiscard]] Pair& pair(int from, int to);
    [[nodiscard]] bool connected(int from, int to) const;
    /// Whether what `from` says now and then reaches `to`.
    [[nodiscard]] bool is_heard(int from, int to) const;
    void send(int from, int to, Channel channel, Letter letter);
    /// The arrival of a letter that leaves now.
    [[nodiscard]] Time arrival(int from, int to);

    Clockwork& clockwork_;
    NetworkOptions options_;
    Draws draws_;
    std::vector<Pair> pairs_;
    std::vector<Time> cut_until_; ///< of each node
};

/// Ends the run of a rank: how, and with which status.
using AbortHandler = std::function<void(int rank, int status)>;

/// One rank's end of the network.
class SimulatedCommunicator final : public Communicator
{
public:
    /// \param aborted  told that this rank ends all
    SimulatedCommunicator(Clockwork& clockwork, Network& network, int rank, AbortHandler aborted);

    int rank() const override { return rank_; }
    int size() const override { return network_.size(); }
    int node_rank() const override;
    int node_size() const override;
    int node_leader() const override;
    std::string host() const override;

    void send(int destination, Bytes message) override;
    std::optional<Message> receive() override;
    bool sending() override;
    Bytes broadcast(Bytes bytes, int root) override;
    std::vector<Bytes> gather(Bytes bytes) override;
    void barrier() override;
    NodeBuffer share(std::span<std::byte const> bytes, NodeStorage storage) override;
    [[noreturn]] void abort(int status) override;

    /// What comes at the end of a session: waits for all ranks, but not for long.
    void close(double patience_seconds);

private:
    void post(int destination, Bytes bytes, std::shared_ptr<std::byte> shared = {});
    /// The next letter of a collective call from `source`. \throws RanksLost  when a rank is gone (Presence)
    Network::Letter await(int source);
    /// The same at the end of a session, where nobody says that it waits. \throws RanksLost  after so long
    Network::Letter await(int source, Time patience);
    /// Rests until a letter from `source` has arrived, and at most until `last`. \returns whether one has
    bool has_arrived(int source, Time last);
    Network::Letter take(int source);

    Clockwork& clockwork_;
    Network& network_;
    int rank_;
    AbortHandler aborted_;
    Presence presence_;
};

} // namespace exahca::histories
