#!/usr/bin/env bash
# The source archive is the same each time, matches its checksum, holds what git holds, and knows its revision.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
git -C "$top" rev-parse HEAD >/dev/null 2>&1 || { echo "skipped: not a git checkout"; exit 77; }
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
archive=$("$top/packaging/source_archive.sh" "$folder/a")
sleep 1
cmp "$archive" "$("$top/packaging/source_archive.sh" "$folder/b")"
(cd "$folder/a" && sha256sum --quiet -c ./*.sha256)
tar -C "$folder" -xf "$archive"
cd "$folder"/exahca-*/
diff <(find . -type f -printf '%P\n' | sort) <(git -C "$top" ls-tree -r --name-only HEAD | sort)
# shellcheck disable=SC2016
echo 'include(cmake/Version.cmake)
message("revision ${EXAHCA_REVISION}")' >ask.cmake
cmake -P ask.cmake 2>&1 | grep -qx "revision $(git -C "$top" rev-parse HEAD | cut -c1-12)"
