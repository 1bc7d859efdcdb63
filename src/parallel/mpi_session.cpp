#include "exahca/parallel/session.hpp"

#include "mpi_communicator.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <utility>

namespace exahca {
namespace {

/// Only the main thread calls MPI; others compute.
void start_mpi(int* argc, char*** argv)
{
    // Open MPI gives its time slice away at every look for messages when it believes the cores to be overbooked; we
    // sleep between looks anyway, and on busy machines the lost slices cost a third of the throughput. The user's word
    // counts.
    ::setenv("OMPI_MCA_mpi_yield_when_idle", "0", 0);
    int provided = MPI_THREAD_SINGLE;
    check_mpi(MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided), "MPI_Init_thread");
    check_mpi(MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN), "MPI_Comm_set_errhandler");
    if (provided < MPI_THREAD_FUNNELED)
        throw CommunicationError("this MPI library does not allow programs with threads");
}

} // namespace

Session::Session(int* argc, char*** argv, SessionOptions const& options, EnvironmentLookup const& environment)
    : launch_(detect_launch(environment)), exceptions_at_start_(std::uncaught_exceptions())
{
    if (launch_ == LaunchKind::alone) {
        communicator_ = make_serial_communicator();
        return;
    }
    start_mpi(argc, argv);
    auto communicator = std::make_unique<MpiCommunicator>(options.ranks_per_node);
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
    if (std::uncaught_exceptions() > exceptions_at_start_) return;
    try {
        close();
    } catch (std::exception const& error) {
        fmt::print(stderr, "exahca: {}\n", error.what());
        if (communicator_) communicator_->abort(1);
    }
}

void Session::close()
{
    if (auto* const communicator = dynamic_cast<MpiCommunicator*>(communicator_.get())) {
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
