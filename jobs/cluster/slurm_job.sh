# shellcheck shell=bash
# The Slurm side of a search job. Sourced by the *.slurm scripts.

# shellcheck source=search_job.sh
source "$EXAHCA_HOME/jobs/cluster/search_job.sh"

# search_and_requeue WORDS...: runs `exahca search WORDS...`; when it stopped early (status 75) because time was
# running out, the job queues up again and goes on from its snapshot. A job that was cancelled stays ended.
search_and_requeue() {
    local status=0 told_to_end=0 job=$SLURM_JOB_ID
    # One element of an array has the array's own number as its job id: that would requeue them all.
    if [ -n "${SLURM_ARRAY_JOB_ID:-}" ]; then job=${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID; fi
    run_search "$@" || true
    if [ "$status" -ne 75 ] || [ "$told_to_end" -eq 1 ]; then exit "$status"; fi
    if [ "${SLURM_RESTART_COUNT:-0}" -ge "${EXAHCA_MAX_RESTARTS:-100}" ]; then
        echo "exahca: requeued ${SLURM_RESTART_COUNT} times already: submit again to go on" >&2
        exit 75
    fi
    scontrol requeue "$job" || { echo "exahca: cannot requeue: submit the same job again to go on" >&2; exit 75; }
    # Slurm ends this script now.
    sleep 60
}
