#pragma once

#include "exahca/core/error.hpp"
#include "exahca/parallel/communicator.hpp"
#include "exahca/parallel/launch.hpp"
#include "exahca/parallel/presence.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <string_view>

namespace exahca {

struct SessionOptions
{
    int ranks_per_node = 0; ///< splits every node's ranks into groups that pass for nodes; 0: no. For tests
    /// Longest that close() waits for the others, above 0. They come to it at about the same time; one that does not
    /// has gone silent, and all work is done and saved.
    double closing_seconds = 20;
    PresenceLimits presence{}; ///< when a rank counts as lost
};

/// The program's connection to the other ranks: starts MPI where a launcher is about, else stays alone.
///
/// Lives in main() around everything that communicates. The destructor finalises MPI, unless an exception unwinds:
/// finalising waits for all ranks, and the one that fails would hang with its message unprinted. So main() catches
/// inside the session, prints, and calls abort() (or close(), when every rank leaves for the same reason).
class Session
{
public:
    /// \throws UsageError  when several processes were started and each believes it is alone
    /// \throws CommunicationError  when MPI fails
    Session(int* argc, char*** argv, SessionOptions const& options = {},
            EnvironmentLookup const& environment = process_environment());
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;
    ~Session();

    [[nodiscard]] Communicator& communicator() { return *communicator_; }
    [[nodiscard]] LaunchKind launch() const { return launch_; }
    /// The message-passing library with its version, for /provenance; "none" without a launcher.
    [[nodiscard]] std::string library() const;

    /// Collective: swallows messages still under way, frees shared storage and finalises MPI. Where the others keep it
    /// waiting for too long (SessionOptions::closing_seconds), the process ends there, with `status`.
    void close(int status = 0);

private:
    LaunchKind launch_;
    double closing_seconds_;
    std::unique_ptr<Communicator> communicator_;
    int exceptions_at_start_;
};

/// An Error that every rank throws at the same place of the program, so that all can leave in peace.
class CommonError final : public Error
{
public:
    CommonError(ExitStatus status, std::string_view text) : Error(status, text, {}, {}) {}
};

/// Collective: runs `action` on rank 0 alone; when it throws an Error there, every rank throws a CommonError with its
/// text and status. \throws CommonError  and on rank 0 anything else that `action` throws, for run_rank to end all
/// ranks
void on_rank_zero(Communicator& communicator, std::function<void()> const& action);

/// Collective: runs `action`, which calls nothing collective, on every rank; when it throws an Error on any, every rank
/// throws a CommonError with the text and status of the lowest such rank, which is named where others had no such
/// error. \throws CommonError  and anything else that `action` throws, for run_rank to end all ranks
void on_every_rank(Communicator& communicator, std::function<void()> const& action);

/// Runs one rank's part of a program so that no rank waits for one that has failed.
///
/// A CommonError is printed once, by rank 0, and gives the status of all. Anything else that is thrown is known to this
/// rank alone: report_and_abort. A rank that is alone has no others to tell, and prints its Errors like common ones.
///
/// \returns what `program` returns, or the status of the error. \throws RunAborted  on simulated ranks
[[nodiscard]] ExitStatus run_rank(Communicator& communicator, std::function<ExitStatus()> const& program);

/// What an allocation that failed comes down to for a user.
inline constexpr std::string_view out_of_memory =
    "out of memory (this machine, or a limit on this process, has no more to give): start fewer ranks on each node, or "
    "allow more memory; exahca plan says how much a search takes";

/// Prints "exahca: rank R on HOST: ..." on this rank's standard error and aborts all ranks, with the status of an
/// Error, with `usage` when memory ran out, otherwise with 1. For errors that not all ranks know of.
[[noreturn]] void report_and_abort(Communicator& communicator, std::exception_ptr const& error);

} // namespace exahca
