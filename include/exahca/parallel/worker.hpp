#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/parallel/master.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace exahca {

/// A chunk on its way through a worker.
struct Assignment
{
    std::uint64_t chunk = 0; ///< the master's number for it
    Bytes work;
};

/// The worker's side of the conversation with a Master: a state machine over messages. Whoever drives it computes the
/// assignments, in the order given.
class Worker
{
public:
    explicit Worker(std::uint32_t run) : run_(run) {}

    /// Takes one message of the master. \throws InvalidInput  when it is malformed
    void receive(std::span<std::byte const> message);
    /// Assignments that have come since the last call.
    [[nodiscard]] std::vector<Assignment> take_assignments();
    /// The reply to one assignment and the seconds spent on it.
    void completed(std::uint64_t chunk, Bytes reply, double seconds);
    /// Tells the master of a stop that this rank was asked for, by a signal that the others may not have got. To be
    /// called again and again: nothing is told before the master has been heard of, which may still be at an earlier
    /// computation.
    void request_stop(int requests);
    /// Tells the master that this rank is there. To be called now and then.
    void say_alive();
    /// For how many seconds the master may be silent, as it has told; 0: it has told nothing yet.
    [[nodiscard]] double patience_seconds() const { return patience_seconds_; }
    /// Messages for the master since the last call.
    [[nodiscard]] std::vector<Bytes> take_messages();

    /// How often a stop was asked for, as far as the master has told: the runner's stop flag.
    [[nodiscard]] int stop_requests() const { return stop_requests_; }
    /// Nothing more will come from the master.
    [[nodiscard]] bool told_to_finish() const { return told_to_finish_; }
    /// Told to finish, and nothing is being computed any more: this worker's part is over.
    [[nodiscard]] bool finished() const { return told_to_finish_ && in_hand_ == 0; }
    [[nodiscard]] WorkloadOutcome outcome() const { return outcome_; }
    [[nodiscard]] double busy_seconds() const { return busy_seconds_; }
    [[nodiscard]] std::int64_t in_hand() const { return in_hand_; }

private:
    void report_when_finished();

    std::uint32_t run_;
    std::vector<Assignment> assignments_;
    std::vector<Bytes> messages_;
    std::int64_t in_hand_ = 0; // assignments received and not completed
    int stop_requests_ = 0;
    int stop_reported_ = 0;
    bool heard_of_master_ = false;
    bool told_to_finish_ = false;
    bool reported_ = false;
    WorkloadOutcome outcome_ = WorkloadOutcome::finished;
    double busy_seconds_ = 0;
    double patience_seconds_ = 0;
};

} // namespace exahca
