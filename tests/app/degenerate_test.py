"""Scores that no estimator can use as they are: named at import, refused or warned of before a search computes."""

import csv
import os
import random

from program import ProgramTest

BENCHMARKS = "ABCDE"


class DegenerateTest(ProgramTest):
    def import_table(self, models, change=lambda base, row: row, benchmarks=BENCHMARKS, seed=1):
        """Benchmarks with two factors in common; `change` makes a row of scores what the case needs."""
        generator = random.Random(seed)
        loadings = [[generator.gauss(0, 4) for _ in benchmarks] for _ in range(2)]
        with open(self.path("t.csv"), "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            header_done = False
            for base, count in models.items():
                for i in range(count):
                    factors = [generator.expovariate(1), generator.uniform(-2, 2)]
                    row = [
                        round(50 + sum(f * loading[j] for f, loading in zip(factors, loadings)) + generator.gauss(0, 1), 2)
                        for j in range(len(benchmarks))
                    ]
                    row = change(base, row)
                    if not header_done:
                        writer.writerow(["model", "base_model", *[*benchmarks, "Average"][: len(row)]])
                        header_done = True
                    writer.writerow([f"{base}-{i}", base, *row])
        return self.succeed("import", "t.csv", "-o", "s.h5", "--overwrite").stdout

    def search(self, *more):
        return self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--density", "sas", "-q", *more)

    def refused(self, *parts, options=()):
        for command in (("search",), ("plan", "--pilot-seconds", 1)):
            done = self.run_program(*command, "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, *options)
            self.assertEqual(done.returncode, 2, done.stderr)
            for part in parts:
                self.assertIn(part, done.stderr)
            self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertFalse(os.path.exists(self.path("r.h5")))

    def told(self, warning):
        """Noise has a lower bound, so the noise-aware likelihood has a maximum."""
        done = self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--density", "mog2", "-q")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(warning, done.stderr)
        shown = self.succeed("show", "r.h5").stdout
        os.remove(self.path("r.h5"))
        return shown

    def test_a_mean_of_other_benchmarks(self):
        text = self.import_table({"a": 60, "b": 70}, lambda _, row: [*row, round(sum(row) / len(row), 2)])
        self.assertIn("Average is the mean of A, B, C, D, E\n", text)
        self.assertIn("leave it out with --exclude Average", text)
        self.refused("Average is the mean of A, B, C, D, E", "leave Average out with --exclude of exahca import", options=("--noise", "span"))
        self.told("warning: Average is the mean of A, B, C, D, E")
        done = self.search("--estimator", "published")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: Average is the mean of A, B, C, D, E", done.stderr)
        # What the import proposes is what works.
        self.succeed("import", "t.csv", "-o", "s.h5", "--overwrite", "--exclude", "Average")
        done = self.search("--overwrite")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_a_benchmark_that_is_constant_everywhere(self):
        text = self.import_table({"a": 60, "b": 70}, lambda base, row: [*row[:3], 7 if base == "a" else 8, row[4]])
        self.assertIn("D is constant within every base model", text)
        for noise in ("aware", "span"):
            self.refused("D is constant within every base model", options=("--noise", noise))

    def test_a_benchmark_that_is_constant_in_one_base_model(self):
        text = self.import_table({"a": 60, "b": 70, "c": 50}, lambda base, row: [*row[:2], 12, *row[3:]] if base == "b" else row)
        self.assertIn("C is constant in base model b\n", text)
        self.refused("C is constant in base model b", "--domains", "--estimator published", options=("--noise", "span"))
        shown = self.told("warning: C is constant in base model b: its scores there count as missing")
        self.assertIn("C is constant in base model b", " ".join(shown.split()))
        # Its pile of equal scores is no end of the scale.
        for told in (text, shown, self.succeed("domains", "s.h5", "--min-models", 1, "--factors", 2).stdout):
            self.assertNotRegex(told, "floor|ceiling")
        self.assertEqual(self.search("--domains", "a,c").returncode, 0)
        listed = self.succeed("domains", "s.h5", "--min-models", 1, "--factors", 2).stdout
        self.assertRegex(listed, r"(?m)^ *\d+ b .*C is constant$")
        done = self.search("--estimator", "published", "--overwrite")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("warning: C is constant in base model b", done.stderr)

    def test_too_few_benchmarks_that_vary_in_one_base_model(self):
        self.import_table({"a": 60, "b": 70}, lambda base, row: [*row[:2], 12, 0, 3] if base == "b" else row)
        self.refused("too few benchmarks vary within a base model: b (2 of 5 for 2 factors)", "fewer --factors")

    def test_base_models_too_small_for_their_benchmarks(self):
        self.import_table({"w": 70, "x": 6, "y": 9, "z": 80})
        for estimator in ("joint", "published"):
            self.refused("5 benchmarks", "x 6", "y 9", "at least 10", options=("--estimator", estimator))
        done = self.search("--domains", "w,z")
        self.assertEqual(done.returncode, 0, done.stderr)

    def test_what_is_advised_can_be_done(self):
        """Where all base models are too small none can be left out, and no --min-models helps: fewer benchmarks do."""
        self.import_table({"x": 8, "y": 8, "z": 8})
        self.refused("x 8, y 8 and z 8", "of full rank): import 4 benchmarks or fewer with --scores\n")
        done = self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 9)
        self.assertEqual(done.returncode, 2)
        self.assertIn("the largest, x, has 8): import 4 benchmarks or fewer with --scores: 5 benchmarks need 10", done.stderr)
        self.succeed("import", "t.csv", "-o", "s.h5", "--overwrite", "--scores", ",".join(BENCHMARKS[:4]))
        self.assertEqual(self.search().returncode, 0)

    def test_few_models_are_told_before_they_are_analysed(self):
        # published, 5 benchmarks, 2 factors: 5 means and a 2 x 5 matrix.
        self.import_table({"x": 29, "z": 80})
        done = self.search("--estimator", "published")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("few models for the 15 parameters", done.stderr)
        self.assertIn("x 29 (estimates are rough below 30)", done.stderr)
        self.import_table({"x": 30, "z": 80})
        self.assertNotIn("few models", self.search("--estimator", "published", "--overwrite").stderr)

    def test_pairs_of_many_base_models_are_listed_in_blocks(self):
        self.import_table({f"m{i:02}": 20 for i in range(18)})
        text = self.succeed("domains", "s.h5", "--min-models", 1, "--factors", 2).stdout
        for title in ("Angles between", "BIC of one shared subspace minus one for each"):
            start = text.index(title)
            rows = [line for line in text[start:].split("\n\n")[0].splitlines() if line[:3].strip().isdigit()]
            cells = sum(len(row.split()) - 2 for row in rows)
            self.assertEqual(cells, 18 * 17 // 2, text)
            self.assertLessEqual(max(map(len, rows)), 120)


if __name__ == "__main__":
    from unittest_main import main

    main()
