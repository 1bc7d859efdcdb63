#!/usr/bin/python3
"""Opens every group of results and score files with the readers that people use, and compares every value with h5py's.

usage: every_group_test.py READER; exit status 77 when the reader is not installed.
"""

import os
import subprocess
import sys
import tempfile

from examples_test import PROGRAM, need, need_module, run, skip

try:
    import h5py
    import numpy
except ImportError:
    h5py = None

# All datasets of a file with their values, one line each: path, tab, number of values, tab, sum or all texts.
R_SCRIPT = r"""
suppressMessages(library(rhdf5))
walk <- function(path, part) for (name in names(part)) {
  here <- paste0(path, "/", name); value <- part[[name]]
  if (is.list(value) && !is.data.frame(value)) walk(here, value)
  else if (is.character(value)) cat(here, length(value), paste(value, collapse = "|"), sep = "\t", fill = FALSE, "\n")
  else cat(here, length(value), format(sum(as.numeric(value), na.rm = TRUE), digits = 17), sep = "\t", "\n")
}
walk("", h5dump(commandArgs(TRUE)[1], bit64conversion = "double"))
"""


def make_files(folder):
    """A results file that has groups of every kind, its score file, one of given matrices, and one with profiles of models."""
    names = ("scores.h5", "results.h5", "orders.h5", "models.h5")
    scores, results, orders, models = (os.path.join(folder, name) for name in names)
    run(PROGRAM, "simulate", "-o", scores, "--factors", "2", "--sizes", "90,80")
    run(PROGRAM, "search", scores, "-o", results, "--min-models", "1", "--factors", "2", "--quiet", "--density", "sas",
        "--estimator", "published,joint", "--orders", "all", "--restarts", "2", "--bootstrap", "3", "--parametric", "2",
        "--placebo", "2", "--no-control", "2", "--influence", "2", "--calibrate", "2")
    matrices = os.path.join(folder, "m.txt")
    with open(matrices, "w", encoding="utf-8") as file:
        file.write("2 2 3\n1 0.5 0\n0 1 0\n0 2 0\n3 -1 0\n")
    run(PROGRAM, "search", matrices, "--orders-only", "-o", orders, "--quiet")
    run(PROGRAM, "search", scores, "-o", models, "--min-models", "1", "--factors", "2", "--quiet", "--density", "mog2")
    run(PROGRAM, "models", models, "--store")
    return [scores, results, orders, models]


def contents(path):
    """Groups, and datasets with their values, as h5py sees them."""
    groups, datasets = ["/"], {}
    with h5py.File(path) as file:

        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                datasets["/" + name] = item.asstr()[()] if item.dtype.kind == "O" else item[()]
            else:
                groups.append("/" + name)

        file.visititems(visit)
    return groups, datasets


def same(a, b):
    a, b = numpy.asarray(a), numpy.asarray(b)
    if b.dtype.kind in "OU":
        return a.shape == b.shape and [str(x) for x in a.ravel()] == [str(x) for x in b.ravel()]
    return a.shape == b.shape and numpy.array_equal(a.astype(float), b.astype(float), equal_nan=True)


def open_with_xarray(engine, path):
    import xarray

    groups, datasets = contents(path)
    assert len(groups) >= 2, groups
    seen = set()
    for group in groups:
        with xarray.open_dataset(path, engine=engine, group=group) as opened:
            opened.load()
            for name, variable in opened.variables.items():
                where = f"{group.rstrip('/')}/{name}"
                assert same(variable.values, datasets[where]), where
                assert len(set(variable.dims)) == len(variable.dims), (where, variable.dims)
                for dimension in variable.dims:
                    assert not dimension.startswith("phony_dim"), f"{where} has a dimension without a name"
                    assert dimension in opened.coords, f"{where}: its dimension {dimension} has no coordinate"
                seen.add(where)
    assert seen == set(datasets), seen ^ set(datasets)
    return len(seen)


def xarray_h5netcdf(path):
    return open_with_xarray("h5netcdf", path)


def xarray_netcdf4(path):
    return open_with_xarray("netcdf4", path)


def ncdump(path):
    """The whole file, data included; every variable with its dimensions stands in the header."""
    text = subprocess.run(["ncdump", path], capture_output=True, text=True, check=True).stdout
    assert "phony" not in text and "This is a netCDF dimension" not in text
    _, datasets = contents(path)
    declared = [line for line in text.splitlines() if line.startswith((" ", "\t")) and line.rstrip().endswith(";")]
    for where, value in datasets.items():
        name, rank = where.rsplit("/", 1)[1], numpy.ndim(value)
        found = [line for line in declared if f" {name}(" in line or f" {name} ;" in line]
        assert any(line.count(",") == max(0, rank - 1) for line in found), (where, rank, found)
    return len(datasets)


def rhdf5(path):
    script = path + ".R"
    with open(script, "w", encoding="utf-8") as file:
        file.write(R_SCRIPT)
    printed = {}
    for line in run("Rscript", script, path).splitlines():
        where, count, value = line.split("\t")[:3]
        printed[where] = (int(count), value)
    _, datasets = contents(path)
    for where, value in datasets.items():
        if numpy.size(value) == 0:
            continue  # R leaves out what is empty
        count, shown = printed[where]
        assert count == numpy.size(value), (where, count)
        values = numpy.asarray(value)
        if values.dtype.kind in "OU":
            assert shown == "|".join(str(x) for x in values.ravel()), where
        else:
            wanted = float(numpy.nansum(values.astype(float)))
            size = float(numpy.nansum(numpy.abs(values.astype(float))))
            assert abs(float(shown) - wanted) <= 1e-12 * size, (where, shown, wanted)
    return len(datasets)


def main(reader):
    if h5py is None:
        skip("Python has no module h5py")
    if reader.startswith("xarray"):
        need_module("xarray", "h5netcdf" if reader.endswith("h5netcdf") else "netCDF4")
    elif reader == "ncdump":
        need("ncdump")
    else:
        need("Rscript")
        if subprocess.run(["Rscript", "-e", "library(rhdf5)"], capture_output=True, check=False).returncode != 0:
            skip("R has no package rhdf5")
    with tempfile.TemporaryDirectory() as folder:
        for path in make_files(folder):
            print(os.path.basename(path), {"xarray_h5netcdf": xarray_h5netcdf, "xarray_netcdf4": xarray_netcdf4,
                                           "ncdump": ncdump, "rhdf5": rhdf5}[reader](path), "datasets")


if __name__ == "__main__":
    main(sys.argv[1])
