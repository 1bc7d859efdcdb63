#!/usr/bin/env bash
# jobs/nightly.sh [--quick] [STEP...]   what takes too long for every change: hours on two cores
#
# Steps, all by default, in this order:
#   tests       every test of the release build (jobs/test.sh --all)
#   sanitizers  every test but those of statistical recovery, built by Clang with the address and undefined behaviour
#               sanitizers and internal checks
#   fuzz        every fuzzing harness, an hour each
#   recovery    how often simulated truths are found (jobs/accuracy_study.sh)
#   calibration coverage of intervals, support, size of placebos (jobs/calibration_study.sh); what is said of single models
#   faults      1,000 searches killed at random and resumed (jobs/fault_campaign.sh)
#   points      every call of a few commands that can fail fails once: files, allocations, MPI (tests/app/fault_points_test.py)
#   histories   100,000 histories of a simulated cluster, other ones each day: about an hour of processor time, shared by all cores
#   nodes       thirty searches on three nodes of this machine that are cut off, killed or stopped; root (tests/jobs/nodes_test.sh)
#
# A step that fails does not keep the others from running. Each leaves its output in build/nightly/STEP.log and a line with its
# time on the screen; the status is 1 if any failed. --quick gives every step a small share of its work: it tries this script.
#
# EXAHCA_REFERENCE_DIR  folder with the real leaderboards (default none): recovery then has its cells with real sources, too
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

all_steps=(tests sanitizers fuzz recovery calibration faults points histories nodes)
quick=0
case ${1:-} in
-h | --help) sed -n '2,20s/^# \?//p' "$0"; exit 0 ;;
--quick) quick=1; shift ;;
esac
if [ $# -eq 0 ]; then set -- "${all_steps[@]}"; fi
for step in "$@"; do
    case " ${all_steps[*]} " in *" $step "*) ;; *) fail "unknown step $step: use ${all_steps[*]}" ;; esac
done

# work FULL QUICK: how much of something is done.
work() { if [ "$quick" = 1 ]; then echo "$2"; else echo "$1"; fi; }

step_tests() { if [ "$quick" = 1 ]; then "$top/jobs/test.sh" -L core; else "$top/jobs/test.sh" --all; fi; }

step_sanitizers() {
    local compiler targets=(all) selected=(-E "$long_tests")
    if [ "$quick" = 1 ]; then
        targets=(tests_of_core)
        selected=(-L '^core$')
    fi
    compiler=$(sanitizer_compiler)
    [ -n "$compiler" ] || fail "no Clang with sanitizers: apt-get install clang-14 libclang-rt-14-dev llvm-14"
    build_sanitized "$compiler" "${targets[@]}"
    local_mpi_settings
    ctest --test-dir "$top/build/asan" --output-on-failure --parallel "$(cores)" "${selected[@]}"
}

step_fuzz() { "$top/tests/fuzz/run.sh" "$(work 3600 5)" "$(cores)"; }

step_recovery() {
    local scores=()
    if [ -f "${EXAHCA_REFERENCE_DIR:-/nowhere}/data/open_llm_leaderboard_v2.csv" ]; then
        scores=(--scores "$EXAHCA_REFERENCE_DIR/data/open_llm_leaderboard_v2.csv")
    fi
    "$top/jobs/accuracy_study.sh" "${scores[@]}" --count "$(work 40 1)" --out "$folder/accuracy"
    "$top/jobs/accuracy_study.sh" "${scores[@]}" --noise span --count "$(work 200 2)" --out "$folder/accuracy-span"
}

step_calibration() {
    local missing
    "$top/jobs/calibration_study.sh" --data-sets "$(work 200 1)" --null-data-sets "$(work 500 2)" \
        --bootstrap "$(work 100 3)" --placebo "$(work 99 3)" --out "$folder/calibration"
    build_study profile_study
    for missing in 0 0.3; do
        "$top/build/release/profile_study" run --count "$(work 50 1)" --missing "$missing" --out "$folder/profiles.csv"
    done
    "$top/build/release/profile_study" summarise "$folder/profiles.csv"
}

step_faults() { "$top/jobs/fault_campaign.sh" "$(work 1000 2)" "$(date +%j)"; }

step_points() {
    local status=0
    EXAHCA_BUILD_DIR=$top/build/release EXAHCA_FAULT_POINTS=$(work all 2) python3 "$top/tests/app/fault_points_test.py" || status=$?
    [ "$status" -eq 77 ] || return "$status" # 77: skipped, with the reason
}

# With seeds that neither the tests nor other days have.
step_histories() {
    local count first part parts status=0 pid pids=()
    parts=$(cores)
    count=$(($(work 100000 200) / parts))
    first=$(($(date +%-j) * 1000000))
    for ((part = 0; part < parts; part++)); do
        "$top/build/release/histories" --first $((first + part * count)) --count "$count" &
        pids+=("$!")
    done
    for pid in "${pids[@]}"; do wait "$pid" || status=1; done
    return "$status"
}

step_nodes() {
    local status=0
    EXAHCA_BUILD_DIR=$top/build/release "$top/tests/jobs/nodes_test.sh" "$(work 10 1)" "$(date +%-j)" || status=$?
    [ "$status" -eq 77 ] || return "$status" # 77: skipped, with the reason
}

run_step() {
    case $1 in
    tests) step_tests ;;
    sanitizers) step_sanitizers ;;
    fuzz) step_fuzz ;;
    recovery) step_recovery ;;
    calibration) step_calibration ;;
    faults) step_faults ;;
    points) step_points ;;
    histories) step_histories ;;
    nodes) step_nodes ;;
    esac
}

folder=$top/build/nightly
mkdir -p "$folder"
status=0
for step in "$@"; do
    start=$(date +%s)
    # In a shell of its own, which ends at the first command that fails: a function called by "if" would go on.
    set +e
    (set -e; run_step "$step") >"$folder/$step.log" 2>&1 </dev/null
    step_status=$?
    set -e
    if [ "$step_status" -eq 0 ]; then
        report_step "$step: passed" "$(seconds_since "$start")"
    else
        status=1
        report_step "$step: FAILED (status $step_status), see ${folder#"$top"/}/$step.log" "$(seconds_since "$start")"
    fi
done
exit "$status"
