#!/usr/bin/env bash
# jobs/quickstart.sh [scores.csv [options of exahca search]]   from nothing to an answer
#
# Installs what is missing, builds, and searches the causal order: of a simulated leaderboard whose truth is known, or of
# your own (a CSV file with columns model, base_model and one per benchmark). Leaves in the current folder
#   scores.h5     the scores        results.h5   all numbers        report.html   figures, one page
# and can be run again: what it wrote itself is replaced, other files of these names are kept under another name.
# Example with options: jobs/quickstart.sh scores.csv --domains llama-3-8b,qwen2.5-7b --factors 2
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in
-h | --help) sed -n '2,8s/^# \?//p' "$0"; exit 0 ;;
esac
csv=${1:-}
if [ $# -gt 0 ]; then shift; fi
if [ -n "$csv" ] && [ ! -r "$csv" ]; then
    fail "cannot read $csv (no such file, or no permission): give a CSV file with columns model, base_model and scores"
fi

ensure_packages '[1/3] packages:' "${build_packages[@]}"
build_program '[2/3] build:'

# Moves a file out of the way unless an earlier quickstart wrote it.
written=$logs/quickstart.sha256
keep_foreign() {
    local kept
    if [ ! -e "$1" ] || { [ -f "$written" ] && grep -qxF "$(sha256sum <"$1") $PWD/$1" "$written"; }; then return 0; fi
    kept=$1.kept-$(date +%Y%m%d-%H%M%S)
    mv -- "$1" "$kept"
    printf '      %s was there before: now %s\n' "$1" "$kept"
}

# One rank per core, 16 at most: the job takes a minute.
ranks=$(cores)
if [ "$ranks" -gt 16 ]; then ranks=16; fi
launch=()
if [ "$ranks" -gt 1 ] && command -v mpirun >/dev/null; then
    local_mpi_settings
    launch=(mpirun -n "$ranks")
else
    ranks=1
fi

has_command() { "$exahca" --help 2>/dev/null | grep -qE "^ +$1\b"; }

# The four base models of the published study where the file has them all; else, and with simulated scores, every base
# model of a hundred models or more, which is what the search does when told nothing.
published=llama-3-8b,qwen2.5-14b,llama-3.1-8b,qwen2.5-7b
has_published_domains() {
    local name
    for name in ${published//,/ }; do grep -qE "(^|[,;\"])${name//./\\.}([,;\"]|[[:space:]]*\$)" "$1" || return 1; done
}

# Every numeric column is a score to the import; a column params_b, as in the public leaderboard's table, is the size of
# the model. Names the others, where the header is simple enough to be split here.
import_options=()
leave_out_sizes() {
    local header column columns scores=()
    IFS= read -r header <"$1" || true
    header=${header%$'\r'}
    case $header in
    *\"*) return 0 ;;
    *,params_b,* | *,params_b) ;;
    *) return 0 ;;
    esac
    IFS=, read -ra columns <<<"$header"
    for column in "${columns[@]}"; do
        case $column in model | base_model | params_b) ;; *) scores+=("$column") ;; esac
    done
    local IFS=,
    import_options=(--scores "${scores[*]}")
}

for file in scores.h5 results.h5 report.html; do keep_foreign "$file"; done
if [ -n "$csv" ]; then
    printf '[3/3] search: %s   %d ranks\n' "$csv" "$ranks"
    leave_out_sizes "$csv"
    "$exahca" import "$csv" -o scores.h5 "${import_options[@]}" --overwrite
else
    printf '[3/3] search: simulated leaderboard   %d ranks\n' "$ranks"
    "$exahca" simulate -o scores.h5 --design base --overwrite
fi
given=" $* "
options=()
default_option() { case $given in *" $1 "* | *" $1="*) ;; *) options+=("$1" "$2") ;; esac; }
default_option --factors 3
default_option --bootstrap 100
case $given in
*' --domains'* | *' --min-models'*) ;;
*) if [ -n "$csv" ] && has_published_domains "$csv"; then options+=(--domains "$published"); fi ;;
esac
status=0
"${launch[@]}" "$exahca" search scores.h5 -o results.h5 "${options[@]}" "$@" --overwrite || status=$?
# 5: finished, but some tasks failed; the results say which.
if [ "$status" -ne 0 ] && [ "$status" -ne 5 ]; then exit "$status"; fi
echo
"$exahca" show results.h5 --brief
made=(scores.h5 results.h5)
echo
echo "results.h5   all numbers          ${exahca#"$PWD"/} show results.h5"
# What each model can do goes on the page, too. Not every estimator fits models: then the page does without.
if has_command models; then "$exahca" models results.h5 --store >/dev/null 2>&1 || true; fi
if has_command report; then
    "$exahca" report results.h5 -o report.html --overwrite
    made+=(report.html)
    echo "report.html  figures, one page    open it in a browser"
fi
for file in "${made[@]}"; do printf '%s %s\n' "$(sha256sum <"$file")" "$PWD/$file"; done >"$written"
if [ -z "$csv" ]; then
    echo "Your own leaderboard: jobs/quickstart.sh scores.csv"
    echo "A harder one, with broken evaluations: ${exahca#"$PWD"/} simulate (see docs/tutorial.md)"
fi
exit "$status"
