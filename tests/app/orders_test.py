"""Orders of given unmixing matrices: text and HDF5, objectives, limits, ranks."""

import math
import os
import unittest

from program import REFERENCE, ProgramTest

# Figures of the prototype in the reference folder's search.md: factors, domains, MIC.
TABLE = ((3, 4, 0.0398187916), (3, 5, 0.0880652194), (4, 6, 0.2288472074), (5, 5, 0.2108830021), (6, 5, 0.1232179493))


class OrdersTest(ProgramTest):
    def instance(self, factors, domains):
        """The first domains of a real instance."""
        path = os.path.join(REFERENCE, "reference", "search_instances", f"real_m{factors}.txt")
        if not REFERENCE or not os.path.exists(path):
            self.skipTest("the search instances are not here (EXAHCA_REFERENCE_DIR)")
        with open(path, encoding="utf-8") as file:
            lines = file.read().splitlines()
        benchmarks = lines[0].split()[2]
        name = self.path(f"m{factors}k{domains}.txt")
        with open(name, "w", encoding="utf-8") as file:
            file.write("\n".join([f"{domains} {factors} {benchmarks}", *lines[1 : 1 + domains * factors]]) + "\n")
        return name

    def write(self, text):
        with open(self.path("t.txt"), "w", encoding="utf-8") as file:
            file.write(text)
        return "t.txt"

    def search(self, instance, results, *more, **options):
        self.succeed("search", instance, "--orders-only", "-o", results, *more, **options)
        return self.shown(results)["settings"][0]

    def test_figures_of_the_prototype(self):
        for factors, domains, mic in TABLE:
            with self.subTest(factors=factors, domains=domains):
                setting = self.search(self.instance(factors, domains), f"{factors}{domains}.h5")
                self.assertAlmostEqual(setting["orders"][0]["mic"], mic, delta=1e-9)
                self.assertEqual(setting["search_outcome"], "optimum proven")
                values = [order["mic"] for order in setting["orders"]]
                self.assertEqual(values, sorted(values))
                self.assertEqual(len(values), 10)

    def test_ranks_share_a_long_search_and_find_the_same(self):
        instance = self.instance(3, 9)  # eleven million tuples, cut into chunks for every rank
        self.search(instance, "one.h5")
        for ranks in (2, 3, 8, 13):
            with self.subTest(ranks=ranks):
                self.search(instance, f"{ranks}.h5", ranks=ranks)
                self.succeed("compare", "one.h5", f"{ranks}.h5")
        for way in (("--rank-zero", "leads"), ("--chunk-time", 10), ("--chunk-time", "0.0001")):
            with self.subTest(way=way):
                self.search(instance, "other.h5", *way, "--overwrite", ranks=3)
                self.succeed("compare", "one.h5", "other.h5")

    def test_time_limit_says_what_is_proven(self):
        done = self.succeed("search", self.instance(4, 8), "--orders-only", "-o", "r.h5", "--search-time", "1")
        self.assertIn("not proved: no order is below", done.stdout)
        setting = self.shown("r.h5")["settings"][0]
        self.assertEqual(setting["search_outcome"], "time limit")
        self.assertLess(setting["lower_bound"], 0.3400982938 + 1e-9)
        self.assertRegex(self.succeed("show", "r.h5").stdout, r"\(time limit(: no order has a MIC below [0-9.e-]+|, with no lower bound yet)\)")
        self.assertGreaterEqual(setting["orders"][0]["mic"], 0.3400982938 - 1e-9)  # the optimum, search.md

    def test_exact_orders_and_all_of_them(self):
        # Two domains with the same triangular unmixing matrix: equal rows in equal order fit exactly.
        instance = self.write("2 2 2\n1 0.5\n0 1\n1 0.5\n0 1\n")
        setting = self.search(instance, "r.h5", "--best", 50)
        self.assertEqual(len(setting["orders"]), 4)  # (2!)^2: fewer than asked for
        self.assertLess(setting["orders"][0]["mic"], 1e-24)

    def test_objectives(self):
        instance = self.instance(3, 4)
        mic = self.search(instance, "a.h5")["orders"][0]
        mean = self.search(instance, "b.h5", "--objective", "mean")["orders"][0]
        self.assertLess(mean["mean_inexactness"], mic["mean_inexactness"])
        self.search(instance, "c.h5", "--objective", "n-weighted", "--sizes", "756,332,238,154")
        self.fail_with(2, "--sizes", "search", instance, "--orders-only", "-o", "d.h5", "--objective", "n-weighted")
        self.fail_with(2, "2 numbers for 4 domains", "search", instance, "--orders-only", "-o", "d.h5", "--sizes", "1,2")

    def test_flags(self):
        # One matrix for all domains, rows in other orders: its own flag loses nothing, and each domain tells its rows.
        rows = ["1 0.5 0.2", "0 1 0.3", "0 0 1"]
        blocks = [[rows[i] for i in order] for order in ((0, 1, 2), (2, 0, 1), (1, 2, 0))]
        instance = self.write("\n".join(["3 3 3", *(row for block in blocks for row in block)]) + "\n")
        for objective in ("flag-max", "flag-mean"):
            with self.subTest(objective=objective):
                setting = self.search(instance, f"{objective}.h5", "--objective", objective, ranks=2)
                self.assertEqual(setting["search_outcome"], "optimum proven")
                self.assertLess(setting["orders"][0]["mic"], 1e-9)
                self.assertIn("Best flags", self.succeed("show", f"{objective}.h5").stdout)
                self.succeed("report", f"{objective}.h5", "-o", f"{objective}.html")
                self.succeed("compare", f"{objective}.h5", f"{objective}.h5")
        four = self.write("2 4 4\n" + "1 0 0 0\n0 1 0 0\n0 0 1 0\n0 0 0 1\n" * 2)
        self.assertEqual(self.search(four, "f.h5", "--objective", "flag-max")["search_outcome"], "no proof was tried")
        flags = (four, "--orders-only", "-o", "g.h5", "--objective")
        self.fail_with(2, "--search-time", "search", *flags, "flag-max", "--search-time", 3)
        self.fail_with(2, "nothing to plan", "plan", *flags, "flag-max")
        self.fail_with(2, "--sizes", "search", *flags, "flag-n-weighted")

    def test_flags_bound_orders_from_below(self):
        for domains in (4, 7, 10):
            with self.subTest(domains=domains):
                instance = self.instance(3, domains)
                order = self.search(instance, "o.h5", "--prove", "--overwrite")["orders"][0]["mic"]
                flag = self.search(instance, "f.h5", "--objective", "flag-max", "--overwrite")
                self.assertEqual(flag["search_outcome"], "optimum proven")
                self.assertLess(flag["orders"][0]["mic"], order)

    def test_flags_of_scores_are_refused(self):
        self.succeed("simulate", "-o", "s.h5")
        wanted = ("--estimator", "published", "--objective", "flag-max")
        self.fail_with(2, "goes with --orders-only", "search", "s.h5", "-o", "r.h5", *wanted)

    def test_bad_matrices(self):
        for text, complaint in (
            ("2 2 2\n1 0\n0 1\n1 0\n2 0\n", "dependent rows"),
            ("1 2 2\n1 x\n0 1\n", "line 2"),
            ("1 2 2\n1 nan\n0 1\n", "finite"),
            ("1 2 2\n1 0\n", "line"),
            ("hello\n", "line 1"),
        ):
            with self.subTest(text=text):
                self.fail_with(3, complaint, "search", self.write(text), "--orders-only", "-o", "r.h5")
                self.assertFalse(os.path.exists(self.path("r.h5")))

    def test_matrices_from_h5py(self):
        try:
            import h5py
            import numpy
        except ImportError:
            raise unittest.SkipTest("Python has no h5py") from None
        angle = 0.3
        rotation = [[math.cos(angle), math.sin(angle)], [-math.sin(angle), math.cos(angle)]]
        with h5py.File(self.path("m.h5"), "w") as file:
            file["unmixing"] = numpy.array([[[1, 0.2], [0, 1]], rotation])
            file["benchmark"] = ["first", "second"]
        setting = self.search("m.h5", "r.h5", "--best", 2)
        self.assertEqual(len(setting["orders"]), 2)
        self.assertEqual(self.shown("r.h5")["benchmarks"], ["first", "second"])


if __name__ == "__main__":
    from unittest_main import main

    main()
