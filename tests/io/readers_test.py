#!/usr/bin/python3
"""Opens a file with each reader that people use and compares what it shows with what was written (sample_tree.hpp).

usage: readers_test.py READER WRITER; exit status 77 when the reader is not installed.
"""
import math
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

SKIPPED = 77
UNMIXING = [[[1, 2, 3], [4, 5, math.nan]], [[7, 8, 9], [10, 11, 12]]]


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def need_module(name):
    try:
        return __import__(name)
    except ImportError:
        raise unittest.SkipTest(f"Python has no module {name}") from None


def need_program(name):
    if shutil.which(name) is None:
        raise unittest.SkipTest(f"no program {name}")


def same(a, b):
    import numpy
    return numpy.array_equal(numpy.asarray(a, dtype=float), numpy.asarray(b, dtype=float), equal_nan=True)


class Reader(unittest.TestCase):
    """Names of test methods are names of readers."""
    path = None

    def h5py(self):
        h5py = need_module("h5py")
        with h5py.File(self.path) as file:
            self.assertEqual(list(file["benchmark"].asstr()), ["IFEval", "日本語", ""])
            self.assertTrue(same(file["estimate/published/unmixing"], UNMIXING))
            dims = file["estimate/published/unmixing"].dims
            self.assertEqual([dim[0].name for dim in dims],
                             ["/estimate/published/order", "/estimate/published/level", "/benchmark"])
            self.assertTrue(h5py.h5ds.is_scale(file["benchmark"].id))
            self.assertEqual(file["seed"][()], 2**52)
            self.assertEqual(file["title"].asstr()[()], "a scalar text")
            self.assertEqual(list(file.attrs["format_version"]), [1, 2])
            self.assertEqual(file.attrs["a comment"], "日本語 <script>")
            self.assertEqual(file["failures/reason"].shape, (0,))
            self.assertEqual(file["failures/value"].shape, (0, 3))
            self.assertEqual(file["estimate/published/proved"].dtype, "int8")
            plist = file["estimate/published/mic"].id.get_create_plist()
            self.assertEqual([plist.get_filter(i)[0] for i in range(plist.get_nfilters())], [2, 1, 3])

    def netcdf4(self):
        netCDF4 = need_module("netCDF4")
        with netCDF4.Dataset(self.path) as file:
            self.assertEqual(list(file["benchmark"][:]), ["IFEval", "日本語", ""])
            published = file["estimate/published"]
            self.assertEqual(published["unmixing"].dimensions, ("order", "level", "benchmark"))
            self.assertTrue(same(published["unmixing"][:], UNMIXING))
            self.assertEqual(published["unmixing"].units, "1")
            self.assertEqual(published["unmixing"].long_name, "H")
            self.assertEqual(int(file["seed"][...]), 2**52)
            self.assertEqual(file["title"][...], "a scalar text")
            self.assertEqual(list(file.format_version), [1, 2])
            self.assertEqual(file.getncattr("a comment"), "日本語 <script>")
            self.assertEqual(file["failures/reason"].shape, (0,))
            self.assertEqual(file["failures/reason"][:].shape, (0,))
            self.assertEqual(file["failures/value"][:].shape, (0, 3))
            self.assertEqual(list(file.variables), ["benchmark", "seed", "title"])
            self.assertEqual(list(published.variables), ["mic", "order", "unmixing", "proved"])

    def xarray_netcdf4(self):
        need_module("netCDF4")
        self.check_xarray("netcdf4")

    def xarray_h5netcdf(self):
        need_module("h5netcdf")
        self.check_xarray("h5netcdf")

    def check_xarray(self, engine):
        xarray = need_module("xarray")
        with xarray.open_dataset(self.path, engine=engine) as root:
            self.assertEqual(list(root.coords["benchmark"].values), ["IFEval", "日本語", ""])
            self.assertEqual(int(root["seed"]), 2**52)
            self.assertEqual(str(root["title"].values), "a scalar text")
            self.assertEqual(list(root.attrs["format_version"]), [1, 2])
            self.assertEqual(root.attrs["note"], "")
        with xarray.open_dataset(self.path, engine=engine, group="estimate/published") as published:
            self.assertEqual(published["unmixing"].dims, ("order", "level", "benchmark"))
            self.assertTrue(same(published["unmixing"], UNMIXING))
            self.assertEqual(list(published.coords["order"].values), [0, 1])
            self.assertEqual(list(published["proved"].values), [1, 0])
            self.assertEqual(published["mic"].attrs["long_name"], "largest inexactness")
        with xarray.open_dataset(self.path, engine=engine, group="failures") as failures:
            failures.load()
            self.assertEqual(failures["task"].shape, (0,))
            self.assertEqual(failures["reason"].shape, (0,))
            self.assertEqual(failures["value"].shape, (0, 3))
        with xarray.open_dataset(self.path, engine=engine, group="empty") as empty:
            self.assertEqual(len(empty.variables), 0)

    def ncdump(self):
        need_program("ncdump")
        text = run("ncdump", self.path)
        for line in ('benchmark = "IFEval", "日本語", _ ;', "seed = 4503599627370496 ;", 'title = "a scalar text" ;',
                     "double unmixing(order, level, benchmark) ;", "mic = 0.0392, 0.042 ;", "proved = 1, 0 ;",
                     ":format_version = 1LL, 2LL ;", "string reason(failure) ;"):
            self.assertTrue(line in text, line)
        self.assertFalse("This is a netCDF dimension" in text)

    def h5dump(self):
        need_program("h5dump")
        text = run("h5dump", self.path)
        self.assertTrue('(0): "IFEval",' in text)
        self.assertTrue("(1,1,0): 10, 11, 12" in text)
        self.assertTrue("CHECKSUM FLETCHER32" in run("h5dump", "-p", "-H", self.path))

    def rhdf5(self):
        need_program("Rscript")
        if subprocess.run(["Rscript", "-e", "library(rhdf5)"], capture_output=True).returncode != 0:
            raise unittest.SkipTest("R has no package rhdf5")
        script = """
            suppressMessages(library(rhdf5)); path <- commandArgs(TRUE)[1]
            stopifnot(nrow(h5ls(path)) > 10)
            stopifnot(identical(as.vector(h5read(path, "benchmark")), c("IFEval", "\u65e5\u672c\u8a9e", "")))
            u <- h5read(path, "estimate/published/unmixing")
            stopifnot(identical(dim(u), c(3L, 2L, 2L)), u[1, 1, 1] == 1, u[1, 2, 1] == 4, is.nan(u[3, 2, 1]), u[3, 2, 2] == 12)
            stopifnot(h5read(path, "title") == "a scalar text")
            stopifnot(h5read(path, "seed", bit64conversion = "double") == 2^52)
            stopifnot(identical(as.vector(h5read(path, "estimate/published/proved")), c(1L, 0L)))
            stopifnot(length(h5read(path, "failures/task")) == 0, length(h5read(path, "failures/reason")) == 0)
            stopifnot(length(h5read(path, "failures/value")) == 0)
            a <- h5readAttributes(path, "/"); stopifnot(a$filetype == "sample", all(a$format_version == c(1, 2)))
            all <- h5read(path, "/", bit64conversion = "double"); stopifnot(all$title == "a scalar text")
            cat("R agrees\\n")
        """
        done = subprocess.run(["Rscript", "-e", script, self.path], capture_output=True, text=True)
        self.assertIn("R agrees", done.stdout, done.stderr)


if __name__ == "__main__":
    reader, writer = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        Reader.path = os.path.join(directory, "sample.h5")
        run(writer, Reader.path)
        suite = unittest.TestSuite([Reader(reader)])
        result = unittest.TextTestRunner(verbosity=2).run(suite)
        sys.exit(SKIPPED if result.skipped else 0 if result.wasSuccessful() else 1)
