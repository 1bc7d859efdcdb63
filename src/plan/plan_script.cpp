#include "exahca/plan/plan_script.hpp"

#include "exahca/core/shell_words.hpp"

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

/// The lines for Slurm, and those that every script begins its work with.
std::string slurm_head(BatchJob const& job, std::string_view log)
{
    auto const tasks = job.nodes > 1 ? fmt::format("--nodes={}\n#SBATCH --ntasks-per-node={}", job.nodes,
                                                   (job.ranks + job.nodes - 1) / job.nodes)
                                     : fmt::format("--nodes=1\n#SBATCH --ntasks={}", job.ranks);
    return fmt::format(R"(# shellcheck disable=SC2034,SC2016,SC1003,SC1112
#SBATCH --job-name=exahca
#SBATCH {}
#SBATCH --cpus-per-task=1
#SBATCH --time={}
#SBATCH --requeue
#SBATCH --open-mode=append
#SBATCH --output={}
# Five minutes before the time limit this script, and it alone, gets USR1; it passes it on.
#SBATCH --signal=B:USR1@300
# A node needs about so much memory. Where the default is less, take away one of the two #.
##SBATCH --mem={}M
)",
                       tasks, slurm_time(job.limit_seconds), log, job.node_bytes / 1'000'000 + 1);
}

std::string start(BatchJob const& job)
{
    return fmt::format("set -euo pipefail\ncd -- {}\nif [ -z \"${{EXAHCA:-}}\" ]; then EXAHCA={}; fi\n",
                       shell_word(job.folder), shell_word(job.program));
}

std::string slurm_script(BatchJob const& job)
{
    std::string script = R"(#!/usr/bin/env bash
# Written by exahca plan. Submit it with sbatch; resources given to sbatch win over those below. It saves before the time
# limit, queues itself again, and goes on where it stopped; submitted again after the end it computes nothing.
)";
    script += slurm_head(job, "exahca-%j.log") + start(job) + std::string(batch_functions());
    script += fmt::format("\nsearch_and_requeue {}\n", shell_line(job.words));
    return script;
}

/// Three scripts in one: bash submits it, elements of the array compute parts, and the job behind them merges.
std::string array_script(BatchJob const& job)
{
    auto const stem = job.output.ends_with(".h5") ? job.output.substr(0, job.output.size() - 3) : job.output;
    std::string script = R"(#!/usr/bin/env bash
# Written by exahca plan. Run it with bash where jobs are submitted: it submits an array of parts, and a job that merges
# them when all have ended. Parts save before their time limit, queue again, and go on where they stopped. Parts that
# failed are submitted again by the job that merges, EXAHCA_TRIES times (2) in all; run by hand again, the script
# submits what is not finished yet. Words for this script are given to sbatch (--partition=...) and win over those below.
)";
    script += slurm_head(job, "%x-%A_%a.log");
    // Jobs run a copy of the script: the file itself is needed to submit parts again.
    script +=
        "if [ -z \"${EXAHCA_SCRIPT:-}\" ]; then EXAHCA_SCRIPT=$(realpath -- \"${BASH_SOURCE[0]}\"); fi\n" + start(job);
    script += fmt::format("parts={}\noutput={}\nstem={}\nwords=({})\n", job.parts, shell_word(job.output),
                          shell_word(stem), shell_line(job.words));
    script += std::string(batch_functions());
    script += R"script(
# A part is finished when its search has ended with complete results, be it with failed tasks in them (status 5). What it
# was asked is kept with it: an earlier search of another kind does not count.
asked() { printf '%s\n' "$parts parts:" "${words[@]}"; }
is_finished() { [ -f "$stem-part$1.h5" ] && asked | cmp -s - "$stem-part$1.finished"; }
unfinished() {
    local part list=''
    for ((part = 1; part <= parts; part++)); do
        if ! is_finished "$part"; then list+=${list:+,}$part; fi
    done
    echo "$list"
}

# submit PARTS WORDS_FOR_SBATCH...
submit() {
    local list=$1 array='' merge behind=()
    shift
    if [ -n "$list" ]; then
        array=$(EXAHCA_STEP=part sbatch --parsable --export=ALL --job-name=exahca-part --array="$list" "$@" "$EXAHCA_SCRIPT")
        array=${array%%;*}
        behind=(--dependency="afterany:$array")
        echo "parts $list: job $array"
    fi
    merge=$(EXAHCA_STEP=merge sbatch --parsable --export=ALL --job-name=exahca-merge --output=%x-%j.log "${behind[@]}" "$@" \
        --nodes=1 --ntasks=1 --ntasks-per-node=1 "$EXAHCA_SCRIPT")
    merge=${merge%%;*}
    echo "merging into $output, behind them: job $merge. To end all of it: scancel ${array:-} $merge"
}

case ${EXAHCA_STEP:-submit} in
submit)
    if [ -e "$output" ]; then echo "exahca: $output exists: move it away to compute it again" >&2; exit 2; fi
    export EXAHCA EXAHCA_SCRIPT EXAHCA_TRY=1
    export EXAHCA_SBATCH="${*@Q}"
    submit "$(unfinished)" "$@"
    ;;
part)
    part=$SLURM_ARRAY_TASK_ID
    rm -f "$stem-part$part.finished"
    # search_and_requeue ends this script with the status of the search.
    trap 'case $? in 0 | 5) asked >"$stem-part$part.finished" ;; esac' EXIT
    search_and_requeue "${words[@]}" -o "$stem-part$part.h5" --part "$part/$parts"
    ;;
merge)
    find_program
    list=$(unfinished)
    if [ -n "$list" ]; then
        if [ "$EXAHCA_TRY" -lt "${EXAHCA_TRIES:-2}" ]; then
            export EXAHCA_TRY=$((EXAHCA_TRY + 1))
            more=()
            eval "more=($EXAHCA_SBATCH)"
            echo "parts $list have not finished: submitted again"
            submit "$list" "${more[@]}"
            exit 0
        fi
        echo "exahca: parts $list have not finished: see their logs, then run bash $EXAHCA_SCRIPT again" >&2
        exit 1
    fi
    files=()
    for ((part = 1; part <= parts; part++)); do files+=("$stem-part$part.h5"); done
    exec "$EXAHCA" merge "${files[@]}" -o "$output"
    ;;
esac
)script";
    return script;
}

std::string host_file_script(BatchJob const& job)
{
    return fmt::format(R"(#!/usr/bin/env bash
# Written by exahca plan. Run it with bash on one of the machines that a host file names, one a line with its number of
# ranks ("node1 slots=16"); the file is given as the first word ("hosts" without). All machines need this folder and this
# program under the same names, and ssh between them without a password. It goes on where an earlier run stopped; Ctrl-C
# saves.
{}hosts=${{1:-hosts}}
if ! [ -f "$hosts" ]; then echo "exahca: no host file $hosts: write one line for each machine, such as node1 slots=16" >&2; exit 2; fi
exec mpirun --hostfile "$hosts" -n {} "$EXAHCA" search {} --resume
)",
                       start(job), job.ranks, shell_line(job.words));
}

} // namespace

double time_limit_seconds(double wall_seconds)
{
    double const wished = 300 * std::ceil((1.2 * wall_seconds + 600) / 300);
    return std::isfinite(wished) ? std::min(wished, longest_limit) : longest_limit;
}

std::string batch_script(ScriptKind kind, BatchJob const& job)
{
    switch (kind) {
    case ScriptKind::slurm:
        return slurm_script(job);
    case ScriptKind::slurm_array:
        return array_script(job);
    case ScriptKind::mpirun:
        break;
    }
    return host_file_script(job);
}

} // namespace exahca
