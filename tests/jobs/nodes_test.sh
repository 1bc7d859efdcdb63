#!/usr/bin/env bash
# tests/jobs/nodes_test.sh [RUNS [SEED]]   three nodes on one machine, six ranks over TCP, and what may befall a node
#
# Once: what differs from node to node (numbers of ranks, room in /dev/shm, files, programs) is lived with, or told within
# seconds. RUNS times (1 by default), at a moment that the seed decides: a node is cut off the network; everything on it is killed,
# as by a power failure; a rank is stopped and goes on seconds later. The ranks have to end by themselves, nothing that was
# saved may be lost, and the results, after --resume where the run could not be finished, equal those of one process.
#
# Needs root, network namespaces and the script that makes nodes of them (reference folder); skipped (77) without.
set -euo pipefail
# shellcheck source=common.sh
source "$(dirname "${BASH_SOURCE[0]}")/common.sh"
runs=${1:-1}
RANDOM=${2:-1}
exahca=$EXAHCA_BUILD_DIR/exahca
nodes=${EXAHCA_REFERENCE_DIR:-/nowhere}/tools/virtual-nodes.sh

[ -x "$nodes" ] || skip "no script that makes nodes (EXAHCA_REFERENCE_DIR)"
[ "$(id -u)" -eq 0 ] || skip "not root"
for program in ip unshare nsenter mpirun pgrep; do command -v "$program" >/dev/null || skip "$program is not installed"; done
if ip link show exabr >/dev/null 2>&1; then skip "such nodes are in use already"; fi
if ! ip netns add exahca-try 2>/dev/null; then skip "no network namespaces here"; fi
ip netns del exahca-try

folder=$(mktemp -d)
chmod 755 "$folder"
export VIRTUAL_NODES_DIR=$folder/nodes OMPI_MCA_mpi_yield_when_idle=1
# The ranks of a trial are told from others by the program's name.
program=$folder/exahca-on-nodes
cp "$exahca" "$program"
end_all() {
    pkill -KILL -f "$program" 2>/dev/null || true
    "$nodes" down >/dev/null 2>&1 || true
}
finish() {
    local status=$?
    if [ "$status" -ne 0 ]; then tail -n 20 "$folder"/*.txt 2>/dev/null || true; fi
    end_all
    rm -rf "$folder"
}
trap finish EXIT
cd "$folder"
"$nodes" up 3 || skip "the nodes cannot be made here"

search=(search "$folder/scores.h5" --min-models 1 --estimator published --bootstrap 30000 --snapshot-interval 1s --quiet)
"$exahca" simulate -o scores.h5 --sizes 60,60,60
"$exahca" "${search[@]}" -o reference.h5 || [ $? -eq 5 ]

now() { date +%s%3N; }
# draw LOW HIGH: a whole number between them.
draw() { echo $(($1 + RANDOM % ($2 - $1 + 1))); }
ranks() { pgrep -f "^$program search" || true; }
started() { [ -e results.h5 ]; } # its first snapshot
ended() { [ -z "$(ranks)" ]; }

# reached NODE: another node gets an answer from it; that nobody listens there is one.
reached() {
    local from=1
    if [ "$1" = 1 ]; then from=2; fi
    [[ "$("$nodes" on "$from" timeout 2 bash -c ": </dev/tcp/10.78.0.$1/9" 2>&1 || true)" == *refused* ]]
}
# end_launcher NODE JOB PROGRAM: mends the network, and ends mpirun, which waits for its daemon on a node that is gone. Nodes need
# some seconds to find each other again.
end_launcher() {
    "$nodes" mend "$1"
    wait_until 60 reached "$1"
    pkill -KILL -P "$2" 2>/dev/null || true
    pkill -KILL -x orted 2>/dev/null || true
    pkill -KILL -f "mpirun .*$3" 2>/dev/null || true
}

# trial EVENT NODE: one run on six ranks.
trial() {
    local event=$1 node=$2 since job status=0 victim moment
    rm -f results.h5*
    "$nodes" run 2 "$program" "${search[@]}" -o "$folder/results.h5" >trial.txt 2>&1 &
    job=$!
    wait_until 120 started
    moment=$(draw 0 3000)
    sleep "$(printf '%d.%03d' $((moment / 1000)) $((moment % 1000)))"
    since=$(now)
    case $event in
    cut) "$nodes" cut "$node" ;;
    kill) "$nodes" kill "$node" ;;
    stop)
        victim=$(ranks | shuf -n 1 --random-source=<(yes "$moment"))
        if [ -n "$victim" ]; then
            kill -STOP "$victim" 2>/dev/null || true
            sleep "$(draw 1 15)"
            kill -CONT "$victim" 2>/dev/null || true
        fi
        ;;
    esac
    wait_until 300 ended
    since=$(($(now) - since))
    if [ "$event" = cut ]; then
        end_launcher "$node" "$job" "$program"
    fi
    wait "$job" || status=$?
    rm -f results.h5.lock # of another host, whose process is known here to have ended
    "$exahca" check results.h5 >/dev/null
    local how=finished
    "$exahca" show results.h5 --json >shown.json
    if ! grep -Eq '"complete": ?true' shown.json; then
        how=resumed
        "$exahca" "${search[@]}" -o results.h5 --resume || [ $? -eq 5 ]
    fi
    "$exahca" compare reference.h5 results.h5 >/dev/null
    echo "$event on node $node: ranks ended after $since ms, status $status, $how, the same results"
}

# on_ranks HOSTS COMMAND: as `run`, with other numbers of ranks on the nodes: "3,2,1".
on_ranks() {
    local numbers hosts='' node=0 all=0 ranks
    IFS=, read -ra numbers <<<"$1"
    shift
    for ranks in "${numbers[@]}"; do
        node=$((node + 1))
        all=$((all + ranks))
        hosts+=${hosts:+,}10.78.0.$node:$ranks
    done
    "$nodes" on 1 env OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 OMPI_MCA_hwloc_base_binding_policy=none \
        VIRTUAL_NODES_DIR="$VIRTUAL_NODES_DIR" TMPDIR="$VIRTUAL_NODES_DIR/tmp" \
        mpirun --oversubscribe --mca plm_rsh_agent "$nodes agent" --mca oob_tcp_if_include e0 --mca btl_tcp_if_include e0 \
        --host "$hosts" -n "$all" "$@"
}

# expect NAME HOSTS STATUS TEXT COMMAND: the command ends within a minute with this status and says this.
expect() {
    local name=$1 hosts=$2 wanted=$3 text=$4 status=0 since
    shift 4
    since=$(now)
    on_ranks "$hosts" timeout 120 "$@" >facts.txt 2>&1 || status=$?
    since=$(($(now) - since))
    if [ "$wanted" = any ] && [ "$status" -ne 0 ]; then status=any; fi
    if [ "$status" != "$wanted" ] || ! grep -q "$text" facts.txt; then
        cat facts.txt
        echo "$name: status $status, not $wanted, or without \"$text\""
        return 1
    fi
    echo "$name: as it should after $since ms"
}

# What differs from node to node: ranks, room for shared memory, files, programs.
facts() {
    mkdir private
    cp scores.h5 private/
    local small=(search "$folder/private/scores.h5" --min-models 1 --estimator published --bootstrap 60 --quiet --overwrite)
    local other=$folder/exahca-other
    "$exahca" "${small[@]}" -o small.h5 || [ $? -eq 5 ]
    local node
    for node in 2 3; do "$nodes" on "$node" mount -t tmpfs tmpfs "$folder/private"; done # only node 1 has the scores
    expect "3, 2 and 1 ranks, scores on node 1 alone" 3,2,1 0 'tasks, 0 failed' "$program" "${small[@]}" -o "$folder/results.h5"
    "$exahca" compare small.h5 results.h5 >/dev/null
    "$nodes" on 2 mount -o remount,size=64k /dev/shm
    expect "a node with a small /dev/shm" 2,2,2 0 'holds its own copy of the scores' \
        "$program" "${small[@]}" -o "$folder/results.h5"
    "$exahca" compare small.h5 results.h5 >/dev/null
    expect "the same for selftest" 2,2,2 0 'holds its own copy of the scores' "$program" selftest
    "$nodes" on 2 mount -o remount,size=256m /dev/shm
    local version
    version=$("$exahca" --version | sed -n '1s/^exahca \([0-9.]*\).*/\1/p')
    # Of the same length, so that every other byte stays where it is.
    LC_ALL=C sed "s/\\x00${version//./\\.}\\x00/\\x00${version%?}~\\x00/g" "$program" >"$other"
    chmod 755 "$other"
    if cmp -s "$program" "$other"; then echo "the version was not found in the program"; return 1; fi
    "$nodes" on 3 mount --bind "$other" "$program"
    expect "another version on a node" 2,2,2 2 'another program than rank 0' "$program" "${small[@]}" -o "$folder/none.h5"
    "$nodes" on 3 umount "$program"
    "$nodes" on 3 mount --bind /dev/null "$program"
    expect "no program on a node" 2,2,2 any "$program" "$program" "${small[@]}" -o "$folder/none.h5"
    "$nodes" on 3 umount "$program"
    [ ! -e none.h5 ] || { echo "a run that could not start left results"; return 1; }
    wait_until 60 ended
}

# Where all ranks are needed, as between two stages: a node is cut off while they wait in a collective call.
between() {
    local waiting=$folder/exahca-on-nodes-between job
    cp "$EXAHCA_BUILD_DIR/tests/parallel_rank_program" "$waiting"
    "$nodes" run 2 "$waiting" between >between.txt 2>&1 &
    job=$!
    wait_until 120 grep -q '^between$' between.txt
    sleep 1
    "$nodes" cut 2
    wait_until 120 gone "$waiting"
    end_launcher 2 "$job" "$waiting"
    wait "$job" || true
    grep -Eq 'rank [0-9]+ \(en[0-9]\) has not been heard of' between.txt
    echo "node 2 cut off between two stages: the ranks have ended, and one of it is named"
}
gone() { ! pgrep -f "^$1" >/dev/null; }

facts
between
for ((run = 1; run <= runs; run++)); do
    trial cut "$(draw 1 3)"
    trial kill "$(draw 2 3)"
    trial stop 0
done
