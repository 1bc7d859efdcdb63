#pragma once

#include "support/forwarding_communicator.hpp"

#include <functional>
#include <utility>

namespace exahca::testing {

/// Passes everything on to another communicator, and calls a hook on both sides of every collective call.
class WatchedCommunicator final : public ForwardingCommunicator
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
        : ForwardingCommunicator(inner), hook_(std::move(hook))
    {
    }

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

private:
    std::function<void(int)> hook_;
    int moment_ = 0;
};

} // namespace exahca::testing
