"""`models` and `predict`: what a fitted model says of models and of missing scores."""

import csv
import io
import json

from program import ProgramTest

from hdf5_modules import h5py, numpy

BENCHMARKS = ["IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO"]


class ModelsTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        """One search for all tests."""
        cls.shared = ModelsTest("run_search")
        cls.shared.setUp()
        cls.shared.run_search()

    @classmethod
    def tearDownClass(cls):
        cls.shared.doCleanups()

    def run_search(self):
        self.succeed("simulate", "-o", "scores.h5", "--design", "parametric", "--factors", "2", "--sizes", "120,90",
                     "--missing", "0.1")
        self.succeed("search", "scores.h5", "-o", "results.h5", "--min-models", "1", "--factors", "2", "--density", "mog2",
                     "--quiet")
        self.succeed("search", "scores.h5", "-o", "span.h5", "--min-models", "1", "--factors", "2", "--density", "sas",
                     "--noise", "span", "--quiet")

    def setUp(self):
        super().setUp()
        if self._testMethodName != "run_search":
            self.folder = self.shared.folder

    def table(self, *words):
        return list(csv.DictReader(io.StringIO(self.succeed(*words, "--csv").stdout)))

    def scores(self):
        with h5py.File(self.path("scores.h5")) as file:
            return file["model"].asstr()[:], file["base_model"].asstr()[:], file["scores"][:]

    def write_new(self, name, rows, benchmarks=BENCHMARKS):
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["model", "base_model", *benchmarks])
            table.writerows(rows)

    def test_every_model_has_a_profile(self):
        models, bases, scores = self.scores()
        table = self.table("models", "results.h5")
        self.assertEqual(sorted(row["model"] for row in table), sorted(models))
        place = {model: i for i, model in enumerate(models)}
        for row in table:
            i = place[row["model"]]
            self.assertEqual(row["base_model"], bases[i])
            self.assertEqual(int(row["known_scores"]), numpy.isfinite(scores[i]).sum())
            for z in ("z1", "z2"):
                self.assertLess(float(row[f"{z}_low"]), float(row[z]))
                self.assertLess(float(row[z]), float(row[f"{z}_high"]))
                self.assertTrue(0 <= float(row[f"{z}_percentile_low"]) <= float(row[f"{z}_percentile_high"]) <= 100)
            for j, benchmark in enumerate(BENCHMARKS):
                self.assertEqual(row[benchmark] == "", numpy.isnan(scores[i, j]))
                self.assertEqual(row[f"{benchmark}_deviations"] == "", numpy.isnan(scores[i, j]))

    def test_json_says_the_same(self):
        told = json.loads(self.succeed("models", "results.h5", "--json").stdout)
        table = {row["model"]: row for row in self.table("models", "results.h5")}
        self.assertEqual(told["benchmarks"], BENCHMARKS)
        self.assertEqual([base["name"] for base in told["base_models"]], sorted({m["base_model"] for m in told["models"]}))
        for model in told["models"]:
            row = table[model["model"]]
            self.assertEqual([factor["mean"] for factor in model["factors"]], [float(row["z1"]), float(row["z2"])])
            self.assertEqual(model["fitted"], row["fitted"] == "true")

    def test_a_model_of_one_file_is_the_same_in_another(self):
        models, bases, scores = self.scores()
        cells = ["" if numpy.isnan(x) else repr(float(x)) for x in scores[7]]
        self.write_new("new.csv", [["newcomer", bases[7], *cells], ["of another base", "unknown", *cells]])
        new, = self.table("models", "results.h5", "--new", "new.csv")
        old, = self.table("models", "results.h5", "--model", models[7])
        self.assertEqual((new.pop("model"), new.pop("fitted")), ("newcomer", "false"))
        self.assertEqual((old.pop("model"), old.pop("fitted")), (models[7], "true"))
        self.assertEqual(new, old)
        # A table in another order of columns, without one of them: there the score is missing.
        self.write_new("less.csv", [["newcomer", bases[7], 30, 40], ["second", bases[7], 35, ""]], ["BBH", "IFEval"])
        less = self.table("models", "results.h5", "--new", "less.csv")
        self.assertEqual([row["known_scores"] for row in less], ["2", "1"])
        self.assertEqual([less[0]["IFEval"], less[0]["BBH"], less[0]["MUSR"]], ["40", "30", ""])

    def test_text_lists_extremes_and_cards(self):
        models, _, _ = self.scores()
        text = self.succeed("models", "results.h5", "--top", "3", "--label", "BBH=hard tasks").stdout
        table = self.table("models", "results.h5")
        highest = max(table, key=lambda row: float(row["z1"]))["model"]
        lowest = min(table, key=lambda row: float(row["z2"]))["model"]
        self.assertIn(highest, text)
        self.assertIn(lowest, text)
        self.assertIn("Scores that the others of their model explain least", text)
        card = self.succeed("models", "results.h5", "--model", models[0], "--model", models[1]).stdout
        self.assertIn(f"{models[0]}, base model", card)
        self.assertIn(f"{models[1]}, base model", card)

    def test_predictions_are_of_missing_scores(self):
        models, _, scores = self.scores()
        missing = {(models[i], BENCHMARKS[j]) for i, j in zip(*numpy.where(numpy.isnan(scores)))}
        table = self.table("predict", "results.h5")
        self.assertEqual({(row["model"], row["benchmark"]) for row in table}, missing)
        for row in table:
            self.assertLess(float(row["low"]), float(row["predicted"]))
            self.assertLess(float(row["predicted"]), float(row["high"]))
        text = self.succeed("predict", "results.h5", "--top", "2").stdout
        self.assertIn(f"and {len(missing) - 2} more", text)

    def test_intervals_hold_what_simulate_removed(self):
        """Some 120 removed scores; 90 % of them, give or take four standard errors of .03 and what two base models of 100
        models leave to the fit."""
        self.succeed("simulate", "-o", "whole.h5", "--design", "parametric", "--factors", "2", "--sizes", "120,90",
                     "--overwrite")
        with h5py.File(self.path("whole.h5")) as file:
            whole = dict(zip(file["model"].asstr()[:], file["scores"][:]))
        held = [float(row["low"]) <= whole[row["model"]][BENCHMARKS.index(row["benchmark"])] <= float(row["high"])
                for row in self.table("predict", "results.h5")]
        self.assertGreater(len(held), 80)
        self.assertGreater(numpy.mean(held), 0.75)

    def test_check_hides_what_is_known(self):
        _, _, scores = self.scores()
        told = json.loads(self.succeed("predict", "results.h5", "--check", "--folds", "3", "--json").stdout)
        check = told["check"]
        fitted = [m for m in json.loads(self.succeed("models", "results.h5", "--json").stdout)["models"] if m["fitted"]]
        known = sum(m["known_scores"] for m in fitted if m["known_scores"] > 1)
        self.assertEqual(check["all"]["scores"], known)
        self.assertEqual(sum(part["scores"] for part in check["base_models"]), known)
        self.assertEqual(sum(part["scores"] for part in check["benchmarks"]), known)
        self.assertTrue(0.8 < check["all"]["held"] < 0.97)
        text = self.succeed("predict", "results.h5", "--check", "--folds", "3").stdout
        self.assertIn(f"{100 * check['all']['held']:.1f} %", text)

    def test_what_cannot_be_asked(self):
        self.fail_with(3, "has no fitted model of noisy scores", "models", "span.h5")
        self.fail_with(3, 'there is no model "nobody"', "models", "results.h5", "--model", "nobody")
        self.fail_with(2, 'has no fitted model of a setting "other"', "predict", "results.h5", "--setting", "other")
        self.fail_with(2, "--folds 1 is out of range", "predict", "results.h5", "--check", "--folds", "1")
        self.fail_with(2, "--top 0 is out of range", "models", "results.h5", "--top", "0")
        self.fail_with(2, "exclude each other", "models", "results.h5", "--csv", "--json")
        self.fail_with(2, "--check makes a table", "predict", "results.h5", "--check", "--csv")
        self.succeed("simulate", "-o", "others.h5", "--seed", "9", "--sizes", "30,30", "--overwrite")
        self.fail_with(3, "is not the score file that results.h5 was computed from", "models", "results.h5", "--scores",
                       "others.h5")
        self.write_new("strange.csv", [["a", "b", 1, 2], ["c", "b", 2, 1]], ["x", "y"])
        self.fail_with(3, "none of the benchmarks that were fitted", "models", "results.h5", "--new", "strange.csv")
        self.write_new("strange.csv", [["a", "b", 1, 2], ["c", "b", 2, 1]], ["BBH", "GPQA"])
        self.fail_with(3, "no models of the base models that were fitted", "models", "results.h5", "--new", "strange.csv")


if __name__ == "__main__":
    from unittest_main import main

    main()
