# shellcheck shell=bash disable=SC2034
# What the scripts of this folder share: packages, build, launching. To be sourced, not run.
#
# Every script says in short lines what it does; the long output of a step goes into a log, whose end is shown when the
# step fails.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
logs=$top/build
exahca=$top/build/release/exahca

# Debian 12 packages, by what they are needed for.
build_packages=(g++ cmake ninja-build git ca-certificates libeigen3-dev libboost-dev libboost-program-options-dev
    libfmt-dev nlohmann-json3-dev libcsv-dev liblbfgspp-dev librandom123-dev libxxhash-dev libhdf5-dev zlib1g-dev
    libopenmpi-dev openmpi-bin)
test_packages=(libgtest-dev libgmock-dev libbenchmark-dev python3)
optional_packages=(python3-numpy python3-h5py python3-netcdf4 python3-xarray python3-h5netcdf netcdf-bin hdf5-tools
    r-base-core r-bioc-rhdf5 graphviz chromium chromium-driver slurm-wlm munge iproute2 shellcheck doxygen clang-format-14
    valgrind groff-base)

# Tests that take minutes with sanitizers: recovery of simulated truths and fits of the real leaderboard.
long_tests='FlagRecovery|JointRealData'

fail() { printf 'exahca: %s\n' "$*" >&2; exit 1; }

seconds_since() { echo $(($(date +%s) - $1)); }

# report_step TEXT SECONDS: one line, the time right-aligned as in a table; times below two seconds are left out.
report_step() {
    if [ "${2:-0}" -ge 2 ]; then printf '%-80s %5d s\n' "$1" "$2"; else printf '%s\n' "$1"; fi
}

# run_logged NAME ADVICE COMMAND...: runs COMMAND with its output in build/NAME.log; on failure shows the end of the log
# and ADVICE, and ends the script.
run_logged() {
    local name=$1 advice=$2 status=0
    shift 2
    mkdir -p "$logs"
    "$@" >"$logs/$name.log" 2>&1 </dev/null || status=$?
    if [ "$status" -ne 0 ]; then
        tail -n 25 "$logs/$name.log" >&2
        fail "$name failed (status $status, whole output in $logs/$name.log): $advice"
    fi
}

# Prints those of the given packages that are not installed.
missing_packages() {
    local package
    for package in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s\n' "$package"
    done
}

# as_root COMMAND...: as it is for root, else through sudo, which may ask for a password only on a terminal.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    elif [ -t 0 ]; then
        sudo -- "$@"
    else
        sudo -n -- "$@"
    fi
}

can_become_root() {
    [ "$(id -u)" -eq 0 ] || { command -v sudo >/dev/null && { [ -t 0 ] || sudo -n true 2>/dev/null; }; }
}

apt_get() {
    as_root env DEBIAN_FRONTEND=noninteractive NEEDRESTART_MODE=a apt-get -y -q \
        -o Acquire::Retries=3 -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@"
}

# ensure_packages LABEL PACKAGE...: installs what is missing; touches nothing, not even the package lists, where all is there.
ensure_packages() {
    local label=$1 start missing
    shift
    start=$(date +%s)
    if ! command -v dpkg-query >/dev/null; then
        report_step "$label not a Debian system, nothing installed; needed are the libraries of $*"
        return
    fi
    mapfile -t missing < <(missing_packages "$@")
    if [ "${#missing[@]}" -eq 0 ]; then
        report_step "$label all present"
        return
    fi
    can_become_root || fail "packages are missing (and this is neither root nor sudo): ask for: apt-get install ${missing[*]}"
    printf '%s installing %d: %s\n' "$label" "${#missing[@]}" "${missing[*]}"
    run_logged apt-update "check the network and the package sources in /etc/apt" apt_get update
    run_logged apt-install "install by hand: apt-get install ${missing[*]}" \
        apt_get install --no-install-recommends "${missing[@]}"
    report_step "$label installed" "$(seconds_since "$start")"
}

# try_packages LABEL PACKAGE...: like ensure_packages, but what cannot be installed is only named. Daemons that come with
# a package are not started.
try_packages() {
    local label=$1 start missing package refused=() policy=/usr/sbin/policy-rc.d
    shift
    command -v dpkg-query >/dev/null || return 0
    start=$(date +%s)
    mapfile -t missing < <(missing_packages "$@")
    if [ "${#missing[@]}" -eq 0 ]; then
        report_step "$label all present"
        return
    fi
    if ! can_become_root; then
        report_step "$label not installed (neither root nor sudo), their tests will be skipped: ${missing[*]}"
        return
    fi
    printf '%s installing %d\n' "$label" "${#missing[@]}"
    mkdir -p "$logs"
    if [ -e "$policy" ]; then policy=; else printf '#!/bin/sh\nexit 101\n' | as_root install -m 755 /dev/stdin "$policy"; fi
    {
        apt_get update || true
        if ! apt_get install --no-install-recommends "${missing[@]}"; then
            for package in "${missing[@]}"; do apt_get install --no-install-recommends "$package" || true; done
        fi
    } >"$logs/apt-optional.log" 2>&1 </dev/null
    [ -z "$policy" ] || as_root rm -f "$policy"
    mapfile -t refused < <(missing_packages "$@")
    [ "${#refused[@]}" -eq 0 ] || printf '%s could not be installed, their tests will be skipped: %s\n' "$label" "${refused[*]}"
    report_step "$label installed" "$(seconds_since "$start")"
}

# Cores this process may use.
cores() { nproc; }

# build_jobs: compilers to run at once; one needs up to about a gigabyte.
build_jobs() {
    local free_gigabytes jobs
    free_gigabytes=$(awk '/^MemAvailable:/ { print int($2 / 1048576) }' /proc/meminfo)
    jobs=$(cores)
    if [ "$jobs" -gt "$free_gigabytes" ]; then jobs=$free_gigabytes; fi
    if [ "$jobs" -lt 1 ]; then jobs=1; fi
    echo "$jobs"
}

# configure OPTION...: the release preset. An existing build folder keeps its generator and its other settings.
configure() {
    local fresh=()
    if [ ! -f "$top/build/release/CMakeCache.txt" ]; then
        fresh=(-DEXAHCA_UNITY=ON) # a clean build, mostly once
        if command -v ninja >/dev/null; then fresh+=(-G Ninja); fi
    fi
    run_logged configure "is a package missing? If the folder was moved: rm -r $top/build/release, then again" \
        env -C "$top" cmake --preset release "${fresh[@]}" "$@"
}

# sanitizer_compiler: Clang where it is installed with its sanitizers, a package of its own; nothing otherwise.
sanitizer_compiler() {
    local compiler
    for compiler in clang++ clang++-14; do
        if echo 'int main() {}' | "$compiler" -fsanitize=address,undefined -x c++ - -o /dev/null 2>/dev/null; then
            echo "$compiler"
            return
        fi
    done
}

# build_sanitized COMPILER TARGET...: build/asan, with the sanitizers and internal checks. Warnings are errors, if at all,
# in the release build: at other optimisation compilers imagine other ones.
build_sanitized() {
    local compiler=$1 generator=()
    shift
    if [ ! -f "$top/build/asan/CMakeCache.txt" ] && command -v ninja >/dev/null; then generator=(-G Ninja); fi
    run_logged sanitizers-configure "is a package missing?" env -C "$top" cmake --preset asan "${generator[@]}" \
        "-DCMAKE_CXX_COMPILER=$compiler" -DBUILD_TESTING=ON -DEXAHCA_WERROR=OFF \
        "-DEXAHCA_REFERENCE_DIR=${EXAHCA_REFERENCE_DIR:-}"
    run_logged sanitizers-build "read the compiler's message above" \
        cmake --build "$top/build/asan" --parallel "$(build_jobs)" --target "$@"
}

# "Open MPI 4.1.4, HDF5 1.10.8", from the packages, to name in the build line.
library_versions() {
    local mpi hdf5
    mpi=$(mpirun --version 2>/dev/null | sed -n '1s/.* //p')
    hdf5=$(sed -n 's/^.*H5_VERS_INFO .*version: \([0-9.]*\).*/\1/p' /usr/include/hdf5/serial/H5public.h 2>/dev/null)
    printf '%s' "${mpi:+, Open MPI $mpi}${hdf5:+, HDF5 $hdf5}"
}

# build_program LABEL: builds build/release/exahca alone, without the tests.
build_program() {
    local label=$1 start
    start=$(date +%s)
    if [ ! -f "$top/build/release/CMakeCache.txt" ]; then configure -DBUILD_TESTING=OFF; fi
    if [ ! -f "$top/build/release/build.ninja" ] && [ ! -f "$top/build/release/Makefile" ]; then configure; fi
    run_logged build "if it says 'Killed', memory ran out: run again, it goes on where it stopped" \
        cmake --build "$top/build/release" --target exahca --parallel "$(build_jobs)"
    report_step "$label build/release/exahca (release$(library_versions))" "$(seconds_since "$start")"
}

# Settings for one machine that is shared with other work: no rank is bound to a core. Root is refused
# by Open MPI unless told otherwise; containers, where most people are root, often forbid the copies between processes
# that it would use.
local_mpi_settings() {
    export OMPI_MCA_hwloc_base_binding_policy=none OMPI_MCA_rmaps_base_oversubscribe=1
    if [ "$(id -u)" -eq 0 ]; then
        export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
        export OMPI_MCA_btl_vader_single_copy_mechanism=none
    fi
}

# build_study NAME: builds a study of tests/bench unless it is there.
build_study() {
    [ ! -x "$top/build/release/$1" ] || return 0
    configure -DBUILD_TESTING=ON
    run_logged build "read the compiler's message above" \
        cmake --build "$top/build/release" --parallel "$(build_jobs)" --target "$1"
}

# run_shares PROCESSES: calls run_share I N for all shares of a study at once, each in a process of its own. A task of a
# Slurm array calls it for its own share alone and ends the script.
run_shares() {
    if [ -n "${SLURM_ARRAY_TASK_ID:-}" ]; then
        run_share "$((SLURM_ARRAY_TASK_ID - ${SLURM_ARRAY_TASK_MIN:-1} + 1))" "${SLURM_ARRAY_TASK_COUNT:-1}"
        exit 0
    fi
    local i pid pids=()
    for ((i = 1; i <= $1; ++i)); do
        run_share "$i" "$1" &
        pids+=($!)
    done
    for pid in "${pids[@]}"; do wait "$pid" || fail "a simulation failed; its message stands above"; done
}
