"""`replicate` and `effects`: does an answer hold in other scores, and what goes with a training choice."""

import csv
import io
import json
import random

from program import ProgramTest

from hdf5_modules import h5py, numpy

BENCHMARKS = ["IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO"]
QUICK = ("--random", "19", "--resamples", "0", "--quiet")


class ReplicateTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        """One search for all tests."""
        cls.shared = ReplicateTest("run_search")
        cls.shared.setUp()
        cls.shared.run_search()

    @classmethod
    def tearDownClass(cls):
        cls.shared.doCleanups()

    def run_search(self):
        """A table with columns that are kept: tuning adds 4 points of every benchmark, size nothing."""
        self.succeed("simulate", "-o", "simulated.h5", "--design", "parametric", "--factors", "2", "--sizes", "120,90",
                     "--missing", "0.1")
        draw = random.Random(5)
        with h5py.File(self.path("simulated.h5")) as file:
            models, bases, scores = file["model"].asstr()[:], file["base_model"].asstr()[:], file["scores"][:]
        with open(self.path("scores.csv"), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["model", "base_model", "tuning/kind", "size", *BENCHMARKS])
            for i, row in enumerate(scores):
                tuned = draw.random() < 0.4
                cells = ["" if numpy.isnan(x) else repr(float(x) + 4 * tuned) for x in row]
                kind = "" if i == 5 else "tuned" if tuned else "plain"
                table.writerow([models[i], bases[i], kind, "" if i == 7 else draw.randint(1, 70), *cells])
        self.imported = self.succeed("import", "scores.csv", "-o", "scores.h5", "--keep", "tuning/kind,size").stdout
        self.succeed("search", "scores.h5", "-o", "results.h5", "--min-models", "1", "--factors", "2", "--density", "mog2",
                     "--quiet")

    def setUp(self):
        super().setUp()
        if self._testMethodName != "run_search":
            self.folder = self.shared.folder

    def table(self, *words):
        return list(csv.DictReader(io.StringIO(self.succeed(*words, "--csv").stdout)))

    def test_the_same_scores_say_that_the_best_flag_is_near(self):
        told = json.loads(self.succeed("replicate", "results.h5", "scores.h5", "--min-models", "1", *QUICK, "--json").stdout)
        self.assertEqual(told["benchmarks"], BENCHMARKS)
        self.assertEqual(told["left_out"], [])
        # The same search of the same scores: the answer is the best flag, but for what a free fit from it still gains.
        self.assertLess(max(told["angles_degrees"]), 15)
        self.assertTrue(told["same_flag"])
        self.assertGreaterEqual(told["loss"], 0)
        self.assertEqual(len(told["random"]), 19)
        at_least = sum(value >= told["log_likelihood"]["found"] for value in told["random"])
        self.assertAlmostEqual(told["p_random"], (1 + at_least) / 20)
        self.assertIsNone(told["p_loss"])
        self.assertEqual(told["verdict"], "yes" if told["p_random"] <= 0.05 else "cannot tell")
        self.assertEqual(told["loss_factor"], 1 + told["models"] / told["models_found"])

    def test_any_number_of_ranks_and_every_form_say_the_same(self):
        words = ("replicate", "results.h5", "scores.h5", "--min-models", "1", "--random", "19", "--resamples", "19", "--quiet")
        alone = self.succeed(*words, "--csv").stdout
        self.assertEqual(self.succeed(*words, "--csv", ranks=3).stdout, alone)
        rows = list(csv.DictReader(io.StringIO(alone)))
        self.assertEqual([row["kind"] for row in rows], ["best", "found"] + 19 * ["random"] + 19 * ["resample"])
        text = self.succeed(*words).stdout
        told = json.loads(self.succeed(*words, "--json").stdout)
        self.assertIn(f"\n{told['verdict']}: ", text)
        self.assertEqual([float(row["loss"]) for row in rows if row["kind"] == "resample"],
                         [resample["loss"] for resample in told["resamples"]])
        best, found = rows[:2]
        self.assertAlmostEqual(float(best["log_likelihood"]) - float(found["log_likelihood"]), float(found["loss"]))

    def test_benchmarks_are_matched_by_name(self):
        with open(self.path("scores.csv"), encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with open(self.path("renamed.csv"), "w", encoding="utf-8", newline="") as file:
            names = ["model", "base_model", "Mathematics", *(b for b in BENCHMARKS if b not in ("MATH Lvl 5", "GPQA"))]
            table = csv.writer(file)
            table.writerow(names)
            for row in rows:
                table.writerow([row["MATH Lvl 5"] if name == "Mathematics" else row[name] for name in names])
        words = ("replicate", "results.h5", "renamed.csv", "--min-models", "1", *QUICK)
        told = json.loads(self.succeed(*words, "--match", "MATH Lvl 5=Mathematics", "--json").stdout)
        self.assertEqual(told["left_out"], ["GPQA"])
        self.assertEqual(told["benchmarks"], [b for b in BENCHMARKS if b != "GPQA"])
        text = self.succeed(*words).stdout
        self.assertIn("Left out, because these scores lack them: MATH Lvl 5, GPQA", text)

    def test_what_cannot_be_replicated(self):
        words = ("replicate", "results.h5", "scores.h5", "--min-models", "1")
        self.fail_with(2, "5 random flags cannot be compared with", *words, "--random", "5")
        self.fail_with(2, "exclude each other", *words, "--csv", "--json")
        self.fail_with(2, '--match names "nothing", which is no benchmark', *words, "--match", "nothing=BBH")
        self.fail_with(3, 'has no benchmark "nothing"', *words, "--match", "BBH=nothing")
        self.fail_with(2, "names one benchmark of the other scores twice", *words, "--match", "BBH=GPQA")
        self.fail_with(2, 'has no answer of a setting "other"', *words, "--setting", "other")
        with open(self.path("two.csv"), "w", encoding="utf-8") as file:
            file.write("model,base_model,IFEval,BBH\na,x,1,2\nb,y,2,3\n")
        self.fail_with(3, "only 2 of the benchmarks that were analysed are in both", "replicate", "results.h5", "two.csv",
                       "--domains", "x,y")

    def test_kept_columns_are_kept(self):
        self.assertIn("columns kept beside the scores: tuning/kind (text), size (numbers)", self.shared.imported)
        with h5py.File(self.path("scores.h5")) as file, open(self.path("scores.csv"), encoding="utf-8") as table:
            rows = list(csv.DictReader(table))
            self.assertEqual(list(file["kept/column"].asstr()[:]), ["tuning/kind", "size"])
            self.assertEqual(list(file["kept/text_1"].asstr()[:]), [row["tuning/kind"] for row in rows])
            sizes = file["kept/number_2"][:]
            self.assertTrue(numpy.isnan(sizes[7]))
            self.assertEqual([size for i, size in enumerate(sizes) if i != 7],
                             [float(row["size"]) for i, row in enumerate(rows) if i != 7])
            self.assertNotIn("size", file["benchmark"].asstr()[:])
        # They are no part of what the scores are.
        self.succeed("import", "scores.csv", "-o", "bare.h5", "--exclude", "size,tuning/kind", "--overwrite")
        self.succeed("models", "results.h5", "--scores", "bare.h5")
        self.fail_with(2, "it keeps no columns beside its scores", "effects", "results.h5", "--scores", "bare.h5",
                       "--treatment", "size")
        self.succeed("check", "scores.h5")

    def test_rows_that_go_take_their_kept_values_along(self):
        with open(self.path("gaps.csv"), "w", encoding="utf-8") as file:
            file.write("model,base_model,kind,IFEval,BBH\na,x,first,1,2\nb,x,second,,\nc,x,third,3,\nd,x,fourth,4,5\n")
        self.succeed("import", "gaps.csv", "-o", "gaps.h5", "--keep", "kind", "--overwrite")
        with h5py.File(self.path("gaps.h5")) as file:
            self.assertEqual(list(file["kept/text_1"].asstr()[:]), ["first", "third", "fourth"])
        self.succeed("import", "gaps.csv", "-o", "gaps.h5", "--keep", "kind", "--missing", "drop", "--overwrite")
        with h5py.File(self.path("gaps.h5")) as file:
            self.assertEqual(list(file["kept/text_1"].asstr()[:]), ["first", "fourth"])
        self.fail_with(2, "is kept twice", "import", "gaps.csv", "-o", "no.h5", "--keep", "kind,kind")
        self.fail_with(2, "named by --scores and by --keep", "import", "gaps.csv", "-o", "no.h5", "--keep", "kind", "--scores",
                       "kind,BBH")
        self.fail_with(2, "--keep keeps columns of a table with one model a line", "import", "gaps.csv", "-o", "no.h5",
                       "--keep", "kind", "--long", "model,kind,BBH")

    def test_effects_find_what_was_put_in(self):
        rows = self.table("effects", "results.h5", "--treatment", "tuning/kind")
        self.assertEqual([row["quantity"] for row in rows], ["z1", "z2", *BENCHMARKS])
        for row in rows:
            self.assertEqual((row["level"], row["reference"]), ("tuned", "plain"))
            self.assertLess(float(row["low"]), float(row["difference"]))
            self.assertLess(float(row["difference"]), float(row["high"]))
            # Four points were added to every score. That is within five standard errors, which a right program exceeds
            # once in a million; the seed is fixed.
            if row["quantity"] in BENCHMARKS:
                self.assertLess(abs(float(row["difference"]) - 4), 5 * float(row["standard_error"]))
        told = json.loads(self.succeed("effects", "results.h5", "--treatment", "tuning/kind", "--adjust", "size",
                                       "--json").stdout)
        self.assertEqual(told["adjusted"], ["size"])
        # One model does not say how it was tuned; one of those that do has no size, and is left out as well.
        self.assertEqual(told["left_out"], 2)
        self.assertEqual(told["left_out"] + told["models"], told["reference_models"] + told["levels"][0]["models"] + 1)
        self.assertEqual(told["base_models_varying"], 2)
        text = self.succeed("effects", "results.h5", "--treatment", "size", "--label", "BBH=hard tasks").stdout
        self.assertIn("Per unit of size", text)
        self.assertIn("What can be read as a cause", text)

    def test_curves_run_along_a_column_of_numbers(self):
        rows = self.table("effects", "results.h5", "--curve", "size")
        told = json.loads(self.succeed("effects", "results.h5", "--curve", "size", "--json").stdout)
        fitted = {row["model"]: row["base_model"] for row in self.table("models", "results.h5") if row["fitted"] == "true"}
        with h5py.File(self.path("scores.h5")) as file:
            models, sizes = file["model"].asstr()[:], file["kept/number_2"][:]
        lines = iter(rows)
        for base in told["base_models"]:
            known = sorted(size for model, size in zip(models, sizes) if fitted.get(model) == base["name"] and not numpy.isnan(size))
            self.assertEqual(sum(quarter["models"] for quarter in base["quarters"]), len(known))
            numbers = [quarter["quarter"] for quarter in base["quarters"]]
            self.assertEqual(numbers, sorted(set(numbers)))
            for quarter in base["quarters"]:
                these, known = known[:quarter["models"]], known[quarter["models"]:]
                self.assertEqual((quarter["from"], quarter["to"]), (these[0], these[-1]))
                self.assertTrue(not known or these[-1] < known[0], "equal values are together")
                for i, at in enumerate(quarter["capabilities"], 1):
                    row = next(lines)
                    self.assertEqual((row["base_model"], row["quantity"], int(row["quarter"]), int(row["models"])),
                                     (base["name"], f"z{i}", quarter["quarter"], quarter["models"]))
                    for key, value in at.items():
                        self.assertEqual(float(row[key]) if row[key] else None, value)
                    if at["median"] is not None:
                        self.assertTrue(at["lower_quartile"] <= at["median"] <= at["upper_quartile"])
                        self.assertTrue(at["median_low"] <= at["median"] <= at["median_high"])
        self.assertEqual(list(lines), [])
        text = " ".join(self.succeed("effects", "results.h5", "--curve", "size").stdout.split())
        self.assertIn("Capabilities along size, within base models", text)
        self.assertIn("1 model without a value", text)

    def test_what_has_no_curve(self):
        self.fail_with(2, "tuning/kind holds texts", "effects", "results.h5", "--curve", "tuning/kind")
        self.fail_with(2, "it keeps tuning/kind, size", "effects", "results.h5", "--curve", "colour")
        self.fail_with(2, "no column is asked about", "effects", "results.h5")
        self.fail_with(2, "--treatment and --curve exclude each other", "effects", "results.h5", "--curve", "size", "--treatment", "size")
        self.fail_with(2, "--adjust goes with --treatment", "effects", "results.h5", "--curve", "size", "--adjust", "size")
        self.fail_with(2, "--fdr goes with --treatment", "effects", "results.h5", "--curve", "size", "--fdr", "0.1")

    def test_what_has_no_effects(self):
        self.fail_with(2, "it keeps tuning/kind, size", "effects", "results.h5", "--treatment", "colour")
        self.fail_with(2, "is the treatment", "effects", "results.h5", "--treatment", "size", "--adjust", "size")
        self.fail_with(2, "--fdr 0 is out of range", "effects", "results.h5", "--treatment", "size", "--fdr", "0")


if __name__ == "__main__":
    from unittest_main import main

    main()
