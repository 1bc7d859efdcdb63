#!/usr/bin/env bash
# jobs/fault_campaign.sh [TRIALS [SEED]]   kills searches at random and sees whether anything is lost
#
# Each trial starts a search on 1 to 4 ranks, kills rank 0, another rank or mpirun without warning (SIGKILL) at a random
# moment, goes on with --resume on another number of ranks, sometimes killing that too, and compares the result with that
# of an undisturbed run, bit by bit. 100 trials by default; the seed decides ranks, victims and moments.
#
# EXAHCA         program (default build/release/exahca of this checkout)
# EXAHCA_OUTPUT  folder to work in (default a temporary one, removed at the end)
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in -h | --help) sed -n '2,9s/^# \?//p' "$0"; exit 0 ;; esac
trials=${1:-100}
RANDOM=${2:-1}
program=${EXAHCA:-$exahca}
[ -x "$program" ] || fail "no program $program: run jobs/setup.sh, or set EXAHCA"
command -v mpirun >/dev/null || fail "mpirun is not installed: apt-get install openmpi-bin"
local_mpi_settings
export OMPI_MCA_mpi_yield_when_idle=1

if [ -n "${EXAHCA_OUTPUT:-}" ]; then
    folder=$EXAHCA_OUTPUT
    mkdir -p "$folder"
else
    folder=$(mktemp -d)
    trap 'rm -rf "$folder"' EXIT
fi
cd "$folder"

search=("$program" search scores.h5 --min-models 80 --factors 2 --estimator joint --density sas --orders 3
    --bootstrap 80 --snapshot-interval 0.2s --quiet)

# now: milliseconds.
now() { echo $(($(date +%s%N) / 1000000)); }
# draw LOW HIGH: a whole number between them.
draw() { echo $(($1 + (RANDOM * 32768 + RANDOM) % ($2 - $1 + 1))); }

# The process of one rank of the mpirun $1, by the rank that its environment names.
process_of_rank() {
    local pid
    for pid in $(pgrep -P "$1" || true); do
        if tr '\0' '\n' <"/proc/$pid/environ" 2>/dev/null | grep -qx "OMPI_COMM_WORLD_RANK=$2"; then echo "$pid"; return; fi
    done
}

# Waits for the mpirun $1. Its ranks gone, it may wait for ever at its own end (PMIx_server_finalize); two minutes are
# longer than any run here takes.
wait_for_launcher() {
    local end=$((SECONDS + 120))
    while kill -0 "$1" 2>/dev/null && [ "$SECONDS" -lt "$end" ]; do sleep 0.05; done
    kill -KILL "$1" 2>/dev/null || true
    { wait "$1"; } 2>/dev/null || true
}

# kill_at_random RANKS VICTIM DELAY: starts or continues the search and kills. VICTIM is a rank, or "mpirun". Sets lost to
# the milliseconds of work that were not yet saved, nothing when the run ended first.
kill_at_random() {
    local ranks=$1 victim=$2 delay=$3 start launcher pid saved
    lost='' start=$(now)
    mpirun -n "$ranks" "${search[@]}" -o results.h5 --resume >>run.log 2>&1 &
    launcher=$!
    sleep "$(printf '%d.%03d' $((delay / 1000)) $((delay % 1000)))"
    if [ "$victim" = mpirun ]; then pid=$launcher; else pid=$(process_of_rank "$launcher" "$victim"); fi
    if [ -n "$pid" ] && kill -KILL "$pid" 2>/dev/null; then
        saved=$start
        if [ -s results.h5 ]; then saved=$(($(stat -c %.3Y results.h5 | tr -d .))); fi
        if [ "$saved" -lt "$start" ]; then saved=$start; fi
        lost=$(($(now) - saved))
    fi
    wait_for_launcher "$launcher"
}

# finish RANKS: continues until the results are complete; ranks of a killed mpirun may still be ending.
finish() {
    local status end=$((SECONDS + 60))
    while :; do
        status=0
        timeout --kill-after=5 120 mpirun -n "$1" "${search[@]}" -o results.h5 --resume >last.log 2>&1 || status=$?
        cat last.log >>run.log
        if [ "$status" -eq 0 ]; then return 0; fi
        if [ "$status" -eq 124 ]; then continue; fi # a launcher that hung: what it has done is in the file
        if ! grep -q 'another run' last.log || [ "$SECONDS" -ge "$end" ]; then cat last.log >&2; return 1; fi
        sleep 0.2
    done
}

"$program" simulate -o scores.h5 --factors 2 --sizes 120,100,90 --seed 4 >/dev/null
start=$(now)
"${search[@]}" -o reference.h5 >/dev/null
duration=$(($(now) - start))
echo "reference: $duration ms on one rank; $trials trials, seed ${2:-1}"

killed=0 kills_of_mpirun=0 longest=0 restored=0
for ((trial = 1; trial <= trials; ++trial)); do
    rm -f results.h5*
    : >run.log
    rounds=$(draw 1 2)
    for ((round = 0; round < rounds; ++round)); do
        ranks=$(draw 1 4)
        victim=$(draw 0 "$ranks")
        if [ "$victim" -eq "$ranks" ]; then victim=mpirun; fi
        kill_at_random "$ranks" "$victim" "$(draw 300 $((duration / 2 + 600)))"
        if [ -n "$lost" ]; then
            killed=$((killed + 1))
            if [ "$victim" = mpirun ]; then kills_of_mpirun=$((kills_of_mpirun + 1)); fi
            if [ "$lost" -gt "$longest" ]; then longest=$lost; fi
        fi
    done
    after=$(draw 1 4)
    finish "$after" || fail "trial $trial could not be resumed on $after ranks: see $folder (EXAHCA_OUTPUT keeps it)"
    if grep -q 'tasks are known from' last.log; then restored=$((restored + 1)); fi
    if ! "$program" compare reference.h5 results.h5 >compare.log; then
        cat run.log compare.log >&2
        fail "trial $trial: the results differ from those of an undisturbed run"
    fi
done
[ "$killed" -gt 0 ] || fail "every run ended before it was killed: nothing was tested"
echo "$trials trials: $killed kills ($kills_of_mpirun of mpirun), $restored runs went on from a snapshot, all results equal"
echo "work not yet saved when killed: at most $longest ms, start of the ranks included"
