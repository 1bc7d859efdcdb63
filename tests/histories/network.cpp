#include "histories/network.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <fmt/format.h>
#include <utility>

namespace exahca::histories {
Network::Network(Clockwork& clockwork, NetworkOptions options, Draws draws)
    : clockwork_(clockwork), options_(std::move(options)), draws_(draws),
      pairs_(options_.nodes.size() * options_.nodes.size()), cut_until_(options_.nodes.size())
{
}

Network::Pair& Network::pair(int from, int to) { return pairs_[static_cast<std::size_t>(from * size() + to)]; }

bool Network::is_cut(int node) const { return cut_until_[static_cast<std::size_t>(node)] > clockwork_.time(); }

bool Network::connected(int from, int to) const
{
    return node_of(from) == node_of(to) || (!is_cut(node_of(from)) && !is_cut(node_of(to)));
}

bool Network::is_heard(int from, int to) const
{
    return connected(from, to) && !clockwork_.is_dead(from) && !clockwork_.is_paused(from);
}

Time Network::arrival(int from, int to)
{
    double delay = draws_.exponential(options_.delay_seconds);
    if (draws_.chance(options_.straggler_share)) delay += draws_.between(0, options_.straggler_seconds);
    auto start = clockwork_.time();
    if (node_of(from) != node_of(to))
        for (int const node : {node_of(from), node_of(to)})
            start = std::max(start, cut_until_[static_cast<std::size_t>(node)]);
    return start == never ? never : start + seconds(delay);
}

void Network::send(int from, int to, Channel channel, Letter letter)
{
    auto& letters = pair(from, to).letters[static_cast<int>(channel)];
    letter.arrival = arrival(from, to);
    if (!letters.empty()) letter.arrival = std::max(letter.arrival, letters.back().arrival);
    auto const when = letter.arrival;
    letters.push_back(std::move(letter));
    if (when != never) clockwork_.wake(to, when);
}

// What is under way is held up, too.
void Network::cut(int node, Time until)
{
    cut_until_[static_cast<std::size_t>(node)] = std::max(cut_until_[static_cast<std::size_t>(node)], until);
    for (int from = 0; from < size(); ++from)
        for (int to = 0; to < size(); ++to) {
            if (connected(from, to)) continue;
            for (auto& letters : pair(from, to).letters) {
                auto last = Time{};
                for (auto& letter : letters) {
                    if (letter.arrival > clockwork_.time()) letter.arrival = arrival(from, to);
                    letter.arrival = last = std::max(letter.arrival, last);
                    if (last != never) clockwork_.at(last, [this, to, last] { clockwork_.wake(to, last); });
                }
            }
        }
}

SimulatedCommunicator::SimulatedCommunicator(Clockwork& clockwork, Network& network, int rank, AbortHandler aborted)
    : clockwork_(clockwork), network_(network), rank_(rank), aborted_(std::move(aborted)),
      presence_(rank, network.size())
{
}

int SimulatedCommunicator::node_leader() const
{
    int leader = 0;
    while (network_.node_of(leader) != network_.node_of(rank_)) ++leader;
    return leader;
}

int SimulatedCommunicator::node_rank() const
{
    int position = 0;
    for (int other = 0; other < rank_; ++other) position += network_.node_of(other) == network_.node_of(rank_) ? 1 : 0;
    return position;
}

int SimulatedCommunicator::node_size() const
{
    int count = 0;
    for (int other = 0; other < size(); ++other) count += network_.node_of(other) == network_.node_of(rank_) ? 1 : 0;
    return count;
}

std::string SimulatedCommunicator::host() const { return fmt::format("node{}", network_.node_of(rank_)); }

void SimulatedCommunicator::send(int destination, Bytes message)
{
    clockwork_.check_alive();
    clockwork_.note(rank_, "sends to rank", static_cast<std::uint64_t>(destination));
    network_.send(rank_, destination, Network::Channel::loops, {{}, std::move(message), {}});
}

std::optional<Message> SimulatedCommunicator::receive()
{
    clockwork_.check_alive();
    std::deque<Network::Letter>* first = nullptr;
    int source = 0;
    for (int from = 0; from < size(); ++from) {
        auto& letters = network_.pair(from, rank_).letters[static_cast<int>(Network::Channel::loops)];
        if (letters.empty() || letters.front().arrival > clockwork_.time()) continue;
        if (first != nullptr && first->front().arrival <= letters.front().arrival) continue;
        first = &letters;
        source = from;
    }
    if (first == nullptr) return std::nullopt;
    Message message{source, std::move(first->front().bytes)};
    first->pop_front();
    clockwork_.note(rank_, "receives from rank", static_cast<std::uint64_t>(source));
    return message;
}

bool SimulatedCommunicator::sending()
{
    clockwork_.check_alive();
    for (int to = 0; to < size(); ++to)
        for (auto const& letter : network_.pair(rank_, to).letters[static_cast<int>(Network::Channel::loops)])
            if (letter.arrival > clockwork_.time() && letter.bytes.size() > network_.options_.eager_bytes) return true;
    return false;
}

void SimulatedCommunicator::post(int destination, Bytes bytes, std::shared_ptr<std::byte> shared)
{
    clockwork_.check_alive();
    network_.send(rank_, destination, Network::Channel::collective, {{}, std::move(bytes), std::move(shared)});
}

bool SimulatedCommunicator::has_arrived(int source, Time last)
{
    auto const& letters = network_.pair(source, rank_).letters[static_cast<int>(Network::Channel::collective)];
    while (letters.empty() || letters.front().arrival > clockwork_.time()) {
        if (clockwork_.time() >= last) return false;
        auto const next = letters.empty() ? last : std::min(last, letters.front().arrival);
        clockwork_.rest(clockwork_.time(), next);
    }
    return true;
}

Network::Letter SimulatedCommunicator::take(int source)
{
    auto& letters = network_.pair(source, rank_).letters[static_cast<int>(Network::Channel::collective)];
    auto letter = std::move(letters.front());
    letters.pop_front();
    clockwork_.note(rank_, "hears in a collective call of rank", static_cast<std::uint64_t>(source));
    return letter;
}

Network::Letter SimulatedCommunicator::await(int source, Time patience)
{
    clockwork_.check_alive();
    if (!has_arrived(source, clockwork_.time() + patience)) throw RanksLost("other ranks do not end");
    return take(source);
}

// As the communicator over MPI waits. Its heartbeats, which no work holds up, are no messages here.
Network::Letter SimulatedCommunicator::await(int source)
{
    clockwork_.check_alive();
    while (!has_arrived(source, clockwork_.time() + seconds(presence_.alive_seconds() / 4))) {
        double const now = in_seconds(clockwork_.time());
        for (int other = 0; other < size(); ++other)
            if (network_.is_heard(other, rank_)) presence_.hear(other, now);
        (void)presence_.look(now);
        if (auto const lost = presence_.lost(now))
            throw_lost(*lost, fmt::format("node{}", network_.node_of(lost->rank)));
    }
    return take(source);
}

Bytes SimulatedCommunicator::broadcast(Bytes bytes, int root)
{
    if (rank_ != root) return await(root).bytes;
    for (int to = 0; to < size(); ++to)
        if (to != root) post(to, bytes);
    return bytes;
}

std::vector<Bytes> SimulatedCommunicator::gather(Bytes bytes)
{
    if (rank_ != 0) return post(0, std::move(bytes)), std::vector<Bytes>{};
    std::vector<Bytes> parts{std::move(bytes)};
    for (int from = 1; from < size(); ++from) parts.push_back(await(from).bytes);
    return parts;
}

void SimulatedCommunicator::barrier()
{
    static_cast<void>(gather({}));
    static_cast<void>(broadcast({}, 0));
}

NodeBuffer SimulatedCommunicator::share(std::span<std::byte const> bytes, NodeStorage storage)
{
    std::shared_ptr<std::byte> shared;
    Bytes length(sizeof(std::size_t));
    std::size_t size_of_all = bytes.size();
    if (rank_ == 0) {
        shared = aligned_copy(bytes);
        std::memcpy(length.data(), &size_of_all, sizeof size_of_all);
        for (int to = 1; to < size(); ++to) post(to, length, shared);
    } else {
        auto const letter = await(0);
        std::memcpy(&size_of_all, letter.bytes.data(), sizeof size_of_all);
        shared = letter.shared;
    }
    return {std::move(shared), size_of_all, storage == NodeStorage::shared && node_size() > 1};
}

void SimulatedCommunicator::abort(int status)
{
    clockwork_.check_alive();
    clockwork_.note(rank_, "ends all ranks with status", static_cast<std::uint64_t>(status));
    aborted_(rank_, status);
    throw RunAborted(status);
    std::terminate(); // see report_and_abort
}

void SimulatedCommunicator::close(double patience_seconds)
{
    try {
        if (rank_ == 0) {
            for (int from = 1; from < size(); ++from) static_cast<void>(await(from, seconds(patience_seconds)));
            for (int to = 1; to < size(); ++to) post(to, {});
        } else {
            post(0, {});
            static_cast<void>(await(0, seconds(patience_seconds)));
        }
    } catch (RanksLost const&) { // all is saved: the process ends
    }
}

} // namespace exahca::histories
