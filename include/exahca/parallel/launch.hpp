#pragma once

#include <functional>
#include <optional>
#include <string>

namespace exahca {

/// Looks up an environment variable; nothing where it is not set.
using EnvironmentLookup = std::function<std::optional<std::string>(char const*)>;

/// The environment of this process.
[[nodiscard]] EnvironmentLookup process_environment();

/// How this process was started, as far as the environment tells before MPI is asked.
enum class LaunchKind {
    alone, ///< no launcher: one rank, MPI stays out of it
    mpi,   ///< by mpirun or by srun with a PMI: MPI knows the other ranks
};

/// Decides whether MPI is to be started. Never communicates.
///
/// A program that runs plainly inside a batch script (SLURM_NTASKS=64, but no step of several tasks) is alone, and
/// rightly so.
/// \throws UsageError  for a step of several tasks whose launcher gives MPI no way to find the others (srun without
/// PMIx)
[[nodiscard]] LaunchKind detect_launch(EnvironmentLookup const& environment);

/// Compares what the launcher announced with what MPI found.
/// \throws UsageError  when the launcher started several processes and every one of them believes it is alone
void check_launched_size(EnvironmentLookup const& environment, int mpi_size);

/// Position of this process among those started with it, by the launcher's variables alone; 0 where unknown. For
/// reporting a wrong launch once, not once per process.
[[nodiscard]] int announced_rank(EnvironmentLookup const& environment);

/// Whether a launcher or batch system stands between the program and the user's terminal: no progress bar then.
[[nodiscard]] bool under_launcher(EnvironmentLookup const& environment);

} // namespace exahca
