#!/usr/bin/env bash
# jobs/calibration_study.sh [--data-sets N] [--null-data-sets N] [--bootstrap N] [--placebo N] [--density NAME]
#                           [--noise aware|span] [--first SEED] [--processes N] [--out FOLDER]
#
# Do 90 % intervals cover, is support what it says, does the rotation placebo reject 5 % of data sets without an order?
# Simulates N data sets of the parametric design (default 200, 100 bootstrap replicates of the joint estimator each, density
# mog3, noise-aware) and N without a common order (default 500, 99 placebos of the published estimator each), and writes
# FOLDER/calibration.md and FOLDER/calibration.h5 (default folder: build/calibration). --first is the seed of the first.
#
# Hours on a laptop. Runs can be stopped and started again, or extended: every data set is kept as soon as it is finished.
#
# Under Slurm as an array (sbatch --array=1-20 jobs/calibration_study.sh ...) task i of n computes its share of the data
# sets with one process; run the script once more outside Slurm with the same options for the summary.
set -euo pipefail
# Slurm runs a copy of this file from its spool; the folder that sbatch was called in is the checkout.
here=$(dirname "${BASH_SOURCE[0]}")
if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then here=$SLURM_SUBMIT_DIR/jobs; fi
# shellcheck source=lib.sh
source "$here/lib.sh"

data_sets=200
null_data_sets=500
bootstrap=100
placebo=99
density=mog3
noise=aware
first=1
processes=$(nproc)
out=$top/build/calibration
while [ $# -gt 0 ]; do
    case $1 in
    -h | --help) sed -n '2,15s/^# \?//p' "$0"; exit 0 ;;
    --data-sets) data_sets=${2:?--data-sets needs a number}; shift ;;
    --null-data-sets) null_data_sets=${2:?--null-data-sets needs a number}; shift ;;
    --bootstrap) bootstrap=${2:?--bootstrap needs a number}; shift ;;
    --placebo) placebo=${2:?--placebo needs a number}; shift ;;
    --density) density=${2:?--density needs a name}; shift ;;
    --noise) noise=${2:?--noise needs aware or span}; shift ;;
    --first) first=${2:?--first needs a seed}; shift ;;
    --processes) processes=${2:?--processes needs a number}; shift ;;
    --out) out=${2:?--out needs a folder}; shift ;;
    *) fail "unknown argument $1: see jobs/calibration_study.sh --help" ;;
    esac
    shift
done

study=$top/build/release/calibration_study
build_study calibration_study
mkdir -p "$out"

# run_share I N: the data sets of share I of N that no file has yet.
run_share() {
    local rows=$out/rows-$1-of-$2.csv
    touch "$rows"
    "$study" size --first "$first" --count "$null_data_sets" --share "$1/$2" --placebo "$placebo" --out "$rows" \
        "$out"/rows-*.csv
    "$study" coverage --first "$first" --count "$data_sets" --share "$1/$2" --bootstrap "$bootstrap" \
        --density "$density" --noise "$noise" --out "$rows" "$out"/rows-*.csv
}

start=$(date +%s)
run_shares "$processes"
"$study" summarise "$out"/rows-*.csv --hdf5 "$out/calibration.h5" >"$out/calibration.md"
cat "$out/calibration.md"
report_step "calibration study: $out/calibration.md, $out/calibration.h5" "$(seconds_since "$start")"
