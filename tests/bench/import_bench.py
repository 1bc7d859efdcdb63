"""What does `exahca import` of a large table cost, against pandas that only reads it?

Both run alternately, so that what else the machine does falls on both; a line gives each pair, the last ones the ratios of
the best and of the middle run, by the clock and by processor time, and the memory beside the matrix's. Arguments: rows
(1,000,000), pairs (5)."""

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))

from program import PROGRAM, environment

COLUMNS = 10
READ = ("import sys, time, pandas\nbegin = time.perf_counter(), time.process_time()\npandas.read_csv(sys.argv[1])\n"
        "print(time.perf_counter() - begin[0], time.process_time() - begin[1])")


def write_table(path, rows):
    """Scores of two decimals, names of 13 bytes, base models of 6."""
    draw = random.Random(1)
    with open(path, "w", encoding="utf-8") as file:
        file.write("model,base_model," + ",".join(f"bench{j}" for j in range(COLUMNS)) + "\n")
        file.writelines(f"model-{i:07},base-{i % 8}," + ",".join(f"{draw.uniform(5, 95):.2f}" for _ in range(COLUMNS)) + "\n"
                        for i in range(rows))


def measure(command):
    """Seconds by the clock, seconds of processor time, peak of memory in bytes, and what was printed."""
    begin = time.perf_counter()
    with subprocess.Popen(command, env=environment(), stdout=subprocess.PIPE, text=True) as process:
        printed = process.stdout.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{command[0]} ended with status {process.returncode}")
    return time.perf_counter() - begin, used.ru_utime + used.ru_stime, 1024 * used.ru_maxrss, printed


def main():
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    pairs = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    ours, theirs, calls = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        table = os.path.join(folder, "table.csv")
        write_table(table, rows)
        for i in range(pairs):
            ours.append(measure([PROGRAM, "import", table, "-o", os.path.join(folder, "scores.h5"), "--overwrite"]))
            theirs.append(measure([sys.executable, "-c", READ, table]))
            calls.append([float(word) for word in theirs[-1][3].split()])
            print(f"{i + 1}: import {ours[-1][0]:.2f} s, {ours[-1][1]:.2f} s of processor time; pandas {theirs[-1][0]:.2f} s, "
                  f"{theirs[-1][1]:.2f} s; the call alone {calls[-1][0]:.2f} s, {calls[-1][1]:.2f} s", flush=True)
    for what, others in (("a process that reads it", theirs), ("the call alone", calls)):
        for k, kind in enumerate(("clock", "processor time")):
            best = min(run[k] for run in ours) / min(run[k] for run in others)
            middle = statistics.median(run[k] for run in ours) / statistics.median(run[k] for run in others)
            print(f"import against pandas, {what}, {kind}: best {best:.2f} times, middle {middle:.2f} times")
    peak = max(run[2] for run in ours)
    print(f"memory: {peak / 1e6:.0f} MB, {peak / (8 * rows * COLUMNS):.2f} times the matrix")


if __name__ == "__main__":
    main()
