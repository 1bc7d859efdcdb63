#!/usr/bin/env bash
# The Slurm scripts under a real Slurm of one machine: a run that is warned of its time limit is requeued and goes on, is
# cancelled and goes on in another job, and ends with the results of an undisturbed run. The script that `exahca plan`
# writes runs to the same end.
#
# Needs root, Slurm's and munge's programs and the script that starts them (reference folder); skipped (77) without.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
exahca=$EXAHCA_BUILD_DIR/exahca
slurm=$EXAHCA_REFERENCE_DIR/tools/mini-slurm.sh

[ -x "$slurm" ] || skip "no script that starts a Slurm (EXAHCA_REFERENCE_DIR)"
[ "$(id -u)" -eq 0 ] || skip "not root"
for program in slurmctld slurmd munged sbatch mpirun; do command -v "$program" >/dev/null || skip "$program is not installed"; done
if sinfo >/dev/null 2>&1; then skip "a Slurm is running here already"; fi

folder=$(mktemp -d)
chmod 755 "$folder"
export OMPI_MCA_mpi_yield_when_idle=1 OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_rmaps_base_oversubscribe=1
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 EXAHCA_HOME=$top EXAHCA=$exahca
finish() {
    local status=$?
    if [ "$status" -ne 0 ]; then tail -n 40 "$folder"/*.log "$folder/slurm.out" 2>/dev/null || true; fi
    "$slurm" stop "$folder/slurm" >/dev/null 2>&1 || true
    for _ in 1 2 3 4 5; do
        if rm -rf "$folder" 2>/dev/null; then break; fi
        sleep 1
    done
}
trap finish EXIT
"$slurm" start "$folder/slurm" >"$folder/slurm.out" 2>&1
cd "$folder"

logged() { [ -f "$log" ] && [ "$(grep -c -- "$1" "$log")" -ge "$2" ]; }
queued_again() { [ "$(squeue -h -j "$job" -o '%T' 2>/dev/null)" = PENDING ]; }
over() { [ -z "$(squeue -h -j "$job" -o '%T' 2>/dev/null)" ]; }
held() { [ -e held-0 ]; }
ranks_ended() { ! pgrep -f "$held search scores.h5 -o results.h5" >/dev/null; }

# A program that waits for a signal once it has saved: however fast the machine, it is not over before.
held=$EXAHCA_BUILD_DIR/tests/app_held_program
options=(--estimator published --bootstrap 300 --snapshot-interval 0s --quiet)
submit() { job=$(EXAHCA=$1 sbatch --parsable --ntasks=2 "$top/jobs/cluster/single_node.slurm" scores.h5 results.h5 "${options[@]}"); log=exahca-$job.log; }

"$exahca" simulate -o scores.h5 --seed 3

submit "$held"
wait_until 240 held
rm held-0
scancel --batch --signal=USR1 "$job"
wait_until 60 logged 'status 75' 1
wait_until 60 queued_again
echo "warned: saved and queued again"

# Slurm lets a requeued job wait for two minutes. A job that starts within the second in which it was killed is refused by
# the node, whose credential for it is revoked until then, and ends as failed: give the node time, then ask for a start
# until there is one, for Slurm may set the waiting time after the job is pending.
sleep 4
hurried() {
    if logged 'held_program search' 2; then return 0; fi
    if over; then echo "the requeued job $job ended without starting" >&2; scontrol show job "$job" >&2; exit 1; fi
    scontrol update jobid="$job" starttime=now || true
    sleep 1
    return 1
}
wait_until 200 hurried
wait_until 240 held
scancel "$job"
wait_until 120 over
wait_until 60 ranks_ended # Slurm calls a job over that mpirun has left, seconds before its ranks have
"$exahca" show results.h5 >/dev/null
echo "cancelled: the snapshot is sound"

submit "$exahca"
wait_until 600 over
# A few resamples fail by themselves: status 5 is as good as 0 here.
wait_until 10 logged 'status [05]$' 1
echo "submitted again: finished"

mpirun -n 2 "$exahca" search scores.h5 -o undisturbed.h5 "${options[@]}" || [ $? -eq 5 ]
"$exahca" compare undisturbed.h5 results.h5

# The script carries all it needs: no variable of this test, another folder, and the requested ranks.
"$exahca" plan scores.h5 -o planned.h5 "${options[@]}" --ranks 2 --script planned.slurm --pilot-seconds 1 >plan.txt
log=$folder/exahca-planned.log
job=$(cd / && env -u EXAHCA_HOME -u EXAHCA sbatch --parsable --output="$log" "$folder/planned.slurm")
wait_until 600 over
wait_until 10 logged 'status [05]$' 1
"$exahca" compare undisturbed.h5 planned.h5
if command -v h5dump >/dev/null; then
    h5dump -y -a /provenance/ranks planned.h5 | grep -qx ' *2' || { echo "planned for 2 ranks, run on others" >&2; exit 1; }
fi
echo "planned: finished, the same results"

# In parts: an array, and the job that merges behind it.
"$exahca" plan scores.h5 -o joined.h5 "${options[@]}" --ranks 1 --for slurm-array --parts 2 --script parts.sh --pilot-seconds 1 >plan.txt
echo "another search" >joined-part1.finished # must not count
bash parts.sh >submitted.txt
job=$(sed -n 's/^parts 1,2: job //p' submitted.txt)
joined() { [ -f joined.h5 ]; }
wait_until 600 joined
wait_until 60 over
"$exahca" compare undisturbed.h5 joined.h5
echo "in parts: finished, the same results"
