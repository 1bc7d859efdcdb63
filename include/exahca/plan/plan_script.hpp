#pragma once

#include <span>
#include <string>
#include <string_view>

namespace exahca {

/// What a script is for.
enum class ScriptKind {
    slurm,       ///< one job
    slurm_array, ///< one search in parts: the script submits an array and a job that merges
    mpirun,      ///< machines without a scheduler, named in a host file
};

/// What a batch script asks the scheduler for, and what it runs.
struct BatchJob
{
    int nodes = 1;
    int ranks = 1;
    double limit_seconds = 3600;
    std::int64_t node_bytes = 0;        ///< memory of the node that needs most
    std::string folder;                 ///< where the words were typed: file names in them start there
    std::string program;                ///< this program's own path
    std::span<std::string const> words; ///< of `exahca search`, without the command's name
    int parts = 1;                      ///< slurm_array: elements of the array
    std::string output;                 ///< slurm_array: the results file, which is not among the words
};

/// Functions of jobs/cluster/search_job.sh and slurm_job.sh as text: launching, passing signals on, requeueing.
[[nodiscard]] std::string_view batch_functions();

/// Time limit for a run of at most so many seconds: a fifth and ten minutes more, in whole five minutes; at most a day,
/// because a run that needs longer is queued again and goes on.
[[nodiscard]] double time_limit_seconds(double wall_seconds);

/// A script that stands for itself: it needs this program and Slurm (mpirun), no other file. For slurm it is given to
/// sbatch, otherwise to bash.
[[nodiscard]] std::string batch_script(ScriptKind kind, BatchJob const& job);

} // namespace exahca
