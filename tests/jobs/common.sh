# shellcheck shell=bash
# What the scripts that need a special machine share; to be sourced.

# Says why a test cannot run here, and ends it as one that was skipped.
skip() { echo "skipped: $*"; exit 77; }

# wait_until SECONDS COMMAND...: polls; ends the test where it waits in vain.
wait_until() {
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        if [ "$SECONDS" -ge "$end" ]; then echo "waited in vain for: $*" >&2; exit 1; fi
        sleep 0.1
    done
}
