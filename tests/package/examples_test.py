#!/usr/bin/python3
"""Runs one of docs/examples on a results file and compares its numbers with those of `exahca show --json`.

usage: examples_test.py EXAMPLE; exit status 77 when its tool is not installed.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile

SKIPPED = 77
TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
EXAMPLES = os.path.join(TOP, "docs", "examples")
BUILD = os.environ["EXAHCA_BUILD_DIR"]
PROGRAM = os.path.join(BUILD, "exahca")
PYTHON = sys.executable


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            skip(f"no program {program}")


def need_module(*names):
    for name in names:
        if subprocess.run([PYTHON, "-c", f"import {name}"], capture_output=True, check=False).returncode != 0:
            skip(f"Python has no module {name}")


def run(*command):
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{command} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def search(folder, *options):
    scores = os.path.join(folder, "scores.h5")
    run(PROGRAM, "simulate", "-o", scores, "--factors", "2", "--sizes", "160,150")
    results = os.path.join(folder, "results.h5")
    run(PROGRAM, "search", scores, "-o", results, "--factors", "2", "--quiet", *options)
    return results


def expected_lines(shown):
    """What every reader should print, from the JSON."""
    for setting in shown["settings"]:
        yield ("setting", setting["name"])
        yield ("mic", setting["orders"][0]["mic"])
        yield ("support", setting["support"]["share"])
        for factor, named in enumerate(setting["alignment"], 1):
            yield ("factor", str(factor), named["benchmark"])
        for domain in setting["domains"]:
            for effect, row in enumerate(domain["coefficients"]):
                for cause in range(effect):
                    yield ("weight", domain["name"], str(cause + 1), str(effect + 1), row[cause])


def check(printed, shown):
    """Numbers must be the same doubles: readers print 17 digits."""
    wanted = list(expected_lines(shown))
    lines = [line.strip() for line in printed.splitlines()]
    assert len(wanted) > 12, wanted
    assert len(lines) == len(wanted), f"{len(lines)} lines instead of {len(wanted)}:\n{printed}"
    for line, want in zip(lines, wanted):
        if isinstance(want[-1], float) or isinstance(want[-1], int):
            head, number = line.rsplit(" ", 1)
            assert head == " ".join(want[:-1]), (line, want)
            assert float(number) == want[-1], (line, want)
        else:
            assert line == " ".join(want), (line, want)


def read_with(*command):
    with tempfile.TemporaryDirectory() as folder:
        results = search(folder, "--estimator", "published,joint", "--density", "sas", "--orders", "3", "--restarts", "3",
                         "--bootstrap", "12")
        shown = json.loads(run(PROGRAM, "show", results, "--json"))
        assert len(shown["settings"]) == 2
        check(run(*(results if part == "RESULTS" else part for part in command)), shown)


def example(name):
    return os.path.join(EXAMPLES, name)


def h5py():
    need_module("h5py")
    read_with(PYTHON, example("read_h5py.py"), "RESULTS")


def xarray_h5netcdf():
    need_module("xarray", "h5netcdf")
    read_with(PYTHON, example("read_xarray.py"), "RESULTS", "h5netcdf")


def xarray_netcdf4():
    need_module("xarray", "netCDF4")
    read_with(PYTHON, example("read_xarray.py"), "RESULTS", "netcdf4")


def h5dump():
    need("h5dump")
    read_with("bash", example("read_h5dump.sh"), "RESULTS")


def ncdump():
    need("ncdump")
    read_with("bash", example("read_ncdump.sh"), "RESULTS")


def rhdf5():
    need("Rscript")
    if subprocess.run(["Rscript", "-e", "library(rhdf5)"], capture_output=True, check=False).returncode != 0:
        skip("R has no package rhdf5")
    read_with("Rscript", example("read_rhdf5.R"), "RESULTS")


def link_library():
    """The installed library finds the same orders in the same matrices as the program."""
    need("cmake")
    matrices = "2 3 4\n" \
        "1.0 0.2 -0.4 0.1\n0.3 1.1 0.2 0.5\n-0.2 0.4 0.9 0.3\n" \
        "0.8 -0.3 0.1 0.6\n0.1 0.7 -0.5 0.2\n0.4 0.1 1.2 -0.3\n"
    with tempfile.TemporaryDirectory() as folder:
        run("cmake", "--install", BUILD, "--prefix", os.path.join(folder, "root"))
        source, build = example("link_library"), os.path.join(folder, "build")
        with open(os.path.join(BUILD, "CMakeCache.txt"), encoding="utf-8") as cache:
            generator = next(line.split("=", 1)[1].strip() for line in cache if line.startswith("CMAKE_GENERATOR:"))
        run("cmake", "-G", generator, "-S", source, "-B", build, f"-DCMAKE_PREFIX_PATH={folder}/root", "-DCMAKE_BUILD_TYPE=Release")
        run("cmake", "--build", build)
        path, results = os.path.join(folder, "m.txt"), os.path.join(folder, "results.h5")
        with open(path, "w", encoding="utf-8") as file:
            file.write(matrices)
        run(PROGRAM, "search", path, "--orders-only", "-o", results, "--quiet")
        orders = json.loads(run(PROGRAM, "show", results, "--json"))["settings"][0]["orders"]
        lines = run(os.path.join(build, "rank_orders"), path).splitlines()
        assert len(lines) == 3, lines
        for line, order in zip(lines, orders):
            word, mic, *inexactness = line.split()
            assert (word, float(mic)) == ("mic", order["mic"]), (line, order)
            assert [float(value) for value in inexactness] == order["inexactness"], (line, order)
        assert orders[0]["mic"] < orders[2]["mic"]


if __name__ == "__main__":
    {"h5py": h5py, "xarray_h5netcdf": xarray_h5netcdf, "xarray_netcdf4": xarray_netcdf4, "h5dump": h5dump,
     "ncdump": ncdump, "rhdf5": rhdf5, "link_library": link_library}[sys.argv[1]]()
    print("the example agrees with exahca show --json")
