#pragma once

#include "exahca/core/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace exahca {

/// A message as it arrives.
struct Message
{
    int source = 0; ///< rank that sent it
    Bytes bytes;
};

/// How bytes that every rank reads are stored.
enum class NodeStorage {
    shared,         ///< once per node; private copies where the node refuses shared memory or has too little of it
    private_copies, ///< once per rank
};

/// Bytes that every rank can read and none may change. Copies refer to the same storage, which goes with the last.
class NodeBuffer
{
public:
    NodeBuffer() = default;
    NodeBuffer(std::shared_ptr<std::byte const> first, std::size_t size, bool shared);

    /// The first byte is aligned to 64 bytes in shared and private storage alike.
    [[nodiscard]] std::span<std::byte const> bytes() const { return {first_.get(), size_}; }
    /// Whether the ranks of this node read the same storage.
    [[nodiscard]] bool shared() const { return shared_; }

private:
    std::shared_ptr<std::byte const> first_;
    std::size_t size_ = 0;
    bool shared_ = false;
};

/// Thrown by simulated ranks where a real one would be ended by abort().
class RunAborted : public std::runtime_error
{
public:
    explicit RunAborted(int status);
    [[nodiscard]] int status() const noexcept { return status_; }

private:
    int status_;
};

/// Thrown when the message-passing library reports an error.
class CommunicationError : public std::runtime_error
{
public:
    using std::runtime_error::runtime_error;
};

/// The ranks of one run and the messages between them. Passed to whoever needs it, never global.
///
/// Every member is called from the main thread of a rank alone. Waiting never spins: it polls and sleeps.
/// "Collective": every rank calls it, in the same order.
class Communicator
{
public:
    Communicator() = default;
    Communicator(Communicator const&) = delete;
    Communicator& operator=(Communicator const&) = delete;
    virtual ~Communicator() = default;

    [[nodiscard]] virtual int rank() const = 0; ///< 0 .. size()-1
    [[nodiscard]] virtual int size() const = 0;
    [[nodiscard]] virtual int node_rank() const = 0;   ///< position among the ranks of this node, 0 for its leader
    [[nodiscard]] virtual int node_size() const = 0;   ///< number of ranks on this node
    [[nodiscard]] virtual int node_leader() const = 0; ///< rank of this node's leader: names the node
    [[nodiscard]] virtual std::string host() const;    ///< the machine's name

    /// Starts to send a message and returns at once. Messages between two ranks arrive in the order of their sending.
    /// \pre destination is another rank
    virtual void send(int destination, Bytes message) = 0;
    /// The next message that has arrived from anyone, if there is one; never waits.
    [[nodiscard]] virtual std::optional<Message> receive() = 0;
    /// Moves messages on. \returns whether messages of this rank are still on their way
    virtual bool sending() = 0;

    /// Collective: root's bytes on every rank.
    [[nodiscard]] virtual Bytes broadcast(Bytes bytes, int root = 0) = 0;
    /// Collective: on rank 0 the bytes of all ranks, elsewhere nothing.
    [[nodiscard]] virtual std::vector<Bytes> gather(Bytes bytes) = 0;
    /// Collective: returns when every rank has come here.
    virtual void barrier() = 0;
    /// Collective: rank 0's bytes, readable on every rank. `bytes` of other ranks are ignored.
    [[nodiscard]] virtual NodeBuffer share(std::span<std::byte const> bytes, NodeStorage storage) = 0;

    /// Ends all ranks at once with this status. For internal errors; print the reason first.
    [[noreturn]] virtual void abort(int status) = 0;

    /// Number of this distributed computation, from 1: equal on all ranks because all start the same ones.
    [[nodiscard]] std::uint32_t begin_computation() { return ++computations_; }

private:
    std::uint32_t computations_ = 0;
};

/// One rank alone.
[[nodiscard]] std::unique_ptr<Communicator> make_serial_communicator();

/// Storage aligned to 64 bytes with a copy of `bytes`.
[[nodiscard]] std::shared_ptr<std::byte> aligned_copy(std::span<std::byte const> bytes);
/// Uninitialised storage of `size` bytes aligned to 64 bytes.
[[nodiscard]] std::shared_ptr<std::byte> aligned_storage(std::size_t size);

} // namespace exahca
