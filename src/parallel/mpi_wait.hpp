#pragma once

#include "mpi_communicator.hpp"
#include "polite_wait.hpp"

namespace exahca {

/// Waits for a request without spinning.
inline void wait_politely(MPI_Request& request)
{
    PoliteWait wait;
    for (;;) {
        int complete = 0;
        check_mpi(MPI_Test(&request, &complete, MPI_STATUS_IGNORE), "MPI_Test");
        if (complete) return;
        wait.pause();
    }
}

} // namespace exahca
