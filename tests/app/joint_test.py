"""The joint estimator through the program: landscape, likelihoods, ranks, degenerate data."""

import csv
import math
import random

from program import ProgramTest

SMALL = ("--min-models", 1, "--factors", 2, "--density", "sas", "--estimator", "joint")




class JointTest(ProgramTest):
    def simulate(self, *more):
        self.succeed("simulate", "-o", "s.h5", "--factors", 2, "--seed", 5, *more)

    def test_orders_carry_likelihoods_and_settings_are_compared(self):
        self.simulate("--sizes", "300,200,150", "--design", "base")
        self.succeed("search", "s.h5", "-o", "r.h5", *SMALL[:2], "--factors", "1..3", "--density", "sas")
        settings = self.shown("r.h5")["settings"]
        self.assertEqual([s["factors"] for s in settings], [1, 2, 3])
        for setting in settings:
            for order in setting["orders"]:
                self.assertTrue(math.isfinite(order["log_likelihood"]))
                self.assertTrue(math.isfinite(order["bic"]))
                self.assertIn(order["converged"], (True, False))
        best = min(settings, key=lambda s: s["joint"]["bic"])
        text = self.succeed("show", "r.h5").stdout
        self.assertRegex(text, rf"numbers of factors .*\b{best['factors']}: best")

    def test_landscape_holds_every_order_and_the_estimate_reaches_its_best(self):
        self.simulate("--sizes", "200,150,120")
        self.succeed("search", "s.h5", "-o", "all.h5", *SMALL, "--orders", "all")
        try:
            import h5py
            import numpy
        except ImportError:
            self.skipTest("Python has no h5py")
        with h5py.File(self.path("all.h5")) as file:
            (group,) = file["landscape"].values()
            objective = group["objective"][()].ravel()
            shape = group["unmixing"].shape
            (estimate,) = file["estimate"].values()
            reached = estimate["objective"][()]
        self.assertEqual(numpy.isfinite(objective).sum(), 8)  # (2!)^3 candidate orders
        self.assertEqual(shape[-2:], (2, 6))
        self.assertLessEqual(numpy.nanmin(reached), numpy.nanmin(objective) + 1e-6)

    def test_ranks_change_nothing(self):
        self.simulate("--sizes", "150,120,90")
        options = (*SMALL, "--screen", "0.6", "--orders", "all", "--bootstrap", 6, "--parametric", 2, "--placebo", 2, "--no-control", 2)
        self.succeed("search", "s.h5", "-o", "1.h5", *options)
        for ranks in (2, 4):
            self.succeed("search", "s.h5", "-o", f"{ranks}.h5", *options, ranks=ranks)
            self.succeed("compare", "1.h5", f"{ranks}.h5")

    def test_both_estimators_in_one_run(self):
        self.simulate("--sizes", "300,200,150")
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published,joint",
                     "--density", "sas,mog2", "--bootstrap", 3)
        self.assertEqual([s["variant"] for s in self.shown("r.h5")["settings"]], ["logcosh", "sas", "mog2"])

    def table(self, rows):
        with open(self.path("t.csv"), "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["model", "base_model", *"ABCD"], *rows])
        self.succeed("import", "t.csv", "-o", "d.h5", "--overwrite")

    def degenerate(self, rows):
        """Searches a table, whose numbers must all be shown. Returns its setting as `show` tells it."""
        self.table(rows)
        done = self.run_program("search", "d.h5", "-o", "r.h5", *SMALL, "--bootstrap", 3, "--overwrite")
        self.assertIn(done.returncode, (0, 5), done.stderr)
        setting = self.shown("r.h5")["settings"][0]
        for order in setting.get("orders", []):
            for number in (order["mic"], order["log_likelihood"], order["bic"], *order["inexactness"], *sum(order["unmixing"], [])):
                self.assertIsInstance(number, (int, float))  # JSON has no NaN: it would be null
        return setting

    def rows(self, models, score):
        generator = random.Random(1)
        return [
            [f"{base}-{i}", base, *score(generator)] for base, count in models.items() for i in range(count)
        ]

    def test_degenerate_scores_give_a_warning_that_is_shown_or_are_refused(self):
        def gaussian(generator):
            return [round(30 + 5 * generator.gauss(0, 1), 4) for _ in range(4)]

        def constant(generator):
            return [*gaussian(generator)[:3], 7]

        def loud(generator):
            """Two capabilities in three benchmarks; the fourth is noise of 16 times the variance of theirs."""
            first = generator.choice((-1, 1)) + 0.4 * generator.gauss(0, 1)
            second = generator.choice((-1, 1)) * generator.expovariate(1)
            scores = (40 + 8 * first + 2 * second, 40 + 5 * first + 6 * second, 40 + 3 * second - 4 * first)
            return [*(round(score + generator.gauss(0, 1), 4) for score in scores), round(30 + 4 * generator.gauss(0, 1), 4)]

        def warned(setting, text):
            self.assertTrue(any(text in warning for warning in setting["warnings"]), setting["warnings"])
            self.assertIn(text, self.succeed("show", "r.h5").stdout)
            self.succeed("report", "r.h5", "-o", "r.html", "--overwrite")
            with open(self.path("r.html"), encoding="utf-8") as page:
                self.assertIn(text, page.read())

        with self.subTest("nothing but noise"):
            warned(self.degenerate(self.rows({"a": 90, "b": 80}, gaussian)), "look Gaussian")
        with self.subTest("a benchmark of noise alone"):
            setting = self.degenerate(self.rows({"a": 300, "b": 250}, loud))
            warned(setting, "the residual weight of D is at its upper bound of 4")
        with self.subTest("copies"):
            rows = self.rows({"a": 60, "b": 50}, gaussian)
            copies = [[f"{row[0]}-copy", *row[1:]] for row in rows if row[1] == "b"]
            setting = self.degenerate(rows + copies * 3)
            self.assertFalse(setting.get("failure"))
            self.assertTrue(setting["orders"])
        for models, score, text in (({"a": 90, "b": 80}, constant, "D is constant within every base model"),
                                    ({"a": 90, "b": 2}, gaussian, "too few models for 4 benchmarks: b 2")):
            with self.subTest(text):
                self.table(self.rows(models, score))
                self.fail_with(2, text, "search", "d.h5", "-o", "r.h5", *SMALL, "--overwrite")


if __name__ == "__main__":
    from unittest_main import main

    main()
