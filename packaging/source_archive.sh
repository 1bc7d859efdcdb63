#!/usr/bin/env bash
# packaging/source_archive.sh [FOLDER]   writes exahca-VERSION.tar.gz of HEAD and its checksum into FOLDER (default build)
#
# The same commit gives the same bytes.
set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mkdir -p "${1:-$top/build}"
folder=$(cd "${1:-$top/build}" && pwd)
version=$(sed -n 's/^set(EXAHCA_VERSION_NUMBER \(.*\))$/\1/p' "$top/cmake/Version.cmake")
name=exahca-$version
git -C "$top" archive --format=tar --prefix="$name/" HEAD | gzip -9 -n >"$folder/$name.tar.gz"
(cd "$folder" && sha256sum "$name.tar.gz" >"$name.tar.gz.sha256")
echo "$folder/$name.tar.gz"
