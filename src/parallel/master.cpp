#include "exahca/parallel/master.hpp"

#include "exahca/core/check.hpp"
#include "exahca/core/error.hpp"
#include "protocol.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace exahca {
namespace {

// Share of the newest chunk in the recent average of durations.
constexpr double newest_weight = 0.1;

} // namespace

Master::Master(WorkSource& source, ChunkPolicy const& policy, std::vector<int> workers, std::uint32_t run)
    : source_(source), policy_(policy), workers_(std::move(workers)), run_(run), in_hand_(workers_.size()),
      in_with_room_(workers_.size()), silent_(workers_.size()), reported_(workers_.size()),
      busy_seconds_(workers_.size())
{
    EXAHCA_EXPECT(!workers_.empty());
    EXAHCA_EXPECT(policy_.target_seconds > 0 && policy_.smallest_seconds > 0 && policy_.message_seconds >= 0);
    for (std::size_t i = 0; i < workers_.size(); ++i) {
        positions_.emplace(workers_[i], i);
        empty_handed_.push_back(i);
    }
}

std::size_t Master::position_of(int worker) const
{
    auto const found = positions_.find(worker);
    if (found == positions_.end()) throw std::logic_error("a message came from a rank that does not compute");
    return found->second;
}

// Takes what workers say. A word that a worker is alive has done its work by arriving (the driver notes when it heard
// of whom).
void Master::receive(int worker, std::span<std::byte const> message)
{
    auto const parsed = parse(message);
    if (parsed.header.run != run_) return; // left over from a computation that dropped its last chunks
    if (parsed.header.kind == MessageKind::alive) return;
    ++messages_;
    auto const position = position_of(worker);
    switch (parsed.header.kind) {
    case MessageKind::reply:
        take_reply(position, parsed.header.chunk, parsed.header.seconds, parsed.payload);
        return;
    case MessageKind::stop_request:
        request_stop(static_cast<int>(parsed.header.number));
        return;
    case MessageKind::report:
        busy_seconds_[position] = parsed.header.seconds;
        reported_[position] = true;
        return;
    case MessageKind::chunk:
    case MessageKind::stop:
    case MessageKind::finish:
    case MessageKind::alive:
        break;
    }
    throw InvalidInput("the master received a message that is not for it", "ranks run different versions",
                       "start all ranks from one binary");
}

// The first reply to a chunk counts, whoever it comes from: chunks are pure. Others who hold it stand in late_ until
// they answer, so that their answers free them and are otherwise dropped.
void Master::take_reply(std::size_t worker, std::uint64_t chunk, double seconds, std::span<std::byte const> payload)
{
    auto const found = outstanding_.find(chunk);
    auto const held = [&] {
        auto const& holders = found->second.holders;
        return std::find(holders.begin(), holders.end(), worker) != holders.end();
    };
    if (found == outstanding_.end() || !held()) {
        if (forget_late(worker, chunk)) return take_back(worker, seconds);
        if (outcome_ == WorkloadOutcome::dropped) return;
        throw std::logic_error("a worker answered a chunk that it was not given");
    }
    std::erase(found->second.holders, worker);
    if (!found->second.holders.empty()) late_.emplace(chunk, std::move(found->second.holders));
    outstanding_.erase(found);
    busy_total_ += seconds;
    mean_chunk_seconds_ =
        mean_chunk_seconds_ == 0 ? seconds : (1 - newest_weight) * mean_chunk_seconds_ + newest_weight * seconds;
    take_back(worker, seconds);
    // Any reply may bring new work.
    source_dry_ = false;
    source_.absorb(payload, seconds);
}

/// A worker has one chunk less.
void Master::take_back(std::size_t worker, double seconds)
{
    busy_seconds_[worker] += seconds;
    if (--in_hand_[worker] == 0)
        empty_handed_.push_back(worker);
    else
        offer_room(worker);
}

/// \returns whether the worker held a chunk that another has answered
bool Master::forget_late(std::size_t worker, std::uint64_t chunk)
{
    auto const found = late_.find(chunk);
    if (found == late_.end() || std::erase(found->second, worker) == 0) return false;
    if (found->second.empty()) late_.erase(found);
    return true;
}

/// Notes a worker that may take one more chunk than it computes on, once.
void Master::offer_room(std::size_t worker)
{
    if (in_with_room_[worker] || in_hand_[worker] > policy_.prefetch) return;
    in_with_room_[worker] = true;
    with_room_.push_back(worker);
}

/// Computing time of what no worker holds: what the progress so far took, scaled to what is left, less the chunks under
/// way. 0 while nothing can be said.
double Master::unassigned_seconds() const
{
    auto const [done, total] = source_.progress();
    if (!(done > 0) || busy_total_ == 0) return 0;
    double const left = std::max(0.0, (total - done) / done * busy_total_);
    return std::max(0.0, left - static_cast<double>(outstanding_.size()) * mean_chunk_seconds_);
}

/// Factoring: half of what is left, shared by all ranks, within two limits. Chunks of t seconds cost the master ranks /
/// t messages a second: t of 2 ranks message_seconds fills half of its time, half of that all of it, which is accepted
/// near the end only.
double Master::next_target_seconds() const
{
    auto const ranks = static_cast<double>(workers_.size());
    double const keeping_up = ranks * policy_.message_seconds; // smaller chunks would leave the master behind
    double const wished = std::max(policy_.target_seconds, 2 * keeping_up);
    double const least = std::min(wished, std::max(policy_.smallest_seconds, keeping_up));
    if (busy_total_ == 0) return wished;
    return std::clamp(unassigned_seconds() / (2 * ranks), least, wished);
}

/// A stored chunk hides the master's latency, but near the end it waits on a busy worker while others are idle. Chunks
/// of a few milliseconds are stored always; longer ones while two more for each rank are left.
bool Master::prefetch_wanted() const
{
    if (policy_.prefetch == 0 || mean_chunk_seconds_ == 0) return false;
    if (mean_chunk_seconds_ < 5 * policy_.smallest_seconds) return true;
    return unassigned_seconds() > 2 * static_cast<double>(workers_.size()) * mean_chunk_seconds_;
}

/// Asks the source for a chunk of the wished size. \returns false when it has none; it is not asked again before a
/// reply
bool Master::send_chunk(std::size_t worker, std::vector<Envelope>& out)
{
    auto chunk = source_.next_chunk({next_target_seconds(), static_cast<int>(workers_.size())});
    if (!chunk) {
        source_dry_ = true;
        return false;
    }
    auto const number = next_chunk_++;
    auto message =
        compose({.kind = MessageKind::chunk, .run = run_, .chunk = number, .number = 0, .seconds = 0}, *chunk);
    outstanding_.emplace(number, Outstanding{{worker}, message});
    ++in_hand_[worker];
    offer_room(worker);
    out.push_back({workers_[worker], std::move(message)});
    ++chunks_;
    ++messages_;
    return true;
}

/// The worker that has waited longest of those that are not silent.
std::optional<std::size_t> Master::next_empty_handed()
{
    while (!empty_handed_.empty() && silent_[empty_handed_.front()]) {
        silent_empty_handed_.push_back(empty_handed_.front());
        empty_handed_.pop_front();
    }
    if (empty_handed_.empty()) return std::nullopt;
    return empty_handed_.front();
}

/// The longest waiting first; `limit` keeps one call short, so that replies are taken in between.
void Master::serve_empty_handed(std::size_t limit, std::vector<Envelope>& out)
{
    while (!source_dry_ && out.size() < limit) {
        auto const worker = next_empty_handed();
        if (!worker) return;
        if (send_chunk(*worker, out)) empty_handed_.pop_front();
    }
}

/// A second chunk for workers that have one, in turn.
void Master::serve_with_room(std::size_t limit, std::vector<Envelope>& out)
{
    while (!source_dry_ && !with_room_.empty() && out.size() < limit && prefetch_wanted()) {
        auto const worker = with_room_.front();
        with_room_.pop_front();
        in_with_room_[worker] = false;
        if (in_hand_[worker] == 0 || silent_[worker]) continue; // empty-handed meanwhile, or not to be trusted
        if (!send_chunk(worker, out)) offer_room(worker);
    }
}

/// Whether all who were given a chunk are silent now.
bool Master::in_silent_hands(Outstanding const& chunk) const
{
    return std::all_of(chunk.holders.begin(), chunk.holders.end(), [&](std::size_t worker) { return silent_[worker]; });
}

/// Chunks are pure: a second worker computes the same.
void Master::hand_out_again(std::size_t limit, std::vector<Envelope>& out)
{
    for (auto& [number, chunk] : outstanding_) {
        if (out.size() >= limit) return;
        if (!in_silent_hands(chunk)) continue;
        auto const worker = next_empty_handed();
        if (!worker) return;
        empty_handed_.pop_front();
        chunk.holders.push_back(*worker);
        ++in_hand_[*worker];
        offer_room(*worker);
        out.push_back({workers_[*worker], chunk.message});
        ++messages_;
    }
}

/// After a stop was asked for, nobody computes what silent workers hold.
void Master::give_up_silent_chunks()
{
    dropped_chunks_ += static_cast<std::int64_t>(
        std::erase_if(outstanding_, [&](auto const& entry) { return in_silent_hands(entry.second); }));
}

void Master::set_silent(int worker, bool silent)
{
    auto const position = position_of(worker);
    if (silent_[position] == silent) return;
    silent_[position] = silent;
    silent_count_ += silent ? std::size_t{1} : static_cast<std::size_t>(-1);
    if (silent) return;
    // It has spoken again: it gets work as before, and the reply to what it holds counts if it comes first.
    if (std::erase(silent_empty_handed_, position) > 0) empty_handed_.push_back(position);
    if (in_hand_[position] > 0) offer_room(position);
}

bool Master::all_reported() const
{
    for (std::size_t i = 0; i < workers_.size(); ++i)
        if (!reported_[i] && !silent_[i]) return false;
    return true;
}

std::vector<int> Master::lost_workers() const
{
    std::vector<int> lost;
    for (std::size_t i = 0; i < workers_.size(); ++i)
        if (silent_[i] && !reported_[i]) lost.push_back(workers_[i]);
    return lost;
}

std::vector<Envelope> Master::hand_out(std::size_t limit)
{
    EXAHCA_EXPECT(limit > 0);
    std::vector<Envelope> out;
    if (silent_count_ == workers_.size()) request_stop(1); // nobody is left to compute
    if (!ended_ && stop_requests_ == 0) {
        serve_empty_handed(limit, out);
        // Nobody's second chunk comes before another's first.
        if (!next_empty_handed()) serve_with_room(limit, out);
        if (source_dry_ && silent_count_ > 0) hand_out_again(limit, out);
    }
    if (stop_requests_ > 0 && silent_count_ > 0) give_up_silent_chunks();
    // Checked last: what was handed out just now is outstanding.
    if (!ended_ && outstanding_.empty()) {
        if (source_.finished())
            end(WorkloadOutcome::finished);
        else if (stop_requests_ > 0)
            end(WorkloadOutcome::stopped);
        else
            throw std::logic_error("the work source is not finished, but has nothing to give and nothing is under way");
    }
    tell_all(out);
    return out;
}

void Master::request_stop(int requests) { stop_requests_ = std::max(stop_requests_, requests); }

void Master::drop_outstanding()
{
    if (ended_) return;
    dropped_chunks_ += static_cast<std::int64_t>(outstanding_.size());
    if (outstanding_.empty()) return;
    outstanding_.clear();
    end(WorkloadOutcome::dropped);
}

void Master::end(WorkloadOutcome outcome)
{
    ended_ = true;
    outcome_ = outcome;
}

/// Passes on the news that concern every worker: a stop, the end.
void Master::tell_all(std::vector<Envelope>& out)
{
    auto const tell = [&](MessageKind kind, std::uint64_t number) {
        for (int const worker : workers_)
            out.push_back({worker, compose({.kind = kind, .run = run_, .chunk = 0, .number = number, .seconds = 0})});
        messages_ += static_cast<std::int64_t>(workers_.size());
    };
    if (stop_requests_ > stop_told_) {
        stop_told_ = stop_requests_;
        tell(MessageKind::stop, static_cast<std::uint64_t>(stop_requests_));
    }
    if (ended_ && !end_told_) {
        end_told_ = true;
        tell(MessageKind::finish, static_cast<std::uint64_t>(outcome_));
    }
}

} // namespace exahca
