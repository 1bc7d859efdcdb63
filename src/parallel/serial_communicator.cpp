#include "exahca/core/check.hpp"
#include "exahca/parallel/communicator.hpp"

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace exahca {
namespace {

/// The only rank of a run that no launcher started; collective calls are copies.
class SerialCommunicator final : public Communicator
{
public:
    int rank() const override { return 0; }
    int size() const override { return 1; }
    int node_rank() const override { return 0; }
    int node_size() const override { return 1; }
    int node_leader() const override { return 0; }

    void send(int /*destination*/, Bytes /*message*/) override
    {
        throw std::logic_error("a rank that is alone has nobody to send to");
    }
    std::optional<Message> receive() override { return std::nullopt; }
    bool sending() override { return false; }

    Bytes broadcast(Bytes bytes, int /*root*/) override { return bytes; }
    std::vector<Bytes> gather(Bytes bytes) override { return {std::move(bytes)}; }
    void barrier() override {}
    NodeBuffer share(std::span<std::byte const> bytes, NodeStorage /*storage*/) override
    {
        return {aligned_copy(bytes), bytes.size(), false};
    }

    [[noreturn]] void abort(int status) override
    {
        std::fflush(nullptr);
        std::_Exit(status);
    }
};

} // namespace

std::unique_ptr<Communicator> make_serial_communicator() { return std::make_unique<SerialCommunicator>(); }

} // namespace exahca
