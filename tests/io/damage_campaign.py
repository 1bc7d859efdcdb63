"""Flips bits of score files and cuts them; `exahca check` must say what is wrong, whatever its child does.

usage: damage_campaign.py PROGRAM [FLIPS [CUTS [SEED]]]        (default 100 flips and 20 cuts, seed 1)

The files are such as people write with h5py: without a digest, so that damage reaches the HDF5 library. Three layouts
take turns. Every call has to end by itself within its time, with status 0 (the change did no harm that could be seen) or
3 and one line that names the file. Prints what was said how often.
"""

import collections
import os
import random
import subprocess
import sys
import tempfile

try:
    import h5py
    import numpy
except ImportError:
    print("skipped: h5py is not installed")
    sys.exit(77)

PATIENCE = 2  # seconds for one file: damage can make the HDF5 library run for ever
LONGEST = 120  # for check to end by itself, on a machine that has other things to do


def write(path, layout):
    values = numpy.random.default_rng(1).uniform(0, 100, (60, 4))
    models, bases = [f"model-{i}" for i in range(60)], ["llama", "qwen", "gemma"] * 20
    with h5py.File(path, "w", libver="latest" if layout == "latest" else None) as file:
        filters = {"chunks": (16, 2), "compression": "gzip", "shuffle": True} if layout == "compressed" else {}
        file.create_dataset("scores", data=values, **filters)
        file["model"], file["base_model"], file["benchmark"] = models, bases, ["A", "B", "C", "D"]
        file.attrs["filetype"] = "exahca-scores"
        file.attrs["format_version"] = numpy.array([1, 0])


def reading(done):
    """The gist of what check said."""
    if done.returncode == 0:
        return "sound"
    for gist in ("the HDF5 library crashed", "cannot be read within", "is cut off"):
        if gist in done.stderr:
            return gist
    return "refused with a reason"


def check(program, path, seconds=PATIENCE):
    """\\returns what was said; raises AssertionError when check broke its promise."""
    done = subprocess.run([program, "check", path, "--seconds", str(seconds)], capture_output=True, text=True,
                          errors="replace", timeout=LONGEST, check=False)
    if done.returncode not in (0, 3):
        raise AssertionError(f"status {done.returncode}: {done.stderr}")
    said = done.stdout if done.returncode == 0 else done.stderr
    if len(said.splitlines()) != 1 or os.path.basename(path) not in said:
        raise AssertionError(f"not one line with the file's name: {said}")
    return reading(done)


def damages(whole, flips, cuts, generator):
    for _ in range(flips):
        bit = generator.randrange(8 * len(whole))
        damaged = bytearray(whole)
        damaged[bit // 8] ^= 1 << bit % 8
        yield f"bit {bit}", bytes(damaged)
    for _ in range(cuts):
        size = generator.randrange(len(whole))
        yield f"cut to {size}", whole[:size]


def main():
    program = os.path.abspath(sys.argv[1])
    flips, cuts, seed = (int(value) for value in [*sys.argv[2:], *("100", "20", "1")[len(sys.argv) - 2 :]])
    generator = random.Random(seed)
    layouts = ("plain", "compressed", "latest")
    said = collections.Counter()
    with tempfile.TemporaryDirectory(prefix="exahca-test-") as folder:
        path = os.path.join(folder, "scores.h5")
        for i, layout in enumerate(layouts):
            write(path, layout)
            if check(program, path, LONGEST / 2) != "sound":
                raise AssertionError(f"the whole file is refused: {layout}")
            with open(path, "rb") as file:
                whole = file.read()
            share = lambda count: count // 3 + (i < count % 3)  # noqa: E731
            for how, damaged in damages(whole, share(flips), share(cuts), generator):
                with open(path, "wb") as file:
                    file.write(damaged)
                try:
                    said["cut" if how.startswith("cut") else "flip", check(program, path)] += 1
                except (AssertionError, subprocess.TimeoutExpired) as error:
                    sys.exit(f"{layout}, {how}: {error}")
    for (kind, gist), count in sorted(said.items()):
        print(f"{kind}: {count} {gist}")


if __name__ == "__main__":
    main()
