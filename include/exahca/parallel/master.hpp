#pragma once

#include "exahca/core/bytes.hpp"
#include "exahca/work/workload.hpp"

#include <cstdint>
#include <deque>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace exahca {

/// How a distributed computation ended; the same on all ranks.
enum class WorkloadOutcome : std::uint8_t {
    finished, ///< the source had everything computed
    stopped,  ///< a stop was asked for; every chunk handed out came back, whole or in part
    dropped,  ///< a second stop was asked for; chunks that were not back in time are lost
};

/// How much work goes into one message.
struct ChunkPolicy
{
    double target_seconds = 0.01;   ///< wished work per chunk while much is left; sensible are 0.001 to 0.1
    double smallest_seconds = 1e-3; ///< the chunks at the end of a run go down to this
    double message_seconds = 15e-6; ///< the master's cost per chunk; measured: docs/performance.md, Scheduling
    int prefetch = 1;               ///< chunks that wait on a worker while it computes another; 0 or 1
};

/// A message for a rank.
struct Envelope
{
    int destination = 0;
    Bytes message;
};

/// Hands out the chunks of a WorkSource and takes the replies: a state machine over messages. It knows no clock, no
/// threads and no MPI; whoever drives it carries the messages.
///
/// Chunks grow with the number of ranks so that their messages fill at most half of the master's time, and shrink
/// towards the end (factoring: half of what is left, shared by all; Flynn Hummel, Schonberg, Flynn, CACM 35(8), 1992).
class Master
{
public:
    /// \param workers  the computing ranks
    /// \param run      Communicator::begin_computation(): messages of earlier computations are ignored
    Master(WorkSource& source, ChunkPolicy const& policy, std::vector<int> workers, std::uint32_t run);

    /// Takes one message of a worker. \throws InvalidInput  when it is malformed
    /// \throws std::logic_error  when it answers nothing that was asked
    void receive(int worker, std::span<std::byte const> message);

    /// Hands chunks to workers that have room, empty-handed ones first, in at most `limit` messages, and ends the
    /// computation once there is nothing left. \returns the messages to send
    /// \throws std::logic_error  when the source is not finished, nothing is under way and no chunk comes
    [[nodiscard]] std::vector<Envelope> hand_out(std::size_t limit = 64);

    /// Asks for a stop: 1 stops soon, 2 sooner. No chunk is handed out from now on. Sticky.
    void request_stop(int requests);
    /// Tells whether a worker has been silent for long. What a silent worker holds is handed out again once others have
    /// nothing else to do, and the first reply counts; it is given nothing and not waited for until it speaks again.
    void set_silent(int worker, bool silent);
    [[nodiscard]] bool is_silent(int worker) const { return silent_[position_of(worker)]; }
    /// Whether a worker has reported after the end: it has nothing more to say.
    [[nodiscard]] bool has_reported(int worker) const { return reported_[position_of(worker)]; }
    /// Gives up the chunks that are still out; to be called some time after the second request.
    void drop_outstanding();

    [[nodiscard]] int stop_requests() const { return stop_requests_; }
    /// No worker owes anything: every worker has been told to finish, or is being told by the next hand_out().
    [[nodiscard]] bool ended() const { return ended_; }
    [[nodiscard]] WorkloadOutcome outcome() const { return outcome_; }
    /// All workers that are not silent have reported after the end. Not waited for when work was dropped.
    [[nodiscard]] bool all_reported() const;
    /// Workers that are silent and have not reported, in the order of their ranks.
    [[nodiscard]] std::vector<int> lost_workers() const;

    [[nodiscard]] std::int64_t chunks() const { return chunks_; }
    [[nodiscard]] std::int64_t dropped_chunks() const { return dropped_chunks_; }
    [[nodiscard]] std::int64_t messages() const { return messages_; } ///< sent and received
    /// Seconds that each worker spent computing, in the order of `workers`.
    [[nodiscard]] std::vector<double> const& busy_seconds() const { return busy_seconds_; }
    /// Whether a worker has nothing to do because the source has nothing to give at the moment.
    [[nodiscard]] bool someone_waits() const { return !empty_handed_.empty(); }
    /// The size wished of the next chunk, in seconds of work.
    [[nodiscard]] double next_target_seconds() const;

private:
    std::size_t position_of(int worker) const;
    /// A chunk that has not been answered.
    struct Outstanding
    {
        std::vector<std::size_t> holders; ///< workers that it was given to
        Bytes message;                    ///< as it was sent
    };

    void take_reply(std::size_t worker, std::uint64_t chunk, double seconds, std::span<std::byte const> payload);
    void take_back(std::size_t worker, double seconds);
    bool forget_late(std::size_t worker, std::uint64_t chunk);
    bool in_silent_hands(Outstanding const& chunk) const;
    std::optional<std::size_t> next_empty_handed();
    void hand_out_again(std::size_t limit, std::vector<Envelope>& out);
    void give_up_silent_chunks();
    bool prefetch_wanted() const;
    double unassigned_seconds() const;
    void offer_room(std::size_t worker);
    void serve_empty_handed(std::size_t limit, std::vector<Envelope>& out);
    void serve_with_room(std::size_t limit, std::vector<Envelope>& out);
    bool send_chunk(std::size_t worker, std::vector<Envelope>& out);
    void end(WorkloadOutcome outcome);
    void tell_all(std::vector<Envelope>& out);

    WorkSource& source_;
    ChunkPolicy policy_;
    std::vector<int> workers_;
    std::uint32_t run_;
    std::unordered_map<int, std::size_t> positions_;
    std::vector<int> in_hand_;             // chunks that each worker has
    std::deque<std::size_t> empty_handed_; // workers without a chunk, longest waiting first
    std::deque<std::size_t> with_room_;    // workers that may have room for one more
    std::vector<bool> in_with_room_;       // each worker stands there at most once
    std::unordered_map<std::uint64_t, Outstanding> outstanding_;
    std::unordered_map<std::uint64_t, std::vector<std::size_t>> late_; // answered by another, still with these workers
    std::vector<bool> silent_;
    std::size_t silent_count_ = 0;
    std::vector<std::size_t> silent_empty_handed_; // to be served again when they speak
    bool source_dry_ = false;                      // nothing to give until the next reply
    std::uint64_t next_chunk_ = 1;

    int stop_requests_ = 0;
    int stop_told_ = 0; // the highest stop that the workers know of
    bool ended_ = false;
    bool end_told_ = false;
    std::vector<bool> reported_;
    WorkloadOutcome outcome_ = WorkloadOutcome::finished;

    double busy_total_ = 0;
    double mean_chunk_seconds_ = 0; // recent average, 0 before the first reply
    std::vector<double> busy_seconds_;
    std::int64_t chunks_ = 0;
    std::int64_t dropped_chunks_ = 0;
    std::int64_t messages_ = 0;
};

} // namespace exahca
