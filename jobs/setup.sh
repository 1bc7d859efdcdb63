#!/usr/bin/env bash
# jobs/setup.sh   installs the Debian packages that ExaHCA needs and builds build/release/exahca
#
# As root or with sudo; asks nothing, and changes nothing where all is there. Long output: build/*.log.
set -euo pipefail
# shellcheck source=lib.sh
source "$(dirname "${BASH_SOURCE[0]}")/lib.sh"

case ${1:-} in
'') ;;
-h | --help) sed -n '2,4s/^# \?//p' "$0"; exit 0 ;;
*) fail "unknown argument $1 (jobs/setup.sh takes none): see jobs/setup.sh --help" ;;
esac

ensure_packages '[1/2] packages:' "${build_packages[@]}"
build_program '[2/2] build:'
