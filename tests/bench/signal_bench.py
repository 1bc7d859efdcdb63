"""How long after a signal do the interim results stand on the disk?

The published setting's size on simulated models, alone and on two ranks. Run it on a quiet machine from the
project's folder; arguments: seconds until the signal, replicates asked for."""

import os
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "app"))

from program import PROGRAM, environment, launcher

SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


def ranks_of(process):
    """The processes that a launcher started; the process itself when it is the program."""
    children = subprocess.run(["pgrep", "-P", str(process.pid)], stdout=subprocess.PIPE, text=True, check=False).stdout
    return [int(number) for number in children.split()] or [process.pid]


def measure(folder, number, ranks, seconds, replicates):
    results = os.path.join(folder, "results.h5")
    if os.path.exists(results):
        os.remove(results)
    process = subprocess.Popen(
        [*launcher(ranks), PROGRAM, "search", os.path.join(folder, "scores.h5"), "-o", results, "--factors", "3",
         "--estimator", "published", "--bootstrap", replicates, "--snapshot-interval", "600s", "--quiet"],
        env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    time.sleep(seconds)
    begin = time.monotonic()
    for rank in ranks_of(process):
        os.kill(rank, number)
    while not os.path.exists(results) and process.poll() is None:
        time.sleep(0.002)
    spent = time.monotonic() - begin
    size = os.path.getsize(results) / 1e6
    process.wait()
    done = "finished before the signal" if process.returncode in (0, 5) else f"{spent:.2f} s"
    print(f"{number.name} {ranks or 1} ranks: {done}, {size:.1f} MB", flush=True)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 3
    replicates = sys.argv[2] if len(sys.argv) > 2 else "7300"
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([PROGRAM, "simulate", "-o", os.path.join(folder, "scores.h5"), "--factors", "3",
                        "--sizes", "756,332,238,154"], check=True, stdout=subprocess.DEVNULL)
        for number in SIGNALS:
            for ranks in (None, 2):
                measure(folder, number, ranks, seconds, replicates)


if __name__ == "__main__":
    main()
