#pragma once

#include "exahca/parallel/communicator.hpp"

#include <exception>
#include <functional>
#include <utility>

namespace exahca::testing {

/// Passes everything on to another communicator, and calls a hook on both sides of every collective call.
class WatchedCommunicator final : public Communicator
{
    template <class Call>
    auto watched(Call const& call)
    {
        hook_(moment_++);
        auto result = call();
        hook_(moment_++);
        return result;
    }

public:
    /// \param hook  called with 0, 1, 2, ...: even numbers before a collective call, odd ones after it. May throw
    WatchedCommunicator(Communicator& inner, std::function<void(int moment)> hook)
        : inner_(inner), hook_(std::move(hook))
    {
    }

    int rank() const override { return inner_.rank(); }
    int size() const override { return inner_.size(); }
    int node_rank() const override { return inner_.node_rank(); }
    int node_size() const override { return inner_.node_size(); }
    int node_leader() const override { return inner_.node_leader(); }
    void send(int destination, Bytes message) override { inner_.send(destination, std::move(message)); }
    std::optional<Message> receive() override { return inner_.receive(); }
    bool sending() override { return inner_.sending(); }

    Bytes broadcast(Bytes bytes, int root) override
    {
        return watched([&] { return inner_.broadcast(std::move(bytes), root); });
    }
    std::vector<Bytes> gather(Bytes bytes) override
    {
        return watched([&] { return inner_.gather(std::move(bytes)); });
    }
    void barrier() override
    {
        watched([&] { return inner_.barrier(), 0; });
    }
    NodeBuffer share(std::span<std::byte const> bytes, NodeStorage storage) override
    {
        return watched([&] { return inner_.share(bytes, storage); });
    }
    [[noreturn]] void abort(int status) override
    {
        inner_.abort(status);
        std::terminate(); // never reached, which GCC cannot see once it has inlined the call
    }

private:
    Communicator& inner_;
    std::function<void(int)> hook_;
    int moment_ = 0;
};

} // namespace exahca::testing
