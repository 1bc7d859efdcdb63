#!/usr/bin/env bash
# install_test.sh BUILD   installs into an empty folder, starts the program there, and builds and runs a program that uses
# the installed library.
set -euo pipefail
build=$1
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
quietly() { "$@" >"$folder/log" 2>&1 || { cat "$folder/log"; exit 1; }; }
quietly cmake --install "$build" --prefix "$folder/root"
"$folder/root/bin/exahca" --version
for file in share/man/man1/exahca.1 share/man/man1/exahca-search.1 share/bash-completion/completions/exahca; do
    [ -s "$folder/root/$file" ] || { echo "not installed: $file" >&2; exit 1; }
done
# Nothing installed may point back into the source or the build.
source=$(sed -n 's/^CMAKE_HOME_DIRECTORY:INTERNAL=//p' "$build/CMakeCache.txt")
if grep -rIlF -e "$source" "$folder/root/lib" "$folder/root/include"; then echo "installed files name the source folder" >&2; exit 1; fi
if grep -rlE '#\s*include\s*[<"](mpi|hdf5)\.h' "$folder/root/include"; then echo "installed headers need MPI or HDF5" >&2; exit 1; fi
# With the generator that is at hand, as the build has shown.
generator=$(sed -n 's/^CMAKE_GENERATOR:INTERNAL=//p' "$build/CMakeCache.txt")
quietly cmake -G "$generator" -S "$here/consumer" -B "$folder/consumer" -DCMAKE_PREFIX_PATH="$folder/root" -DCMAKE_BUILD_TYPE=Release
quietly cmake --build "$folder/consumer"
"$folder/consumer/consumer"
