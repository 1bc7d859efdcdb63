"""Scores that are missing or stand at the end of their scale, from the CSV file to the answer."""

import csv
import math
import random

from program import ProgramTest

from hdf5_modules import h5py, numpy

BENCHMARKS = ("A", "B", "C", "D")
FAST = ("--estimator", "published", "--factors", 2, "--min-models", 50, "--restarts", 2, "--quiet")
AWARE = ("--factors", 2, "--min-models", 50, "--orders", 2, "--density", "mog2", "--quiet")


class IncompleteTest(ProgramTest):
    def write(self, name, gap=""):
        """Two base models of 150 models on four benchmarks. D stops at 0, every tenth model misses a score, one all."""
        draw = random.Random(11)
        loadings = [[draw.gauss(0, 8) for _ in BENCHMARKS] for _ in range(2)]
        self.rows = []
        for base in ("x", "y"):
            for i in range(150):
                factors = [draw.expovariate(1) - 1 for _ in loadings]
                scores = [40 + sum(f * row[j] for f, row in zip(factors, loadings)) + draw.gauss(0, 2) for j in range(4)]
                scores[3] = max(0.0, scores[3] - 35)
                cells = [f"{score:.2f}" for score in scores]
                if i % 10 == 4:
                    cells[i // 10 % 2] = gap
                self.rows.append([f"{base}{i}", base, *cells])
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["model", "base_model", *BENCHMARKS])
            table.writerows(self.rows)
            table.writerow(["empty", "x", *[gap] * 4])

    def test_from_the_table_to_the_answer(self):
        self.write("s.csv", "n/a")
        said = self.succeed("import", "s.csv", "-o", "s.h5").stdout
        self.assertIn("dropped for having no score at all: 1 row (empty)\n", said)
        self.assertIn("models that miss scores: 30 of 300 (A 16, B 14)", said)
        self.assertRegex(said, r"D has a floor at 0: \d+ of 300 scores")
        with h5py.File(self.path("s.h5")) as file:
            self.assertEqual(numpy.isnan(file["scores"][:]).sum(), 30)
            numpy.testing.assert_array_equal(file["floor"][:], [numpy.nan, numpy.nan, numpy.nan, 0])
            at_floor = int((file["scores"][:, 3] == 0).sum())
        domains = self.succeed("domains", "s.h5", "--factors", 2).stdout
        self.assertRegex(domains, r"D at its floor 0: x \d+ of 150, y \d+ of 150")
        self.assertIn("A missing: x 8 of 150, y 8 of 150", domains)

        self.succeed("search", "s.h5", "-o", "r.h5", *FAST, "--bootstrap", 4, "--placebo", 2, "--parametric", 2,
                     "--no-control", 2, "--influence", 2)
        shown = self.succeed("show", "r.h5").stdout
        self.assertIn("only models without a missing score are used: 135 of 150 of x, 135 of 150 of y", " ".join(shown.split()))
        self.assertIn(f"D {at_floor} at its floor of 0", " ".join(shown.split()))
        told = self.shown("r.h5")
        self.assertEqual([scale["missing"] for scale in told["scales"]], [16, 14, 0])
        self.assertEqual(told["scales"][2]["at_floor"], at_floor)
        self.succeed("report", "r.h5", "-o", "page")

        # The same as without these models from the start.
        self.succeed("import", "s.csv", "-o", "d.h5", "--missing", "drop")
        self.succeed("search", "d.h5", "-o", "q.h5", *FAST)
        with h5py.File(self.path("r.h5")) as kept, h5py.File(self.path("q.h5")) as dropped:
            (name,) = kept["estimate"]
            for field in ("mic", "unmixing", "models_used", "loadings"):
                numpy.testing.assert_array_equal(kept["estimate"][name][field], dropped["estimate"][name][field])
            numpy.testing.assert_array_equal(kept["input"]["domain_complete"], [135, 135])

    def test_any_number_of_ranks_gives_the_same_bits(self):
        self.write("s.csv")
        self.succeed("import", "s.csv", "-o", "s.h5")
        for ranks in (1, 2):
            self.succeed("search", "s.h5", "-o", f"{ranks}.h5", *FAST, "--bootstrap", 6, "--parametric", 4, ranks=ranks)
        self.succeed("compare", "1.h5", "2.h5")

    def test_missing_scores_that_are_not_as_predicted(self):
        self.write("s.csv")
        self.succeed("import", "s.csv", "-o", "s.h5")
        self.succeed("search", "s.h5", "-o", "r.h5", *AWARE, "--missing-shift", -5)
        shown = " ".join(self.succeed("show", "r.h5").stdout.split())
        self.assertRegex(shown, "Missing angles to the answer with missing scores drawn from their predictions: .*; with these lowered by 5 points: ")
        told = self.shown("r.h5")["settings"][0]
        self.assertEqual(told["parameters"]["missing_shift"], -5)
        moved = told["joint"]["noise"]["missing_shift"]
        self.assertEqual(moved["shift"], -5)
        with h5py.File(self.path("r.h5")) as file:
            (estimate,) = file["estimate"].values()
            numpy.testing.assert_array_equal(estimate["missing_shift"][:], [0, -5])
            numpy.testing.assert_array_equal(
                estimate["missing_shift_angle"][:], [moved["drawn_angle_degrees"], moved["shifted_angle_degrees"]]
            )
            self.assertTrue((estimate["missing_shift_angle"][:] > 0).all())
        # Nothing is missing: there is nothing to shift, and nothing is said.
        self.succeed("import", "s.csv", "-o", "d.h5", "--missing", "drop")
        self.succeed("search", "d.h5", "-o", "q.h5", *AWARE, "--missing-shift", -5)
        self.assertNotIn("missing scores drawn", self.succeed("show", "q.h5").stdout)
        self.fail_with(2, "no setting knows of missing scores", "search", "s.h5", "-o", "x.h5", *AWARE, "--noise", "span", "--missing-shift", -5)

    def test_anchors_are_kept_and_tested(self):
        self.write("s.csv")
        self.succeed("import", "s.csv", "-o", "s.h5")
        for ranks in (1, 2):
            self.succeed("search", "s.h5", "-o", f"{ranks}.h5", *AWARE, "--anchor", "1=B", "--bootstrap", 2, ranks=ranks)
        self.succeed("compare", "1.h5", "2.h5")
        told = self.shown("1.h5")["settings"][0]
        self.assertEqual(told["parameters"]["anchors"], "1=B")
        anchors = told["joint"]["noise"]["anchors"]
        self.assertEqual((anchors["anchors"], anchors["restrictions"]), ("1=B", 1))
        with h5py.File(self.path("1.h5")) as file:
            (estimate,) = file["estimate"].values()
            self.assertEqual(estimate["free_difference"][()], anchors["difference"])
        # Chi-squared with one degree of freedom, of twice the difference.
        self.assertAlmostEqual(math.erfc(math.sqrt(anchors["difference"])), anchors["p_value"], places=9)
        shown = " ".join(self.succeed("show", "1.h5").stdout.split())
        self.assertIn("Anchors B affected by the first factor only: the best fit without this restriction is", shown)
        self.fail_with(2, "perhaps", "search", "s.h5", "-o", "x.h5", *AWARE, "--anchor", "1=BB")
        self.fail_with(2, "says nothing", "search", "s.h5", "-o", "x.h5", *AWARE, "--anchor", "B")
        self.fail_with(2, "give 1 or less", "search", "s.h5", "-o", "x.h5", *AWARE, "--anchor", "2=B")
        self.fail_with(2, "--anchor has nothing to restrict", "search", "s.h5", "-o", "x.h5", *AWARE, "--noise", "span", "--anchor", "1=B")

    def test_what_is_known_of_benchmarks(self):
        self.write("s.csv")
        self.fail_with(3, "the score is missing", "import", "s.csv", "-o", "s.h5", "--missing", "refuse")
        self.succeed("import", "s.csv", "-o", "s.h5", "--bounds", "off", "--floor", "A=20", "--ceiling", "B=100",
                     "--items", "A=541", "--items", "D=1192:0.7")
        nan = numpy.nan
        with h5py.File(self.path("s.h5")) as file:
            # The scores of D pile up at their least, which --bounds off says is no bound.
            numpy.testing.assert_array_equal(file["floor"][:], [20, nan, nan, -numpy.inf])
            numpy.testing.assert_array_equal(file["ceiling"][:], [nan, 100, nan, nan])
            numpy.testing.assert_array_equal(file["items"][:], [541, nan, nan, 1192])
            numpy.testing.assert_array_equal(file["item_share"][:], [0.5, 0.5, 0.5, 0.7])
        for words, problem in ((("--floor", "E=0"), "no benchmark"), (("--floor", "A"), "has no ="),
                               (("--floor", "A=5", "--ceiling", "A=5"), "would go from 5 to 5"),
                               (("--items", "A=0"), "out of range"), (("--items", "A=9:0.5:1"), "out of range"),
                               (("--items", "A=9:0.5:0.1:0"), "cannot be read"), (("--items", "A=9:2"), "out of range"),
                               (("--bounds", "on"), "use auto or off"), (("--missing", "guess"), "use keep, drop or refuse")):
            self.fail_with(2, problem, "import", "s.csv", "-o", "t.h5", *words)

    def test_known_noise_of_items(self):
        self.write("s.csv")
        self.succeed("import", "s.csv", "-o", "plain.h5")
        self.succeed("import", "s.csv", "-o", "s.h5", "--items", "A=50:0.4", "--items", "D=200:0.4:0.25")
        for ranks in (1, 2):
            self.succeed("search", "s.h5", "-o", f"{ranks}.h5", *AWARE, "--bootstrap", 3, ranks=ranks)
        self.succeed("compare", "1.h5", "2.h5")
        said = self.succeed("show", "1.h5").stdout
        self.assertIn("known from the numbers of items: A ", said)
        self.assertIn("Refitted with none of it", said)
        # A share of 0 is an analysis without items, and the file's own share is 0.4.
        self.succeed("search", "plain.h5", "-o", "without.h5", *AWARE)
        self.succeed("search", "s.h5", "-o", "grid.h5", *AWARE, "--item-share", "file,0,1")
        with h5py.File(self.path("grid.h5")) as grid, h5py.File(self.path("without.h5")) as without:
            self.assertEqual(list(grid["settings/item_share"]), [0.4, 0, 1])
            (name,) = without["estimate"]
            for field in without["estimate"][name]:
                numpy.testing.assert_array_equal(grid["estimate"][name][field], without["estimate"][name][field])
            (whole,) = [other for other in grid["estimate"] if "items1" in other]
            known = grid["estimate"][whole]["item_noise"][:]
            self.assertTrue((known[:, [0, 3]] > 0).all())
            self.assertTrue((known[:, [1, 2]] == 0).all())
        with h5py.File(self.path("1.h5")) as file:
            (name,) = file["estimate"]
            estimate = file["estimate"][name]
            numpy.testing.assert_array_equal(estimate["other_share"], [0, 1])
            numpy.testing.assert_allclose(estimate["item_noise"], known * numpy.sqrt(0.4), rtol=1e-12)
            self.assertTrue((estimate["noise"][:] >= estimate["item_noise"][:].min(axis=0)).all())
        self.fail_with(2, "needs numbers of items", "search", "plain.h5", "-o", "t.h5", *AWARE, "--item-share", "0.5")
        self.fail_with(2, "is not a share", "search", "s.h5", "-o", "t.h5", *AWARE, "--item-share", "2")

    def test_simulated_gaps_and_floors(self):
        said = self.succeed("simulate", "-o", "s.h5", "--design", "base", "--missing", 0.2, "--floor", 5).stdout
        self.assertIn("models that miss scores", said)
        self.assertIn("has a floor at 5", said)
        with h5py.File(self.path("s.h5")) as file:
            scores = file["scores"][:]
            self.assertAlmostEqual(float(numpy.isnan(scores).mean()), 0.2, delta=0.02)
            self.assertEqual(numpy.nanmin(scores), 5)
            self.assertIn("truth", file)
        self.fail_with(2, "cannot be missing", "simulate", "-o", "t.h5", "--missing", 1)

    def test_screening_by_fit_knows_no_units(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "150,120", "--seed", 3)
        used = []
        for name in ("s.h5", "scaled.h5"):
            if name == "scaled.h5":
                with h5py.File(self.path("s.h5")) as file, h5py.File(self.path(name), "w") as copy:
                    scores = file["scores"][:]
                    scores[:, 1] = scores[:, 1] / 128 - 3
                    copy["scores"] = scores
                    for text in ("model", "benchmark", "base_model"):
                        copy[text] = file[text][:]
            self.succeed("search", name, "-o", "r-" + name, *FAST, "--screen", "auto")
            with h5py.File(self.path("r-" + name)) as file:
                (setting,) = file["estimate"]
                self.assertIn("_screen-fit", setting)
                used.append(list(file["estimate"][setting]["models_used"][:]))
        self.assertEqual(*used)
        self.assertLess(sum(used[0]), 270)
        self.assertGreater(sum(used[0]), 255)


if __name__ == "__main__":
    from unittest_main import main

    main()
