#include "exahca/parallel/in_process.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/random.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <thread>
#include <utility>

namespace exahca {
namespace {

/// A message on its way: it arrives after so many looks of its receiver, drawn at random, but never before an earlier
/// one of the same sender, as MPI has it.
struct DelayedMessage
{
    Message message;
    int looks_left;
};

/// What the simulated ranks share. Guarded by one lock: clarity before speed.
struct Network
{
    explicit Network(InProcessOptions const& wished)
        : options(wished), inboxes(static_cast<std::size_t>(wished.ranks)), table(inboxes.size()),
          left_before_cut(wished.messages_before_cut)
    {
    }

    void check_alive() const
    {
        if (abort_status >= 0) throw RunAborted(abort_status);
    }

    InProcessOptions options;
    std::mutex lock;
    std::condition_variable changed;
    std::vector<std::deque<DelayedMessage>> inboxes;
    std::vector<Bytes> table;           ///< one place per rank for the collective operation under way
    std::shared_ptr<std::byte> storage; ///< of the share() under way
    int arrived = 0;
    std::uint64_t phase = 0; ///< number of completed meetings
    int abort_status = -1;
    int left_before_cut = 0; ///< messages that the rank that is cut off may still send
};

class InProcessCommunicator final : public Communicator
{
public:
    InProcessCommunicator(Network& network, int rank)
        : network_(network), rank_(rank),
          delays_({network.options.delay_seed, "message-delay", static_cast<std::uint64_t>(rank), {}, 0})
    {
    }

    int rank() const override { return rank_; }
    int size() const override { return network_.options.ranks; }
    int node_rank() const override { return rank_ - node_leader(); }
    int node_size() const override { return std::min(per_node(), size() - node_leader()); }
    int node_leader() const override { return rank_ / per_node() * per_node(); }

    void send(int destination, Bytes message) override
    {
        EXAHCA_EXPECT(destination != rank_);
        std::lock_guard const guard(network_.lock);
        network_.check_alive();
        // A rank that is cut off, as when its node is gone: nothing leaves it any more, and nothing reaches it.
        if (rank_ == network_.options.cut_off && network_.left_before_cut-- <= 0) return;
        if (destination == network_.options.cut_off && network_.left_before_cut <= 0) return;
        auto const range = static_cast<std::uint64_t>(network_.options.largest_delay) + 1;
        network_.inboxes.at(static_cast<std::size_t>(destination))
            .push_back({{rank_, std::move(message)}, static_cast<int>(delays_.below(range))});
    }

    std::optional<Message> receive() override
    {
        std::lock_guard const guard(network_.lock);
        network_.check_alive();
        auto& inbox = network_.inboxes[static_cast<std::size_t>(rank_)];
        for (auto& waiting : inbox) --waiting.looks_left;
        auto const ready = std::find_if(inbox.begin(), inbox.end(), [&inbox](DelayedMessage const& candidate) {
            auto const first_of_sender = std::find_if(inbox.begin(), inbox.end(), [&](DelayedMessage const& other) {
                return other.message.source == candidate.message.source;
            });
            return candidate.looks_left < 0 && &*first_of_sender == &candidate;
        });
        if (ready == inbox.end()) return std::nullopt;
        auto message = std::move(ready->message);
        inbox.erase(ready);
        return message;
    }

    bool sending() override { return false; }

    Bytes broadcast(Bytes bytes, int root) override
    {
        place(std::move(bytes));
        meet();
        auto result = network_.table.at(static_cast<std::size_t>(root));
        meet();
        return result;
    }

    std::vector<Bytes> gather(Bytes bytes) override
    {
        place(std::move(bytes));
        meet();
        auto result = rank_ == 0 ? network_.table : std::vector<Bytes>{};
        meet();
        return result;
    }

    void barrier() override { meet(); }

    NodeBuffer share(std::span<std::byte const> bytes, NodeStorage storage) override
    {
        if (storage == NodeStorage::private_copies || network_.options.ranks_per_node > 0) {
            auto const copy = broadcast(Bytes(bytes.begin(), bytes.end()), 0);
            return {aligned_copy(copy), copy.size(), false};
        }
        if (rank_ == 0) {
            place(Bytes(bytes.begin(), bytes.end()));
            network_.storage = aligned_copy(bytes);
        }
        meet();
        NodeBuffer result(network_.storage, network_.table[0].size(), size() > 1);
        meet();
        return result;
    }

    [[noreturn]] void abort(int status) override
    {
        {
            std::lock_guard const guard(network_.lock);
            bool const alone = rank_ == network_.options.cut_off && network_.left_before_cut <= 0;
            if (network_.abort_status < 0 && !alone) network_.abort_status = status;
        }
        network_.changed.notify_all();
        throw RunAborted(status);
    }

private:
    int per_node() const { return network_.options.ranks_per_node > 0 ? network_.options.ranks_per_node : size(); }

    void place(Bytes bytes)
    {
        std::lock_guard const guard(network_.lock);
        network_.table[static_cast<std::size_t>(rank_)] = std::move(bytes);
    }

    /// Waits for all ranks. Between two meetings the table belongs to its readers.
    void meet()
    {
        std::unique_lock guard(network_.lock);
        network_.check_alive();
        auto const phase = network_.phase;
        if (++network_.arrived == size()) {
            network_.arrived = 0;
            ++network_.phase;
            network_.changed.notify_all();
            return;
        }
        network_.changed.wait(guard, [&] { return network_.phase != phase || network_.abort_status >= 0; });
        if (network_.phase == phase) network_.check_alive();
    }

    Network& network_;
    int rank_;
    RandomStream delays_;
};

/// The error of the lowest rank that has one of its own; ranks that were aborted because of it only say so.
void rethrow_first(std::vector<std::exception_ptr> const& errors)
{
    std::exception_ptr aborted;
    for (auto const& error : errors) {
        if (!error) continue;
        try {
            std::rethrow_exception(error);
        } catch (RunAborted const&) {
            if (!aborted) aborted = error;
        }
    }
    if (aborted) std::rethrow_exception(aborted);
}

} // namespace

void run_in_process(InProcessOptions const& options, std::function<void(Communicator&)> const& program)
{
    EXAHCA_EXPECT(options.ranks >= 1 && options.largest_delay >= 0);
    Network network(options);
    std::vector<std::exception_ptr> errors(network.inboxes.size());
    auto const run_rank = [&](int rank) {
        InProcessCommunicator communicator(network, rank);
        try {
            program(communicator);
        } catch (...) {
            errors[static_cast<std::size_t>(rank)] = std::current_exception();
            try {
                communicator.abort(1);
            } catch (RunAborted const&) { // the others are told; this rank's own error is kept
            }
        }
    };
    {
        std::vector<std::jthread> threads;
        for (int rank = 0; rank < options.ranks; ++rank) threads.emplace_back(run_rank, rank);
    }
    rethrow_first(errors);
}

} // namespace exahca
