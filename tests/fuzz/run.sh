#!/bin/bash
# Builds every libFuzzer harness with Clang and runs each for a time. A crash leaves its input in build/fuzz/crashes.
#
# usage: tests/fuzz/run.sh [SECONDS_EACH [AT_ONCE]]        (default 60 seconds, one harness at a time)
set -euo pipefail

seconds=${1:-60}
at_once=${2:-1}
cd "$(dirname "$0")/../.."
build=build/fuzz
mkdir -p build

if ! command -v clang++ >/dev/null; then
    echo "skipped: no clang++ (Debian package clang)"
    exit 77
fi
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=RelWithDebInfo -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_COMPILER=clang++ \
    -DCMAKE_CXX_FLAGS=-fsanitize=fuzzer-no-link -DEXAHCA_SANITIZE=ON -DEXAHCA_FUZZERS=ON >"$build.log" 2>&1 ||
    { cat "$build.log"; exit 1; }
cmake --build "$build" --target fuzzers

mkdir -p "$build/crashes" "$build/logs"
"$build/fuzz/write_seeds" "$build/corpus"

# run NAME: one harness, with what it says in a log of its own.
run() {
    local corpus=$build/corpus/$1 seeds=tests/fuzz/$1_seeds
    mkdir -p "$corpus"
    if [ -d "$seeds" ]; then cp -n "$seeds"/* "$corpus"; fi
    "$build/fuzz/$1_fuzz" -max_total_time="$seconds" -timeout=20 -print_final_stats=1 \
        -artifact_prefix="$build/crashes/$1-" "$corpus" >"$build/logs/$1.log" 2>&1
}

# report NAME: executions and coverage from the log, or the end of it after a crash.
report() {
    awk -v name="$1" '/ cov: [0-9]/ { sub(/.* cov: /, ""); if (!first) first = $1; last = $1 }
        /stat::number_of_executed_units/ { runs = $2 }
        END { printf "%-14s %10d executions, coverage %d -> %d edges\n", name, runs, first, last }' "$build/logs/$1.log"
}

status=0
names=() jobs=()
finish_first() {
    if wait "${jobs[0]}"; then report "${names[0]}"; else status=1; echo "${names[0]}: FAILED"; tail -40 "$build/logs/${names[0]}.log"; fi
    names=("${names[@]:1}") jobs=("${jobs[@]:1}")
}
for harness in "$build"/fuzz/*_fuzz; do
    name=$(basename "$harness" _fuzz)
    run "$name" &
    names+=("$name") jobs+=($!)
    if [ "${#jobs[@]}" -ge "$at_once" ]; then finish_first; fi
done
while [ "${#jobs[@]}" -gt 0 ]; do finish_first; done
exit "$status"
