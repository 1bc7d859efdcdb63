"""A table to import, and what came out of it."""

import csv
import random

from program import ProgramTest

from hdf5_modules import h5py, numpy

BENCHMARKS = ("A", "B", "C", "D", "E")


class TableTest(ProgramTest):
    """Tests that import tables of 120 models in two base models, with five benchmarks."""

    def setUp(self):
        super().setUp()
        draw = random.Random(5)
        loadings = [[draw.gauss(0, 6) for _ in BENCHMARKS] for _ in range(2)]
        self.rows = []
        for base in ("g one", "g/two"):
            for i in range(60):
                factors = [draw.expovariate(1) - 1 for _ in loadings]
                scores = [max(1.0, 50 + sum(f * row[j] for f, row in zip(factors, loadings)) + draw.gauss(0, 2)) for j in range(5)]
                self.rows.append([f"{base} m{i}", base, *(round(score, 2) for score in scores)])

    def write(self, name, rows=None, dress=str, header=("model", "base_model", *BENCHMARKS), **options):
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, **options)
            table.writerow(header)
            for row in self.rows if rows is None else rows:
                table.writerow([*row[:2], *(dress(cell) for cell in row[2:])])

    def scores(self, name="s.h5"):
        with h5py.File(self.path(name)) as file:
            return file["scores"][:]

    def imported(self, *words):
        return self.succeed("import", *words, "-o", "s.h5", "--overwrite").stdout

    def wanted(self):
        return numpy.array([row[2:] for row in self.rows])

    def groups(self):
        with h5py.File(self.path("s.h5")) as file:
            return [name.decode() for name in file["base_model"][:]]
