#include "exahca/parallel/session.hpp"

#include "mpi_communicator.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <thread>
#include <utility>

#ifdef EXAHCA_SANITIZE
#include <sanitizer/lsan_interface.h>

// Ranks report no leaks: what Open MPI's plugins take at the start and keep cannot be told from what we take, for they
// are unloaded by then. The same code leaks nothing where the program runs alone.
extern "C" __attribute__((visibility("default"))) int __lsan_is_turned_off()
{
    int started = 0;
    MPI_Initialized(&started);
    return started;
}
#endif

namespace exahca {
namespace {

/// Open MPI gives its time slice away at every look for messages when it believes the cores to be overbooked. We sleep
/// between looks anyway, and on busy cores the lost slices cost a third of the throughput and more
/// (docs/performance.md). With many ranks per core they are the lesser evil: starting and ending spin inside the
/// library. The user's word counts.
void keep_time_slices(EnvironmentLookup const& environment)
{
    auto const ranks = std::atoi(environment("OMPI_COMM_WORLD_LOCAL_SIZE").value_or("1").c_str());
    auto const cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
    if (ranks <= 2 * cores) ::setenv("OMPI_MCA_mpi_yield_when_idle", "0", 0);
}

/// One thread at a time calls MPI: the main thread, and the one that says that this rank is there. Others compute.
void start_mpi(int* argc, char*** argv, EnvironmentLookup const& environment)
{
    keep_time_slices(environment);
    int provided = MPI_THREAD_SINGLE;
    check_mpi(MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &provided), "MPI_Init_thread");
    check_mpi(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
    if (provided < MPI_THREAD_SERIALIZED)
        throw CommunicationError("this MPI library does not allow programs with threads");
}

/// Ends the process in so many seconds, unless it has ended by itself by then.
void end_after(double seconds, int status, int rank)
{
    std::thread([=] {
        std::this_thread::sleep_for(std::chrono::duration<double>(seconds));
        if (rank == 0) fmt::print(stderr, "exahca: other ranks do not end: they are not waited for, all is saved\n");
        std::fflush(nullptr);
        std::_Exit(status);
    }).detach();
}

} // namespace

Session::Session(int* argc, char*** argv, SessionOptions const& options, EnvironmentLookup const& environment)
    : launch_(detect_launch(environment)), closing_seconds_(options.closing_seconds),
      exceptions_at_start_(std::uncaught_exceptions())
{
    if (launch_ == LaunchKind::alone) {
        communicator_ = make_serial_communicator();
        return;
    }
    start_mpi(argc, argv, environment);
    auto communicator = std::make_unique<MpiCommunicator>(options.ranks_per_node, options.presence);
    try {
        check_launched_size(environment, communicator->size());
    } catch (...) {
        communicator->close(); // this process is alone: nobody to wait for
        check_mpi(MPI_Finalize(), "MPI_Finalize");
        throw;
    }
    communicator_ = std::move(communicator);
}

Session::~Session()
{
    // MPI is not finalised while an exception unwinds on this rank: the others would not follow, and it would wait for
    // them.
    if (std::uncaught_exceptions() > exceptions_at_start_) return;
    try {
        close();
    } catch (std::exception const& error) {
        fmt::print(stderr, "exahca: {}\n", error.what());
        if (communicator_) communicator_->abort(1);
    }
}

void Session::close(int status)
{
    if (auto* const communicator = dynamic_cast<MpiCommunicator*>(communicator_.get())) {
        end_after(closing_seconds_, status, communicator->rank());
        communicator->close();
        communicator_.reset();
        check_mpi(MPI_Finalize(), "MPI_Finalize");
    }
    communicator_.reset();
}

std::string Session::library() const
{
    if (launch_ == LaunchKind::alone) return "none";
    std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
    int length = 0;
    check_mpi(MPI_Get_library_version(text.data(), &length), "MPI_Get_library_version");
    std::string name(text.data(), static_cast<std::size_t>(length));
    return name.substr(0, name.find_first_of(",\n"));
}

} // namespace exahca
