#!/usr/bin/env bash
# check_scripts.sh ROOT   ShellCheck over all shell scripts. Skipped (77) where it is not installed.
set -euo pipefail
cd "$1"
command -v shellcheck >/dev/null || { echo "skipped: shellcheck is not installed"; exit 77; }
mapfile -t scripts < <({ find jobs tests packaging docs -name '*.sh' 2>/dev/null; echo .ci/run; find jobs -name '*.slurm' -o -name '*.pbs'; } | sort)
shellcheck --external-sources "${scripts[@]}"
echo "${#scripts[@]} scripts"
