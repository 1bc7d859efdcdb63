# shellcheck shell=bash disable=SC2034
# What the batch scripts of this folder share: launching, passing signals on, and what to do at the end. Sourced by them;
# `exahca plan --script` puts it into the script that it writes.
#
# From the environment:
#   EXAHCA           program (build/release/exahca of this checkout, else exahca in PATH)
#   EXAHCA_LAUNCHER  mpirun or srun (default: mpirun where there is one, because it belongs to the MPI of the program)

find_program() {
    if [ -z "${EXAHCA:-}" ]; then
        if [ -x "$EXAHCA_HOME/build/release/exahca" ]; then EXAHCA=$EXAHCA_HOME/build/release/exahca; else EXAHCA=exahca; fi
    fi
    command -v "$EXAHCA" >/dev/null || { echo "exahca: no program $EXAHCA: run jobs/setup.sh, or set EXAHCA" >&2; exit 2; }
}

# Sets launch=(...), the words before the program.
choose_launcher() {
    local launcher=${EXAHCA_LAUNCHER:-}
    if [ -z "$launcher" ]; then
        if command -v mpirun >/dev/null; then launcher=mpirun; else launcher=srun; fi
    fi
    case $launcher in
    mpirun) launch=(mpirun) ;;
    # Any other type starts every rank alone with Open MPI 4.
    srun) launch=(srun --mpi=pmix --kill-on-bad-exit=1) ;;
    *) echo "exahca: EXAHCA_LAUNCHER=$launcher is neither mpirun nor srun" >&2; exit 2 ;;
    esac
    # Containers, where root is common: Open MPI wants to be told.
    if [ "$(id -u)" -eq 0 ]; then export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1; fi
}

# run_forwarding COMMAND...: runs COMMAND and passes USR1 (stop and save: time is almost up) and TERM on to it. Sets
# status to what COMMAND returned, and told_to_end to 1 after TERM.
run_forwarding() {
    local child='' interrupted
    told_to_end=0
    trap 'interrupted=1; kill -USR1 "$child" 2>/dev/null || true' USR1
    trap 'interrupted=1; told_to_end=1; kill -TERM "$child" 2>/dev/null || true' TERM
    "$@" &
    child=$!
    while :; do
        interrupted=0 status=0
        wait "$child" || status=$?
        # A signal to this script ends the waiting, not the command.
        if [ "$interrupted" -eq 0 ]; then break; fi
    done
    trap - USR1 TERM
}

# run_search WORDS...: starts `exahca search WORDS...`, or continues it where an earlier job stopped. Returns its status.
run_search() {
    find_program
    choose_launcher
    echo "$(date '+%F %T') ${launch[*]} $EXAHCA search $* --resume"
    run_forwarding "${launch[@]}" "$EXAHCA" search "$@" --resume
    echo "$(date '+%F %T') status $status"
    return "$status"
}
