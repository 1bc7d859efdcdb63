#pragma once

#include "exahca/parallel/communicator.hpp"
#include "exahca/parallel/launch.hpp"

#include <exception>
#include <functional>
#include <memory>

namespace exahca {

struct SessionOptions
{
    int ranks_per_node = 0; ///< splits every node's ranks into groups that pass for nodes; 0: no. For tests
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

    /// Collective: swallows messages still under way, frees shared storage and finalises MPI.
    void close();

private:
    LaunchKind launch_;
    std::unique_ptr<Communicator> communicator_;
    int exceptions_at_start_;
};

/// Collective: runs `action` on rank 0 alone; when it throws an Error there, every rank throws an Error with the same
/// text and status, so that all leave alike. \throws  on rank 0 whatever `action` throws; only Error and its kin are
/// passed on, anything else is that rank's to
///          abort on
void on_rank_zero(Communicator& communicator, std::function<void()> const& action);

/// Prints "exahca: rank R on HOST: ..." on this rank's standard error and aborts all ranks, with the status of an
/// Error, otherwise with 1. For errors that not all ranks know of.
[[noreturn]] void report_and_abort(Communicator& communicator, std::exception_ptr const& error);

} // namespace exahca
