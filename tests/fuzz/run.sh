#!/bin/bash
# Builds every libFuzzer harness with Clang and runs each for a time. A crash leaves its input in build/fuzz/crashes.
#
# usage: tests/fuzz/run.sh [SECONDS_EACH]        (default 60)
set -euo pipefail

seconds=${1:-60}
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

mkdir -p "$build/crashes"
status=0
for harness in "$build"/fuzz/*_fuzz; do
    name=$(basename "$harness" _fuzz)
    corpus=$build/corpus/$name
    mkdir -p "$corpus"
    seeds=tests/fuzz/${name}_seeds
    [ -d "$seeds" ] && cp -n "$seeds"/* "$corpus"
    echo "== $name, $seconds s"
    "$harness" -max_total_time="$seconds" -timeout=20 -print_final_stats=1 -verbosity=0 \
        -artifact_prefix="$build/crashes/$name-" "$corpus" || status=1
done
exit "$status"
