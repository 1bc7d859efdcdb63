#!/usr/bin/env bash
# jobs/accuracy_study.sh [--scores FILE.csv] [--count N] [--cells "a b c"] [--processes N] [--out FOLDER]
#
# How often do the two estimators find the true flag? Simulates N data sets (default 60) of every cell of docs/accuracy.md,
# runs `published` and `joint` on the same data, and writes FOLDER/accuracy.md and FOLDER/accuracy.h5 (default folder:
# build/accuracy). Cells whose sources come from a real leaderboard need --scores; without it only the parametric cells run.
#
# --cells lists cell:density, for example "base:mog3 m4:sas". Minutes on a laptop. Runs can be stopped and started again: data sets
# that are in FOLDER already are not computed again.
#
# Under Slurm as an array (sbatch --array=1-20 jobs/accuracy_study.sh --count 400 ...) task i of n computes its share of
# the data sets with one process; run the script once more outside Slurm with the same options for the summary.
set -euo pipefail
# Slurm runs a copy of this file from its spool; the folder that sbatch was called in is the checkout.
here=$(dirname "${BASH_SOURCE[0]}")
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then here=$SLURM_SUBMIT_DIR/jobs; fi
# shellcheck source=lib.sh
source "$here/lib.sh"

scores=
count=60
cells=
processes=$(nproc)
out=$top/build/accuracy
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) sed -n '2,14s/^# \?//p' "$0"; exit 0 ;;
    --scores) scores=${2:?--scores needs a file}; shift ;;
    --count) count=${2:?--count needs a number}; shift ;;
    --cells) cells=${2:?--cells needs a list}; shift ;;
    --processes) processes=${2:?--processes needs a number}; shift ;;
    --out) out=${2:?--out needs a folder}; shift ;;
    *) fail "unknown argument $1: see jobs/accuracy_study.sh --help" ;;
    esac
    shift
done
if [ -z "$cells" ]; then
    cells="parametric:sas"
    if [ -n "$scores" ]; then
        cells="base:mog3 isotropic:mog3 contaminated:mog3 contaminated-screened:mog3 k8:sas m4:sas parametric:sas"
    fi
fi

study=$top/build/release/accuracy_study
build_study accuracy_study
mkdir -p "$out"

# run_share FIRST STEP: data sets FIRST, FIRST + STEP, ... of every cell that are not there yet.
run_share() {
    local first=$1 step=$2 seed cell rows arguments
    rows=$out/rows-$first-of-$step.csv
    touch "$rows"
    for ((seed = first; seed <= count; seed += step)); do
        for cell in $cells; do
            if grep -qs "^${cell%%:*},${cell##*:},$seed,joint," "$out"/rows-*.csv; then continue; fi
            arguments=(run --cell "${cell%%:*}" --density "${cell##*:}" --first "$seed" --count 1 --out "$rows")
            if [ -n "$scores" ]; then arguments+=(--scores "$scores"); fi
            "$study" "${arguments[@]}"
        done
    done
}

start=$(date +%s)
run_shares "$processes"
"$study" summarise "$out"/rows-*.csv --hdf5 "$out/accuracy.h5" >"$out/accuracy.md"
cat "$out/accuracy.md"
report_step "accuracy study: $out/accuracy.md, $out/accuracy.h5" "$(seconds_since "$start")"
