#pragma once

#include "exahca/core/error.hpp"
#include "mpi_communicator.hpp"
#include "polite_wait.hpp"

namespace exahca {

/// Longest wait for the others in a collective call. Between stages rank 0 may write or read large files while the
/// others wait; one that hears nothing for six hours is cut off for good.
inline constexpr std::chrono::hours longest_collective_wait{6};

/// Waits for a request without spinning. \throws RanksLost  after longest_collective_wait
inline void wait_politely(MPI_Request& request)
{
    PoliteWait wait;
    auto const last = std::chrono::steady_clock::now() + longest_collective_wait;
    for (;;) {
        int complete = 0;
        check_mpi(MPI_Test(&request, &complete, MPI_STATUS_IGNORE), "MPI_Test");
        if (complete) return;
        if (std::chrono::steady_clock::now() > last)
            throw RanksLost("the other ranks have been silent for six hours", "this one is cut off, or one of them is",
                            "go on with --resume");
        wait.pause();
    }
}

} // namespace exahca
