#!/usr/bin/env bash
# The public headers make a reference without warnings: no parameter that is not there, no broken reference, no type
# without a word on what it is.
set -euo pipefail
top=$1
command -v doxygen >/dev/null || { echo "skipped: doxygen is not installed"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$top"
{ cat docs/Doxyfile; printf 'OUTPUT_DIRECTORY=%s\nWARN_IF_UNDOCUMENTED=YES\n' "$folder"; } | doxygen - >"$folder/log" 2>&1 ||
    { cat "$folder/log"; exit 1; }
# Members whose name says it all may stand alone.
if grep -E 'warning|error' "$folder/log" | grep -vE 'Member .* of (class|struct|union|enumeration|namespace) .* is not documented'; then exit 1; fi
pages=$(find "$folder/html" -name 'structexahca_*.html' -o -name 'classexahca_*.html' | wc -l)
if [ "$pages" -lt 50 ]; then echo "only $pages types in the reference"; exit 1; fi
echo "$pages pages of types"
