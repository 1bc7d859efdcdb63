#include "exahca/parallel/launch.hpp"

#include "exahca/core/error.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fmt/format.h>
#include <span>

namespace exahca {
namespace {

// Set by mpirun of Open MPI, by srun --mpi=pmix, by mpiexec of MPICH and by srun --mpi=pmi2, in this order.
constexpr std::array mpi_variables{"OMPI_COMM_WORLD_SIZE", "PMIX_RANK", "PMI_RANK", "PMI_FD"};

bool any_set(EnvironmentLookup const& environment, std::span<char const* const> names)
{
    return std::any_of(names.begin(), names.end(), [&](char const* name) { return environment(name).has_value(); });
}

std::optional<int> number(EnvironmentLookup const& environment, char const* name)
{
    auto const text = environment(name);
    if (!text) return std::nullopt;
    int value = 0;
    auto const* const end = text->data() + text->size();
    auto const [last, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc{} || last != end) return std::nullopt;
    return value;
}

/// Tasks of the Slurm step this process belongs to. Batch scripts and shells of an allocation are no such step.
int step_tasks(EnvironmentLookup const& environment)
{
    if (!environment("SLURM_STEP_ID")) return 1;
    return number(environment, "SLURM_STEP_NUM_TASKS").value_or(1);
}

[[noreturn]] void refuse(std::string const& announced)
{
    throw UsageError("every process believes it is alone", fmt::format("{}, MPI size 1", announced),
                     "start with srun --mpi=pmix, or mpirun");
}

} // namespace

EnvironmentLookup process_environment()
{
    return [](char const* name) -> std::optional<std::string> {
        char const* const value = std::getenv(name);
        return value ? std::optional<std::string>(value) : std::nullopt;
    };
}

LaunchKind detect_launch(EnvironmentLookup const& environment)
{
    if (any_set(environment, mpi_variables)) return LaunchKind::mpi;
    if (int const tasks = step_tasks(environment); tasks > 1) refuse(fmt::format("SLURM_NTASKS={}", tasks));
    return LaunchKind::alone;
}

void check_launched_size(EnvironmentLookup const& environment, int mpi_size)
{
    if (mpi_size > 1) return;
    // Open MPI's own launcher is believed: what it starts on other nodes are Slurm steps of several daemons.
    if (environment("OMPI_COMM_WORLD_SIZE")) return;
    if (int const size = number(environment, "PMI_SIZE").value_or(1); size > 1)
        refuse(fmt::format("PMI_SIZE={}", size));
    if (int const tasks = step_tasks(environment); tasks > 1) refuse(fmt::format("SLURM_NTASKS={}", tasks));
}

int announced_rank(EnvironmentLookup const& environment)
{
    for (char const* name : {"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"})
        if (auto const rank = number(environment, name)) return *rank;
    if (environment("SLURM_STEP_ID")) return number(environment, "SLURM_PROCID").value_or(0);
    return 0;
}

bool under_launcher(EnvironmentLookup const& environment)
{
    return any_set(environment, mpi_variables) || environment("SLURM_JOB_ID") || environment("PBS_JOBID");
}

} // namespace exahca
