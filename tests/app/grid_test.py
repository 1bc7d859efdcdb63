"""Grids of settings: sets of domains, limits of size, placebos that choose their set, and results that do not depend on
what else was asked for."""

import csv
import itertools
import os
import re

from program import ProgramTest

NAMES = ("llama-3-8b", "qwen2.5-14b", "llama-3.1-8b", "qwen2.5-7b")
SMALL = ("--factors", 2, "--estimator", "published", "--restarts", 2)


class GridTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--sizes", "90,80,70,60", "--factors", 2, "--seed", 5)
        self.names = NAMES

    def search(self, results, *more, **options):
        return self.succeed("search", "s.h5", "-o", results, *SMALL, *more, **options)

    def sets(self, results):
        return [tuple(domain["name"] for domain in setting["domains"]) for setting in self.shown(results)["settings"]]

    def test_all_subsets_of_the_sizes_become_sets(self):
        self.search("r.h5", "--domains-from", ",".join(self.names), "--subset-sizes", "3..4")
        expected = [*itertools.combinations(self.names, 3), tuple(self.names)]
        self.assertEqual(self.sets("r.h5"), expected)

    def test_every_set_also_without_each_of_its_domains(self):
        first = self.names[:3]
        self.search("r.h5", "--domains", ",".join(first), "--domains", ",".join(self.names), "--drop-domain")
        expected = [tuple(first), *[tuple(n for n in first if n != gone) for gone in first], tuple(self.names)]
        expected += [tuple(n for n in self.names if n != gone) for gone in self.names]
        self.assertEqual(self.sets("r.h5"), list(dict.fromkeys(expected)))  # a set that comes twice is analysed once

    def test_a_file_holds_the_same_grid_as_the_command_line(self):
        grid = {
            "domains-from": ",".join(self.names),
            "subset-sizes": "2,4",
            "factors": "1..2",
            "contrast": "logcosh,cube",
            "screen": "off,0.5",
            "bootstrap": 2,
        }
        with open(self.path("grid.ini"), "w", encoding="utf-8") as file:
            file.writelines(f"{name} = {value}\n" for name, value in grid.items())
        rest = ("--estimator", "published", "--restarts", 2)
        self.succeed("search", "s.h5", "-o", "file.h5", *rest, "--config", "grid.ini")
        options = [part for name, value in grid.items() for part in (f"--{name}", value)]
        self.succeed("search", "s.h5", "-o", "line.h5", *rest, *options)
        self.succeed("compare", "file.h5", "line.h5")
        self.assertEqual(len(self.sets("file.h5")), (6 + 1) * 2 * 2 * 2)

    def null_mic(self, results):
        """The MIC of every rotated data set, by setting."""
        self.succeed("export", results, "-o", "tables")
        values = {}
        with open(self.path("tables/null_mic.csv"), encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if "rotat" in row["kind"]:
                    values.setdefault(row["setting"], []).append(float(row["mic"]))
        return values

    def test_the_placebo_chooses_its_domain_set_too(self):
        self.search("r.h5", "--domains-from", ",".join(self.names), "--subset-sizes", "3", "--placebo", 30)
        settings = self.shown("r.h5")["settings"]
        best = min(settings, key=lambda setting: setting["orders"][0]["mic"])
        observed = best["orders"][0]["mic"]
        by_set = self.null_mic("r.h5")
        self.assertEqual(len(by_set), 4)
        lowest = [min(values) for values in zip(*by_set.values())]
        expected = (1 + sum(mic <= observed for mic in lowest)) / (1 + len(lowest))
        for setting in settings:
            for placebo in setting["placebo"]:
                self.assertEqual("choice" in placebo, setting is best, setting["name"])
        rotated, gaussian = best["placebo"]
        self.assertEqual(rotated["choice"]["sets"], 4)
        self.assertEqual(rotated["choice"]["replicates"], len(lowest))
        self.assertAlmostEqual(rotated["choice"]["p_value"], expected, places=12)
        self.assertGreaterEqual(rotated["choice"]["p_value"], rotated["p_value"])
        self.assertGreaterEqual(gaussian["choice"]["p_value"], gaussian["p_value"])
        self.assertIn("lowest MIC of 4 sets of base models", " ".join(self.succeed("show", "r.h5").stdout.split()))

    def test_one_domain_set_is_no_choice(self):
        self.search("r.h5", "--domains", ",".join(self.names), "--contrast", "logcosh,cube", "--placebo", 3)
        for setting in self.shown("r.h5")["settings"]:
            self.assertNotIn("choice", setting["placebo"][0])

    def test_more_settings_and_replicates_leave_the_others_bit_for_bit(self):
        try:
            import h5py
        except ImportError:
            self.skipTest("Python has no h5py")
        from compare_h5 import content, differences

        replicates = ("--bootstrap", 4, "--parametric", 3, "--placebo", 3, "--no-control", 3)
        both = ("--estimator", "published,joint", "--density", "sas", "--orders", 2)
        one = ("--domains", ",".join(self.names[:3]))
        few = ("search", "s.h5", "-o", "few.h5", *one, "--factors", 2, "--restarts", 2, *both, *replicates)
        more = ("search", "s.h5", "-o", "more.h5", "--domains", ",".join(self.names), *one, "--factors", 2, "--restarts",
                2, *both, "--screen", "off,auto", "--contrast", "cube,logcosh", *replicates)
        self.succeed(*few)
        # A replicate whose ICA does not converge is a record like others: what counts here is that all are the same.
        done = self.run_program(*more, ranks=2)
        self.assertIn(done.returncode, (0, 5), done.stderr)
        self.succeed("search", "s.h5", "-o", "longer.h5", *one, "--factors", 2, "--restarts", 2, *both,
                     "--bootstrap", 9, "--parametric", 5, "--placebo", 6, "--no-control", 4)  # fmt: skip
        compared, extended = 0, 0
        with h5py.File(self.path("few.h5")) as a, h5py.File(self.path("more.h5")) as b, \
                h5py.File(self.path("longer.h5")) as c:  # fmt: skip
            for kind in ("estimate", "bootstrap", "parametric", "placebo-rotation", "placebo-gaussian", "no-control",
                         "aggregate"):  # fmt: skip
                for name in a[kind]:
                    if name == "across-settings":
                        continue
                    self.assertEqual(list(differences(a[kind][name], b[kind][name], name)), [], kind)
                    compared += 1
                    if kind in ("estimate", "aggregate"):
                        continue
                    for field, values in a[kind][name].items():
                        if values.ndim == 0 or "replicate" not in [s.name.split("/")[-1] for s in values.dims[0].values()]:
                            continue
                        longer = c[kind][name][field]
                        self.assertGreater(len(longer), len(values))
                        self.assertEqual(content(values[()]), content(longer[: len(values)]), f"{kind}/{name}/{field}")
                        extended += 1
        self.assertEqual(compared, 2 * 7)
        self.assertGreater(extended, 2 * 5 * 10)


class GridErrorsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70,60", "--factors", 2)

    def fails(self, text, *options, scores="s.h5"):
        self.fail_with(2, text, "search", scores, "-o", "r.h5", "--factors", 2, *options)
        self.assertFalse(os.path.exists(self.path("r.h5")), "an error left results behind")
        self.assertFalse(os.path.exists(self.path("r.h5.lock")), "an error left a lock behind")

    def test_domain_sets(self):
        pool = ("--domains-from", "llama-3-8b,qwen2.5-14b,llama-3.1-8b")
        self.fails("belong together", *pool)
        self.fails("belong together", "--subset-sizes", "2")
        self.fails("--domains-from is empty", "--domains-from", ",", "--subset-sizes", "2")
        self.fails("--domains is empty", "--domains", ",")
        self.fails("--subset-sizes 0 asks for empty sets", *pool, "--subset-sizes", "0..2")
        self.fails("--subset-sizes 4 is out of range (--domains-from names 3 base models)", *pool, "--subset-sizes", "2..4")
        self.fails("empty range", *pool, "--subset-sizes", "3..2")
        self.fails("did you mean llama-3-8b", "--domains-from", "lama-3-8b,qwen2.5-14b", "--subset-sizes", "2")
        self.fails("named twice", "--domains-from", "llama-3-8b,llama-3-8b", "--subset-sizes", "2")
        self.fails("would leave a single base model", "--domains", "llama-3-8b,qwen2.5-14b", "--drop-domain")

    def test_one_base_model_is_refused_however_it_came_about(self):
        one = "one base model identifies no order"
        pool = ("--domains-from", "llama-3-8b,qwen2.5-14b,llama-3.1-8b")
        self.fails(f"{one} (every order of its factors fits it; --domains names llama-3-8b only): choose at least two", "--domains", "llama-3-8b")
        self.fails(one, "--domains", "llama-3-8b,qwen2.5-14b", "--domains", "llama-3.1-8b")
        self.fails(f"{one} (every order of its factors fits it; --subset-sizes 1 asks for sets of one)", *pool, "--subset-sizes", "1..2")
        # The sizes are 80, 70 and 60.
        self.fails("only llama-3-8b has at least 75 models): choose at least two: lower --min-models (the next, qwen2.5-14b, has 70)", "--min-models", 75)
        self.succeed("simulate", "-o", "one.h5", "--sizes", "80", "--factors", 2)
        self.fails("one.h5 holds models of llama-3-8b only): choose at least two: import a table with models of several", "--min-models", 1, scores="one.h5")
        # Why the file holds one only it does not say: the table may have had others in another column.
        self.fails("give that column to exahca import --domain-column", "--min-models", 1, scores="one.h5")

    def test_sizes(self):
        self.fails("make 61 tasks, more than 60: ask for fewer settings or replicates, or allow them with --most-tasks 61",
                   "--min-models", 1, "--bootstrap", 60, "--most-tasks", 60)  # fmt: skip
        self.fails("more than 1000000", "--min-models", 1, "--bootstrap", 10**15)
        self.fails("more than 2000 (rank 0 keeps them in memory)", "--min-models", 1, "--bootstrap", 100, "--most-bytes", "2K")
        self.fails("--most-bytes", "--min-models", 1, "--bootstrap", 100, "--most-bytes", "2K")
        self.fails("--most-tasks 0 allows nothing", "--min-models", 1, "--most-tasks", 0)
        self.fails("--most-bytes is out of range", "--min-models", 1, "--most-bytes", "0")
        self.fails("is not a number", "--min-models", 1, "--most-bytes", "manyG")

    def test_influence_and_calibration_count(self):
        # 1 estimate, 4 data sets, each resampled 5 times.
        calibrated = ("--min-models", 1, "--parametric", 4, "--calibrate", 5)
        self.fails("make 25 tasks (resamples of --calibrate counted), more than 24", *calibrated, "--most-tasks", 24)
        self.succeed("search", "s.h5", "-o", "c.h5", *SMALL, *calibrated, "--most-tasks", 25)
        influence = ("--min-models", 1, "--influence", 3, *SMALL[2:])
        done = self.succeed("search", "s.h5", "-o", "i.h5", *SMALL[:2], *influence)
        tasks = int(re.search(r"(\d+) of (\d+) tasks", done.stdout).group(2))
        self.assertGreater(tasks, 1 + 3)  # groups are not the only cases
        self.fails(f"make {tasks} tasks, more than {tasks - 1}", *influence, "--most-tasks", tasks - 1)
        self.succeed("search", "s.h5", "-o", "j.h5", *SMALL[:2], *influence, "--most-tasks", tasks)

    def test_a_grid_too_large_to_write_down_is_refused_at_once(self):
        # 2^60 subsets: neither counted one by one nor stored.
        pool = ",".join(f"m{i}" for i in range(60))
        self.fails("more than 1000000", "--domains-from", pool, "--subset-sizes", "2..60")

    def test_within_the_limit_it_runs(self):
        self.succeed("search", "s.h5", "-o", "r.h5", "--factors", 2, "--min-models", 1, "--estimator", "published",
                     "--bootstrap", 59, "--most-tasks", 60, "--most-bytes", "1M")  # fmt: skip

    def test_no_replicates(self):
        for kind in ("bootstrap", "parametric", "placebo", "no-control", "influence"):
            self.fails(f"--{kind} 0 asks for no replicates", "--min-models", 1, f"--{kind}", 0)
        with open(self.path("m.txt"), "w", encoding="utf-8") as file:
            file.write("2 2 2\n1 0\n0.5 1\n1 0.2\n0 1\n")
        self.fails("--bootstrap does not go with --orders-only", "--orders-only", "--bootstrap", 5, scores="m.txt")
        self.fails("--calibrate does not go with --orders-only", "--orders-only", "--calibrate", 5, scores="m.txt")

    def test_a_threshold_that_drops_a_whole_domain(self):
        # Differences from a baseline: below 0.6 of a negative median lies everything but the best.
        with open(self.path("n.csv"), "w", encoding="utf-8") as file:
            file.write("model,base_model,A,B,C\n")
            for i in range(40):
                file.write(f"a{i},good,{50 + i},{20 + 3 * (i % 5)},{i % 7}\n")
                file.write(f"b{i},bad,{-50 - i % 3},{-20 - i % 5},{-10 - i % 7}\n")
        self.succeed("import", "n.csv", "-o", "n.h5")
        self.fails('--screen 0.6 drops all 40 models of base model "bad"', "--min-models", 1, "--screen", 0.6, scores="n.h5")


if __name__ == "__main__":
    from unittest_main import main

    main()
