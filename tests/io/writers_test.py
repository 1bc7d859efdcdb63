#!/usr/bin/python3
"""Score files that people write with other software are accepted.

usage: writers_test.py WRITER CHECKER DOCUMENT; exit status 77 when the writer is not installed.
"""
import os
import re
import subprocess
import sys
import tempfile
import unittest

SKIPPED = 77
MODELS = ["m1", "日本", "m3"]
BENCHMARKS = ["A", "B"]
BASES = ["x", "x", ""]
SCORES = [[1, 2], [3, 4], [5, 6]]


def need(*names):
    for name in names:
        try:
            __import__(name)
        except ImportError:
            raise unittest.SkipTest(f"Python has no module {name}") from None


class Writer(unittest.TestCase):
    """Names of test methods are names of writers."""
    checker = document = None

    def check(self, path, models=3, bases=1, benchmarks=2):
        done = subprocess.run([self.checker, path], capture_output=True, text=True)
        self.assertEqual(done.stdout.strip(),
                         f"{path}: scores of {models} models with {bases} base model{'' if bases == 1 else 's'} on {benchmarks} benchmarks")

    def documented_example(self):
        need("h5py", "numpy")
        with open(self.document, encoding="utf-8") as document:
            example = re.search(r"```python\n(.*?)```", document.read(), re.DOTALL).group(1)
        subprocess.run([sys.executable, "-c", example], check=True)
        self.check("scores.h5", 4, 2, 3)

    def h5py(self):
        need("h5py", "numpy")
        import h5py
        import numpy
        bytes_of = lambda names: numpy.array([name.encode() for name in names], dtype="S12")
        utf8 = h5py.string_dtype(length=12)
        cases = {
            "fixed bytes": lambda f: [f.create_dataset(n, data=bytes_of(v)) for n, v in NAMES],
            "fixed UTF-8": lambda f: [f.create_dataset(n, data=bytes_of(v).astype(utf8)) for n, v in NAMES],
            "variable": lambda f: [f.create_dataset(n, data=v) for n, v in NAMES],
        }
        NAMES = [("model", MODELS), ("benchmark", BENCHMARKS), ("base_model", BASES)]
        scores = numpy.array(SCORES)
        for label, write_names in cases.items():
            for dtype in ("float64", "float32", ">f8", "float16", "int64", "int8", "uint16", "bool"):
                for version in ("earliest", "latest", ("v108", "v108")):
                    with self.subTest(names=label, dtype=dtype, version=version):
                        with h5py.File("s.h5", "w", libver=version) as file:
                            write_names(file)
                            file.create_dataset("scores", data=scores.astype(dtype))
                        self.check("s.h5")
        for options in ({"compression": "gzip"}, {"chunks": (2, 1), "shuffle": True},
                        {"maxshape": (None, 2)}, {"fletcher32": True}):
            with self.subTest(options=options):
                with h5py.File("s.h5", "w", track_order=True, userblock_size=512) as file:
                    cases["variable"](file)
                    file.create_dataset("scores", data=scores.astype(float), **options)
                self.check("s.h5")

        with h5py.File("s.h5", "w") as file:
            cases["variable"](file)
            file.create_dataset("scores", data=scores.astype(float), compression="lzf")
        done = subprocess.run([self.checker, "s.h5"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 3)
        self.assertIn('compressed with filter 32000 "lzf", which HDF5 itself does not have; use gzip', done.stdout)

    def xarray(self):
        need("xarray", "netCDF4", "h5netcdf")
        import xarray
        data = xarray.Dataset({"scores": (("model", "benchmark"), [[float(s) for s in row] for row in SCORES]),
                               "base_model": ("model", BASES)},
                              coords={"model": MODELS, "benchmark": BENCHMARKS})
        for engine in ("netcdf4", "h5netcdf"):
            with self.subTest(engine=engine):
                data.to_netcdf(f"{engine}.nc", engine=engine)
                self.check(f"{engine}.nc")

    def rhdf5(self):
        script = """
            if (!requireNamespace("rhdf5", quietly = TRUE)) quit(status = 77)
            library(rhdf5); h5createFile("r.h5")
            h5write(c("m1", "m2", "m3"), "r.h5", "model"); h5write(c("A", "B"), "r.h5", "benchmark")
            h5write(c("x", "x", ""), "r.h5", "base_model")
            scores <- matrix(c(1, 2, 3, 4, 5, 6), nrow = 3, byrow = TRUE)
            h5write(t(scores), "r.h5", "scores")
        """
        try:
            done = subprocess.run(["Rscript", "-e", script], capture_output=True, text=True)
        except FileNotFoundError:
            done = None
        if done is None or done.returncode == SKIPPED:
            raise unittest.SkipTest("no R with the package rhdf5")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.check("r.h5")


if __name__ == "__main__":
    writer, Writer.checker, Writer.document = sys.argv[1:]
    with tempfile.TemporaryDirectory() as directory:
        os.chdir(directory)
        suite = unittest.TestSuite([Writer(writer)])
        result = unittest.TextTestRunner(verbosity=2).run(suite)
        sys.exit(SKIPPED if result.skipped else 0 if result.wasSuccessful() else 1)
