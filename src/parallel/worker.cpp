#include "exahca/parallel/worker.hpp"

#include "exahca/core/error.hpp"
#include "protocol.hpp"

#include <algorithm>
#include <utility>

namespace exahca {

void Worker::receive(std::span<std::byte const> message)
{
    auto const parsed = parse(message);
    if (parsed.header.run != run_) return;
    heard_of_master_ = true;
    switch (parsed.header.kind) {
    case MessageKind::chunk:
        assignments_.push_back({parsed.header.chunk, Bytes(parsed.payload.begin(), parsed.payload.end())});
        ++in_hand_;
        return;
    case MessageKind::stop:
        stop_requests_ = std::max(stop_requests_, static_cast<int>(parsed.header.number));
        return;
    case MessageKind::finish:
        if (parsed.header.number > static_cast<std::uint64_t>(WorkloadOutcome::dropped)) break;
        // Work that is under way, as after a drop, is waited for before the report.
        told_to_finish_ = true;
        outcome_ = static_cast<WorkloadOutcome>(parsed.header.number);
        report_when_finished();
        return;
    case MessageKind::alive:
        patience_seconds_ = static_cast<double>(parsed.header.number);
        return;
    case MessageKind::reply:
    case MessageKind::stop_request:
    case MessageKind::report:
        break;
    }
    throw InvalidInput("a worker received a message that is not for workers", "ranks run different versions",
                       "start all ranks from one binary");
}

std::vector<Assignment> Worker::take_assignments() { return std::exchange(assignments_, {}); }

void Worker::completed(std::uint64_t chunk, Bytes reply, double seconds)
{
    --in_hand_;
    busy_seconds_ += seconds;
    // After the end nobody waits for the reply: the chunk was dropped.
    if (!told_to_finish_)
        messages_.push_back(
            compose({.kind = MessageKind::reply, .run = run_, .chunk = chunk, .number = 0, .seconds = seconds}, reply));
    report_when_finished();
}

void Worker::request_stop(int requests)
{
    // Not before the first word of this computation's master, which might still be in an earlier one; each number of
    // requests once.
    if (!heard_of_master_ || requests <= std::max(stop_reported_, stop_requests_) || told_to_finish_) return;
    stop_reported_ = requests;
    messages_.push_back(compose({.kind = MessageKind::stop_request,
                                 .run = run_,
                                 .chunk = 0,
                                 .number = static_cast<std::uint64_t>(requests),
                                 .seconds = 0}));
}

void Worker::say_alive()
{
    if (finished()) return; // it has reported, which is the last word
    messages_.push_back(compose({.kind = MessageKind::alive, .run = run_, .chunk = 0, .number = 0, .seconds = 0}));
}

void Worker::report_when_finished()
{
    if (!finished() || reported_) return;
    reported_ = true;
    messages_.push_back(
        compose({.kind = MessageKind::report, .run = run_, .chunk = 0, .number = 0, .seconds = busy_seconds_}));
}

std::vector<Bytes> Worker::take_messages() { return std::exchange(messages_, {}); }

} // namespace exahca
