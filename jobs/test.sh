#!/usr/bin/env bash
# jobs/test.sh [--all] [ctest options]   builds ExaHCA with its tests and runs them
#
# Installs compiler, libraries and test libraries. With --all also the optional readers (Python, R, netCDF), browser,
# scheduler and checkers that some tests use (a test whose tool is missing is skipped by name). Further arguments go to
# ctest, for example: jobs/test.sh -L core. Sanitizers and internal checks: jobs/nightly.sh sanitizers
#
# EXAHCA_REFERENCE_DIR  folder with the real leaderboards and reference figures (default none: those tests are skipped)
# EXAHCA_WERROR         ON makes compiler warnings errors (default OFF)
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

all=0
case ${1:-} in
--all) all=1; shift ;;
-h | --help) sed -n '2,9s/^# \?//p' "$0"; exit 0 ;;
esac

count() { sed -n "s/^<testsuite .*\b$1=\"\([0-9]*\)\".*/\1/p; s/^[[:space:]]*$1=\"\([0-9]*\)\".*/\1/p" "$2" | head -n 1; }

ensure_packages '[1/3] packages:' "${build_packages[@]}" "${test_packages[@]}"
if [ "$all" = 1 ]; then try_packages '[1/3] optional packages:' "${optional_packages[@]}"; fi

start=$(date +%s)
options=(-DBUILD_TESTING=ON)
if [ -n "${EXAHCA_REFERENCE_DIR:-}" ]; then
    options+=("-DEXAHCA_REFERENCE_DIR=$(cd "$EXAHCA_REFERENCE_DIR" && pwd)")
fi
if [ -n "${EXAHCA_WERROR:-}" ]; then options+=("-DEXAHCA_WERROR=$EXAHCA_WERROR"); fi
configure "${options[@]}"
run_logged build "read the compiler's message above; if it says 'Killed', memory ran out: run again" \
    cmake --build "$top/build/release" --parallel "$(build_jobs)"
report_step "[2/3] build: program and tests (release$(library_versions))" "$(seconds_since "$start")"

start=$(date +%s)
local_mpi_settings
summary=$logs/tests.xml
rm -f "$summary"
status=0
# One more than there are cores: some test waits most of the time, for ranks that start, a browser or a scheduler.
ctest --test-dir "$top/build/release" --output-on-failure --parallel "$(($(cores) + 1))" --output-junit "$summary" "$@" </dev/null ||
    status=$?
if [ ! -s "$summary" ]; then fail "ctest ran no test (status $status): see above"; fi
total=$(count tests "$summary")
failed=$(count failures "$summary")
skipped=$(($(count skipped "$summary") + $(count disabled "$summary")))
report_step "[3/3] tests run" "$(seconds_since "$start")"

echo "tests: $((total - failed - skipped)) passed, $failed failed, $skipped skipped"
exit "$status"
