#!/usr/bin/env bash
# jobs/accuracy_study.sh [--scores FILE.csv] [--count N] [--cells "a b c"] [--noise aware|span] [--processes N] [--out FOLDER]
#
# How often is the true flag found? Simulates N data sets (default 20) of every cell of docs/accuracy.md, analyses each as
# `exahca search` does by default, and writes FOLDER/accuracy.md, FOLDER/accuracy.h5 and, with the likelihood of the answer
# beside that of the fit from the truth, FOLDER/truth-*.txt (default folder: build/accuracy). A data set takes 8 to 20 s of a core.
# Cells whose sources come from a real leaderboard need --scores; without it only those with built-in sources run.
#
# --cells lists cells, for example "base parametric:floor=0 base:missing=0.3". With --noise span, `published` and `joint` for exact
# scores, with the effort of a replicate, analyse the same data: "base:mog3 m4:sas" with their densities, minutes altogether.
# Runs can be stopped and started again: data sets that are in FOLDER already are not computed again.
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
count=20
cells=
noise=aware
processes=$(nproc)
out=$top/build/accuracy
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) sed -n '2,16s/^# \?//p' "$0"; exit 0 ;;
    --scores) scores=${2:?--scores needs a file}; shift ;;
    --count) count=${2:?--count needs a number}; shift ;;
    --cells) cells=${2:?--cells needs a list}; shift ;;
    --noise) noise=${2:?--noise needs a likelihood}; shift ;;
    --processes) processes=${2:?--processes needs a number}; shift ;;
    --out) out=${2:?--out needs a folder}; shift ;;
    *) fail "unknown argument $1: see jobs/accuracy_study.sh --help" ;;
    esac
    shift
done
case $noise in aware | span) ;; *) fail "--noise $noise: give aware or span" ;; esac
if [ -z "$cells" ]; then
    if [ "$noise" = aware ]; then
        cells="parametric parametric:floor=0 parametric-contaminated parametric-small"
        if [ -n "$scores" ]; then cells="base isotropic weak contaminated base:missing=0.3 k8 m4 $cells"; fi
    else
        cells="parametric:sas"
        if [ -n "$scores" ]; then
            cells="base:mog3 isotropic:mog3 contaminated:mog3 contaminated-screened:mog3 k8:sas m4:sas parametric:sas"
        fi
    fi
fi

study=$top/build/release/accuracy_study
build_study accuracy_study
mkdir -p "$out"

# describe_cell CELL: sets title, as it stands in the rows, and the arguments of the study.
describe_cell() {
    local part parts
    IFS=: read -ra parts <<<"$1"
    title=${parts[0]}
    arguments=(run --cell "${parts[0]}")
    if [ "$noise" = span ]; then
        arguments+=(--density "${parts[1]:-mog3}")
        title+=",${parts[1]:-mog3}"
        return
    fi
    arguments+=(--defaults 1 --published 0 --truth 1)
    for part in "${parts[@]:1}"; do
        arguments+=("--${part%%=*}" "${part#*=}")
        title+=" ${part%%=*} ${part#*=}"
    done
    title+=",mog3"
}

# run_share FIRST STEP: data sets FIRST, FIRST + STEP, ... of every cell that are not there yet.
run_share() {
    local first=$1 step=$2 seed cell rows title arguments estimator=joint
    if [ "$noise" = aware ]; then estimator="joint aware"; fi
    rows=$out/rows-$first-of-$step.csv
    touch "$rows"
    for ((seed = first; seed <= count; seed += step)); do
        for cell in $cells; do
            describe_cell "$cell"
            if grep -qs "^$title,$seed,$estimator," "$out"/rows-*.csv; then continue; fi
            arguments+=(--first "$seed" --count 1 --out "$rows")
            if [ -n "$scores" ]; then arguments+=(--scores "$scores"); fi
            "$study" "${arguments[@]}" >>"$out/truth-$first-of-$step.txt"
        done
    done
}

start=$(date +%s)
run_shares "$processes"
"$study" summarise "$out"/rows-*.csv --hdf5 "$out/accuracy.h5" >"$out/accuracy.md"
cat "$out/accuracy.md"
report_step "accuracy study: $out/accuracy.md, $out/accuracy.h5" "$(seconds_since "$start")"
