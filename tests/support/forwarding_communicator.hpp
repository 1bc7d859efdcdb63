#pragma once

#include "exahca/parallel/communicator.hpp"

#include <exception>
#include <optional>
#include <utility>
#include <vector>

namespace exahca::testing {

/// Passes everything on to another communicator, for those that change a part of it.
class ForwardingCommunicator : public Communicator
{
public:
    explicit ForwardingCommunicator(Communicator& inner) : inner_(inner) {}

    int rank() const override { return inner_.rank(); }
    int size() const override { return inner_.size(); }
    int node_rank() const override { return inner_.node_rank(); }
    int node_size() const override { return inner_.node_size(); }
    int node_leader() const override { return inner_.node_leader(); }
    void send(int destination, Bytes message) override { inner_.send(destination, std::move(message)); }
    std::optional<Message> receive() override { return inner_.receive(); }
    bool sending() override { return inner_.sending(); }
    Bytes broadcast(Bytes bytes, int root) override { return inner_.broadcast(std::move(bytes), root); }
    std::vector<Bytes> gather(Bytes bytes) override { return inner_.gather(std::move(bytes)); }
    void barrier() override { inner_.barrier(); }
    NodeBuffer share(std::span<std::byte const> bytes, NodeStorage storage) override
    {
        return inner_.share(bytes, storage);
    }
    [[noreturn]] void abort(int status) override
    {
        inner_.abort(status);
        std::terminate(); // never reached, which GCC cannot see once it has inlined the call
    }

protected:
    Communicator& inner_;
};

} // namespace exahca::testing
