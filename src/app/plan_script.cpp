#include "plan_script.hpp"

#include "shell_words.hpp"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace exahca {
namespace {

constexpr double longest_limit = 86400;

/// Slurm's days-hours:minutes:seconds.
std::string slurm_time(double seconds)
{
    auto const whole = static_cast<std::int64_t>(seconds);
    auto const days = whole / 86400, hours = whole / 3600 % 24, minutes = whole / 60 % 60;
    return days > 0 ? fmt::format("{}-{:02}:{:02}:00", days, hours, minutes)
                    : fmt::format("{:02}:{:02}:00", hours, minutes);
}

} // namespace

double time_limit_seconds(double wall_seconds)
{
    double const wished = 300 * std::ceil((1.2 * wall_seconds + 600) / 300);
    return std::isfinite(wished) ? std::min(wished, longest_limit) : longest_limit;
}

std::string batch_script(BatchJob const& job)
{
    auto const tasks = job.nodes > 1 ? fmt::format("--nodes={}\n#SBATCH --ntasks-per-node={}", job.nodes,
                                                   (job.ranks + job.nodes - 1) / job.nodes)
                                     : fmt::format("--nodes=1\n#SBATCH --ntasks={}", job.ranks);
    auto script = fmt::format(R"(#!/usr/bin/env bash
# Written by exahca plan. Submit it with sbatch; resources given to sbatch win over those below. It saves before the time
# limit, queues itself again, and goes on where it stopped; submitted again after the end it computes nothing.
# shellcheck disable=SC2034,SC2016,SC1003,SC1112
#SBATCH --job-name=exahca
#SBATCH {}
#SBATCH --cpus-per-task=1
#SBATCH --time={}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output=exahca-%j.log
# Five minutes before the time limit this script, and it alone, gets USR1; it passes it on.
#SBATCH --signal=B:USR1@300
# A node needs about so much memory. Where the default is less, take away one of the two #.
##SBATCH --mem={}M
set -euo pipefail
cd -- {}
if [ -z "${{EXAHCA:-}}" ]; then EXAHCA={}; fi
)",
                              tasks, slurm_time(job.limit_seconds), job.node_bytes / 1'000'000 + 1,
                              shell_word(job.folder), shell_word(job.program));
    script += batch_functions();
    script += fmt::format("\nsearch_and_requeue {}\n", shell_line(job.words));
    return script;
}

} // namespace exahca
