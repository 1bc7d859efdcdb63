#include "mpi_communicator.hpp"

#include "exahca/parallel/session.hpp"
#include "polite_wait.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <string>
#include <thread>
#include <utility>

namespace exahca {
namespace {

// Counts of MPI 3 are int, so long broadcasts go in pieces; matched messages that wait to be complete are bounded.
constexpr std::size_t largest_piece = std::size_t{1} << 30;
constexpr std::size_t most_incoming = 64;
constexpr int message_tag = 0;

int piece_count(std::size_t size)
{
    if (size > static_cast<std::size_t>(std::numeric_limits<int>::max()))
        throw CommunicationError(fmt::format("a message of {} bytes is too long for MPI", size));
    return static_cast<int>(size);
}

/// A communicator of its own for each kind of traffic: a probe for one kind never sees another's. Errors return codes.
MPI_Comm duplicate(MPI_Comm original)
{
    MPI_Comm copy = MPI_COMM_NULL;
    check_mpi(MPI_Comm_dup(original, &copy), "MPI_Comm_dup");
    check_mpi(MPI_Comm_set_errhandler(copy, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
    return copy;
}

int rank_in(MPI_Comm communicator)
{
    int rank = 0;
    check_mpi(MPI_Comm_rank(communicator, &rank), "MPI_Comm_rank");
    return rank;
}

int size_of(MPI_Comm communicator)
{
    int size = 1;
    check_mpi(MPI_Comm_size(communicator, &size), "MPI_Comm_size");
    return size;
}

void free_communicator(MPI_Comm& communicator)
{
    if (communicator != MPI_COMM_NULL) check_mpi(MPI_Comm_free(&communicator), "MPI_Comm_free");
}

} // namespace

void check_mpi(int code, char const* call)
{
    if (code == MPI_SUCCESS) return;
    std::array<char, MPI_MAX_ERROR_STRING> text{};
    int length = 0;
    if (MPI_Error_string(code, text.data(), &length) != MPI_SUCCESS) length = 0;
    throw CommunicationError(
        fmt::format("{} failed ({})", call, std::string(text.data(), static_cast<std::size_t>(length))));
}

MpiCommunicator::MpiCommunicator(int ranks_per_node, PresenceLimits const& presence)
    : messages_(duplicate(MPI_COMM_WORLD)), collectives_(duplicate(MPI_COMM_WORLD)), words_(duplicate(MPI_COMM_WORLD)),
      rank_(rank_in(collectives_)), size_(size_of(collectives_))
{
    find_node(ranks_per_node);
    gather_hosts();
    if (size_ > 1) start_heartbeat(presence);
}

// Freeing is collective, and an exception may be on its way on this rank alone: only close() frees.
MpiCommunicator::~MpiCommunicator() = default;

// The ranks that share memory, or, where a number of ranks per node is asked for, groups of so many of them; and one
// communicator of the groups' leaders.
void MpiCommunicator::find_node(int ranks_per_node)
{
    MPI_Comm node = MPI_COMM_NULL;
    check_mpi(MPI_Comm_split_type(collectives_, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node),
              "MPI_Comm_split_type");
    int position = 0;
    check_mpi(MPI_Comm_rank(node, &position), "MPI_Comm_rank");
    int const group = ranks_per_node > 0 ? position / ranks_per_node : 0;
    check_mpi(MPI_Comm_split(node, group, position, &node_), "MPI_Comm_split");
    free_communicator(node);
    check_mpi(MPI_Comm_set_errhandler(node_, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
    check_mpi(MPI_Comm_rank(node_, &node_rank_), "MPI_Comm_rank");
    check_mpi(MPI_Comm_size(node_, &node_size_), "MPI_Comm_size");
    node_leader_ = rank_;
    check_mpi(MPI_Bcast(&node_leader_, 1, MPI_INT, 0, node_), "MPI_Bcast");
    check_mpi(MPI_Comm_split(collectives_, node_rank_ == 0 ? 0 : MPI_UNDEFINED, rank_, &leaders_), "MPI_Comm_split");
}

// Rank 0 knows where each rank runs, so that it can name the host of one that is lost.
void MpiCommunicator::gather_hosts()
{
    std::array<char, 64> own{};
    fmt::format_to_n(own.data(), own.size() - 1, "{}", host());
    constexpr auto length = static_cast<int>(own.size());
    std::vector<char> all(rank_ == 0 ? own.size() * static_cast<std::size_t>(size_) : 0);
    check_mpi(MPI_Gather(own.data(), length, MPI_CHAR, all.data(), length, MPI_CHAR, 0, collectives_), "MPI_Gather");
    for (std::size_t first = 0; first < all.size(); first += own.size()) hosts_.emplace_back(all.data() + first);
}

void MpiCommunicator::start_heartbeat(PresenceLimits const& limits)
{
    heartbeat_.emplace(rank_, size_, limits,
                       Heartbeat::Hooks{[this](int to) { speak(to); }, [this] { return listen(); },
                                        [this](std::exception_ptr const& error) {
                                            if (!ending_) report_and_abort(*this, error);
                                        }});
}

bool MpiCommunicator::is_complete(MPI_Request& request)
{
    int complete = 0;
    check_mpi(MPI_Test(&request, &complete, MPI_STATUS_IGNORE), "MPI_Test");
    return complete != 0;
}

// Collective calls are started and then looked at with pauses: a blocking call spins, keeps the heartbeat from speaking
// and waits for ever for a rank that is gone.
void MpiCommunicator::wait_for_all(MPI_Request& request)
{
    for (PoliteWait wait;; wait.pause()) {
        {
            std::lock_guard const guard(mpi_);
            if (is_complete(request)) return;
        }
        if (rank_ != 0 || !heartbeat_) continue;
        if (auto const lost = heartbeat_->lost()) throw_lost(*lost, hosts_.at(static_cast<std::size_t>(lost->rank)));
    }
}

// Nobody waits for a word to arrive: one that goes to a lost rank never does.
void MpiCommunicator::speak(int to)
{
    std::lock_guard const guard(mpi_);
    MPI_Request request = MPI_REQUEST_NULL;
    check_mpi(MPI_Isend(nullptr, 0, MPI_BYTE, to, message_tag, words_, &request), "MPI_Isend");
    check_mpi(MPI_Request_free(&request), "MPI_Request_free");
}

std::vector<int> MpiCommunicator::listen()
{
    std::lock_guard const guard(mpi_);
    std::vector<int> sources;
    for (;;) {
        int found = 0;
        MPI_Message matched = MPI_MESSAGE_NULL;
        MPI_Status status;
        check_mpi(MPI_Improbe(MPI_ANY_SOURCE, message_tag, words_, &found, &matched, &status), "MPI_Improbe");
        if (!found) return sources;
        check_mpi(MPI_Mrecv(nullptr, 0, MPI_BYTE, &matched, MPI_STATUS_IGNORE), "MPI_Mrecv");
        sources.push_back(status.MPI_SOURCE);
    }
}

void MpiCommunicator::send(int destination, Bytes message)
{
    std::lock_guard const guard(mpi_);
    auto& entry = outgoing_.emplace_back(Outgoing{MPI_REQUEST_NULL, std::move(message)});
    check_mpi(MPI_Isend(entry.bytes.data(), piece_count(entry.bytes.size()), MPI_BYTE, destination, message_tag,
                        messages_, &entry.request),
              "MPI_Isend");
    if (outgoing_.size() > 16) tidy_outgoing();
}

bool MpiCommunicator::sending()
{
    std::lock_guard const guard(mpi_);
    return tidy_outgoing();
}

bool MpiCommunicator::tidy_outgoing()
{
    std::erase_if(outgoing_, [](Outgoing& entry) { return is_complete(entry.request); });
    return !outgoing_.empty();
}

// A matched probe gives the length of the next message; receiving it is started here and completed later, so that one
// long message does not hold up those of other ranks.
bool MpiCommunicator::start_receive()
{
    int found = 0;
    MPI_Message matched = MPI_MESSAGE_NULL;
    MPI_Status status;
    check_mpi(MPI_Improbe(MPI_ANY_SOURCE, message_tag, messages_, &found, &matched, &status), "MPI_Improbe");
    if (!found) return false;
    int count = 0;
    check_mpi(MPI_Get_count(&status, MPI_BYTE, &count), "MPI_Get_count");
    auto& entry = incoming_.emplace_back(Incoming{MPI_REQUEST_NULL, {status.MPI_SOURCE, {}}, false});
    entry.message.bytes.resize(static_cast<std::size_t>(count));
    check_mpi(MPI_Imrecv(entry.message.bytes.data(), count, MPI_BYTE, &matched, &entry.request), "MPI_Imrecv");
    return true;
}

std::optional<Message> MpiCommunicator::receive()
{
    std::lock_guard const guard(mpi_);
    while (incoming_.size() < most_incoming && start_receive()) {
    }
    for (auto entry = incoming_.begin(); entry != incoming_.end(); ++entry) {
        entry->complete = entry->complete || is_complete(entry->request);
        // Messages of one sender come in the order in which they were sent.
        bool const overtakes = std::any_of(incoming_.begin(), entry, [&entry](Incoming const& earlier) {
            return earlier.message.source == entry->message.source;
        });
        if (!entry->complete || overtakes) continue;
        auto message = std::move(entry->message);
        incoming_.erase(entry);
        return message;
    }
    return std::nullopt;
}

void MpiCommunicator::broadcast_pieces(std::byte* first, std::size_t size, int root, MPI_Comm among)
{
    for (std::size_t done = 0; done < size; done += largest_piece) {
        auto const count = piece_count(std::min(largest_piece, size - done));
        complete("MPI_Ibcast",
                 [&](MPI_Request* request) { return MPI_Ibcast(first + done, count, MPI_BYTE, root, among, request); });
    }
}

Bytes MpiCommunicator::broadcast(Bytes bytes, int root)
{
    std::uint64_t size = bytes.size();
    complete("MPI_Ibcast",
             [&](MPI_Request* request) { return MPI_Ibcast(&size, 1, MPI_UINT64_T, root, collectives_, request); });
    if (rank_ != root) bytes.assign(size, std::byte{0});
    broadcast_pieces(bytes.data(), size, root, collectives_);
    return bytes;
}

std::vector<Bytes> MpiCommunicator::gather(Bytes bytes)
{
    int const own_size = piece_count(bytes.size());
    std::vector<int> sizes(rank_ == 0 ? static_cast<std::size_t>(size_) : 0);
    complete("MPI_Igather", [&](MPI_Request* request) {
        return MPI_Igather(&own_size, 1, MPI_INT, sizes.data(), 1, MPI_INT, 0, collectives_, request);
    });

    std::vector<int> starts(sizes.size());
    std::size_t total = 0;
    for (std::size_t i = 0; i < sizes.size(); ++i) {
        starts[i] = piece_count(total);
        total += static_cast<std::size_t>(sizes[i]);
    }
    Bytes all(total);
    complete("MPI_Igatherv", [&](MPI_Request* request) {
        return MPI_Igatherv(bytes.data(), own_size, MPI_BYTE, all.data(), sizes.data(), starts.data(), MPI_BYTE, 0,
                            collectives_, request);
    });

    std::vector<Bytes> parts;
    for (std::size_t i = 0; i < sizes.size(); ++i)
        parts.emplace_back(all.begin() + starts[i], all.begin() + starts[i] + sizes[i]);
    return parts;
}

void MpiCommunicator::barrier()
{
    complete("MPI_Ibarrier", [&](MPI_Request* request) { return MPI_Ibarrier(collectives_, request); });
}

void MpiCommunicator::abort(int status)
{
    ending_ = true;
    std::fflush(nullptr);
    // The launcher that is to end the others may be out of reach: this rank ends in any case.
    std::thread([status] {
        std::this_thread::sleep_for(std::chrono::seconds(3));
        std::_Exit(status);
    }).detach();
    // The other thread's call ends soon; where it hangs, this is the end in any case.
    std::unique_lock const guard(mpi_, std::chrono::seconds(1));
    MPI_Abort(MPI_COMM_WORLD, status);
    std::_Exit(status);
}

void MpiCommunicator::close()
{
    // Ranks that dropped work may have left messages behind. Each rank swallows what reaches it until its own sends are
    // through and all ranks have said so; then nothing is under way.
    PoliteWait wait;
    while (sending()) {
        while (receive()) {
        }
        wait.pause();
    }
    MPI_Request request = MPI_REQUEST_NULL;
    {
        std::lock_guard const guard(mpi_);
        check_mpi(MPI_Ibarrier(collectives_, &request), "MPI_Ibarrier");
    }
    for (;;) {
        while (receive()) {
        }
        {
            std::lock_guard const guard(mpi_);
            if (is_complete(request)) break;
        }
        wait.pause();
    }
    heartbeat_.reset();
    if (words_ != MPI_COMM_NULL) (void)listen();
    for (MPI_Comm* const communicator : {&leaders_, &node_, &words_, &collectives_, &messages_})
        free_communicator(*communicator);
}

} // namespace exahca
