// Lets one MPI call of one rank fail: loaded before the MPI library (LD_PRELOAD), it counts the calls that this program
// makes, and returns an error for the one that is asked for, once, without making it.
//
//   EXAHCA_FAIL_MPI   "1:7": the seventh call of rank 1
//   EXAHCA_COUNT_MPI  a folder: at the end each rank writes there a file of its number that holds its number of calls

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <mpi.h>

namespace {

std::atomic<long> calls{0};

int rank()
{
    char const* const own = std::getenv("OMPI_COMM_WORLD_RANK"); // known before MPI is
    return own == nullptr ? 0 : std::atoi(own);
}

bool fails()
{
    long const number = ++calls;
    static char const* const asked = std::getenv("EXAHCA_FAIL_MPI");
    int which = -1;
    long wanted = -1;
    return asked != nullptr && std::sscanf(asked, "%d:%ld", &which, &wanted) == 2 && which == rank() &&
           wanted == number;
}

struct Report
{
    ~Report()
    {
        char const* const folder = std::getenv("EXAHCA_COUNT_MPI");
        if (folder == nullptr) return;
        std::array<char, 4096> name{};
        std::snprintf(name.data(), name.size(), "%s/%d", folder, rank());
        if (auto* const file = std::fopen(name.data(), "w")) {
            std::fprintf(file, "%ld\n", calls.load());
            std::fclose(file);
        }
    }
} const report;

} // namespace

// A macro, since each call has its own signature.
#define EXAHCA_FAILING(name, parameters, arguments)                                                                    \
    extern "C" int MPI_##name parameters { return fails() ? MPI_ERR_OTHER : PMPI_##name arguments; }

EXAHCA_FAILING(Bcast, (void* data, int n, MPI_Datatype type, int root, MPI_Comm comm), (data, n, type, root, comm))
EXAHCA_FAILING(Comm_dup, (MPI_Comm comm, MPI_Comm* copy), (comm, copy))
EXAHCA_FAILING(Comm_split, (MPI_Comm comm, int color, int key, MPI_Comm* part), (comm, color, key, part))
EXAHCA_FAILING(Comm_split_type, (MPI_Comm comm, int type, int key, MPI_Info info, MPI_Comm* part),
               (comm, type, key, info, part))
EXAHCA_FAILING(Iallreduce,
               (void const* in, void* out, int n, MPI_Datatype type, MPI_Op op, MPI_Comm comm, MPI_Request* request),
               (in, out, n, type, op, comm, request))
EXAHCA_FAILING(Ibarrier, (MPI_Comm comm, MPI_Request* request), (comm, request))
EXAHCA_FAILING(Ibcast, (void* data, int n, MPI_Datatype type, int root, MPI_Comm comm, MPI_Request* request),
               (data, n, type, root, comm, request))
EXAHCA_FAILING(Igather,
               (void const* in, int n, MPI_Datatype type, void* out, int m, MPI_Datatype out_type, int root,
                MPI_Comm comm, MPI_Request* request),
               (in, n, type, out, m, out_type, root, comm, request))
EXAHCA_FAILING(Igatherv,
               (void const* in, int n, MPI_Datatype type, void* out, int const* counts, int const* places,
                MPI_Datatype out_type, int root, MPI_Comm comm, MPI_Request* request),
               (in, n, type, out, counts, places, out_type, root, comm, request))
EXAHCA_FAILING(Improbe, (int source, int tag, MPI_Comm comm, int* flag, MPI_Message* message, MPI_Status* status),
               (source, tag, comm, flag, message, status))
EXAHCA_FAILING(Imrecv, (void* data, int n, MPI_Datatype type, MPI_Message* message, MPI_Request* request),
               (data, n, type, message, request))
EXAHCA_FAILING(Isend,
               (void const* data, int n, MPI_Datatype type, int to, int tag, MPI_Comm comm, MPI_Request* request),
               (data, n, type, to, tag, comm, request))
EXAHCA_FAILING(Test, (MPI_Request * request, int* flag, MPI_Status* status), (request, flag, status))
