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
        self.write_new("new.csv", [["newcomer", bases[7], *cells], ["of another base", "elsewhere", *cells]])
        new, = self.table("models", "results.h5", "--new", "new.csv")
        old, = self.table("models", "results.h5", "--model", models[7])
        self.assertEqual((new.pop("model"), new.pop("fitted")), ("newcomer", "false"))
        self.assertEqual((old.pop("model"), old.pop("fitted")), (models[7], "true"))
        self.assertEqual(new, old)
        said = self.succeed("models", "results.h5", "--new", "new.csv").stderr
        self.assertIn("new.csv: 1 model left out, of base models that were not fitted: elsewhere (1)", said)
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
        self.assertIn("Scores that the other scores of their model explain least", text)
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

    def test_models_are_compared_with_one_of_them(self):
        models, bases, _ = self.scores()
        other = models[0]
        table = self.table("models", "results.h5", "--against", other)
        self.assertEqual(len(table), (len(models) - 1) * 9)  # two capabilities, six benchmarks, all benchmarks
        self.assertEqual([row["quantity"] for row in table[:9]], ["z1", "z2", *BENCHMARKS, "all benchmarks"])
        self.assertEqual({row["against"] for row in table}, {other})
        profiles = {row["model"]: row for row in self.table("models", "results.h5")}
        own = profiles[other]
        for row in table:
            better, worse, rate = (float(row[name]) for name in ("better", "worse", "false_discovery_rate"))
            self.assertAlmostEqual(better + worse, 1, places=8)
            self.assertTrue(float(row["low"]) < float(row["difference"]) < float(row["high"]))
            self.assertEqual(row["verdict"], "open" if rate > 0.05 or min(better, worse) > 0.2 else "better" if better > worse else "worse")
            if row["quantity"] in ("z1", "z2"):
                # The difference of two profiles; z1_base_mean is the mean of the base model, which both share or not.
                profile, name = profiles[row["model"]], row["quantity"]
                mean = sum(sign * (float(one[name]) + float(one[f"{name}_base_mean"])) for sign, one in ((1, profile), (-1, own)))
                self.assertAlmostEqual(float(row["difference"]), mean, places=5)
        # The rate of each quantity is the mean of what is at least as sure, over all models.
        for quantity in ("z1", "MUSR"):
            rows = [row for row in table if row["quantity"] == quantity]
            wrong = numpy.sort([min(float(row["better"]), float(row["worse"])) for row in rows])
            rates = numpy.cumsum(wrong) / numpy.arange(1, len(wrong) + 1)
            numpy.testing.assert_allclose(sorted(float(row["false_discovery_rate"]) for row in rows), rates, rtol=1e-9)
        text = self.succeed("models", "results.h5", "--against", other).stdout
        self.assertIn(f"{len(models) - 1} models compared with {other}", text)
        self.assertIn("false discovery rate of 5 %", text)

    def test_comparison_of_two_models(self):
        models, _, _ = self.scores()
        card = self.succeed("models", "results.h5", "--model", models[3], "--against", models[5]).stdout
        self.assertIn(f"{models[3]}, base model", card)
        self.assertIn(f"compared with {models[5]}", card)
        words = ("models", "results.h5", "--model", models[3], "--against", models[5])
        one = json.loads(self.succeed(*words, "--json").stdout)
        back = json.loads(self.succeed("models", "results.h5", "--model", models[5], "--against", models[3], "--json").stdout)
        for there, here in zip(one["models"][0]["differences"], back["models"][0]["differences"]):
            self.assertAlmostEqual(there["difference"], -here["difference"], places=9)
            self.assertAlmostEqual(there["better"], here["worse"], places=9)
            # A comparison that stands alone has its own probability as its rate.
            self.assertAlmostEqual(there["false_discovery_rate"], min(there["better"], there["worse"]), places=12)
        rows = self.table(*words)
        for row, there in zip(rows, one["models"][0]["differences"]):
            self.assertEqual(float(row["difference"]), there["difference"])
            self.assertEqual(row["verdict"], there["verdict"])

    def test_models_are_compared_with_bases_and_siblings(self):
        models, bases, scores = self.scores()
        siblings = self.table("models", "results.h5", "--against", "siblings")
        self.assertEqual(len(siblings), len(models) * 9)
        better = [float(row["better"]) for row in siblings if row["quantity"] == "z1"]
        self.assertTrue(0.35 < numpy.mean(better) < 0.65)  # half of the models are above the median
        self.fail_with(3, "no base model that could be told by its name", "models", "results.h5", "--against", "base")
        base = bases[0]
        chosen = next(model for model, its in zip(models, bases) if its == base)
        table = self.table("models", "results.h5", "--against", "base", "--base", f"{base}={chosen}")
        self.assertEqual({row["base_model"] for row in table}, {base})
        self.assertEqual({row["against"] for row in table}, {chosen})
        self.assertEqual(len(table), (list(bases).count(base) - 1) * 9)
        text = self.succeed("models", "results.h5", "--against", "base", "--base", f"{base}={chosen}").stdout
        self.assertIn("No model is named as its base model itself", " ".join(text.split()))
        # A new table that has the base model by its name; new models may be compared with fitted ones, too.
        cells = ["" if numpy.isnan(x) else repr(float(x)) for x in scores[7]]
        self.write_new("tuned.csv", [[f"Acme/{base}", base, *cells], ["tuned", base, *cells], ["tuned", base, 30, 40, "", "", "", ""]])
        tuned = self.table("models", "results.h5", "--new", "tuned.csv", "--against", "base")
        self.assertEqual({row["against"] for row in tuned}, {f"Acme/{base}"})
        self.assertEqual(len(tuned), 2 * 9)
        self.assertEqual({float(row["better"]) > 0.49 and float(row["better"]) < 0.51 for row in tuned[:9]}, {True})
        fitted = self.table("models", "results.h5", "--new", "tuned.csv", "--against", models[7], "--model", "tuned")
        self.assertEqual(len(fitted), 2 * 9)
        self.assertIn("has 2 rows of tuned", " ".join(
            self.succeed("models", "results.h5", "--new", "tuned.csv", "--against", "tuned").stdout.split()))

    def test_ranks_have_intervals(self):
        models, bases, _ = self.scores()
        table = self.table("models", "results.h5", "--rank", "z1")
        self.assertEqual(sorted(row["model"] for row in table), sorted(models))
        ranks = [float(row["rank"]) for row in table]
        self.assertEqual(ranks, sorted(ranks))
        self.assertAlmostEqual(sum(ranks), len(models) * (len(models) + 1) / 2, places=5)
        for row in table:
            self.assertTrue(1 <= int(row["rank_low"]) <= int(row["rank_high"]) <= len(models))
            self.assertTrue(1 <= float(row["rank"]) <= len(models))
            self.assertEqual(float(row["first"]) >= 0.05, int(row["rank_low"]) == 1)
        for base in set(bases):
            own = [float(row["sibling_rank"]) for row in table if row["base_model"] == base]
            self.assertAlmostEqual(sum(own), len(own) * (len(own) + 1) / 2, places=5)
        self.assertEqual(self.table("models", "results.h5", "--rank", "z1"), table)
        one, = self.table("models", "results.h5", "--rank", "z1", "--model", models[9])
        self.assertEqual([one], [row for row in table if row["model"] == models[9]])
        told = json.loads(self.succeed("models", "results.h5", "--rank", "all", "--json").stdout)
        self.assertEqual(told["quantity"], "all benchmarks")
        self.assertEqual(len(told["models"]), len(models))
        text = self.succeed("models", "results.h5", "--rank", "MUSR", "--top", "2").stdout
        self.assertIn("Ranks by MUSR, true score", text)
        self.assertIn(f"of {list(bases).count(bases[0])}", text)

    def test_next_says_what_missing_scores_would_add(self):
        models, bases, scores = self.scores()
        missing = [(models[i], BENCHMARKS[j]) for i, j in zip(*numpy.where(numpy.isnan(scores)))]
        table = self.table("next", "results.h5")
        new = [row for row in table if not row["model"]]
        self.assertEqual([(row["base_model"], row["benchmark"]) for row in new],
                         [(base, benchmark) for base in dict.fromkeys(row["base_model"] for row in new) for benchmark in BENCHMARKS])
        self.assertEqual(len(new), len(set(bases)) * len(BENCHMARKS))
        self.assertEqual(sorted((row["model"], row["benchmark"]) for row in table[len(new):]), sorted(missing))
        for row in table:
            self.assertGreater(float(row["gain"]), 0)
            self.assertLess(float(row["known"]) + float(row["gain"]), 1)
            self.assertEqual(row["target"], "all capabilities")
        for row in new:
            self.assertAlmostEqual(float(row["known"]), 0, places=9)
        # The mean over the capabilities of what --for gives one by one.
        ones = [self.table("next", "results.h5", "--for", name) for name in ("z1", "z2")]
        for row, first, second in zip(table, *ones):
            self.assertAlmostEqual(float(row["gain"]), (float(first["gain"]) + float(second["gain"])) / 2, places=9)
        costs = self.table("next", "results.h5", "--cost", "MATH Lvl 5=4,BBH=2", "--for", "MUSR")
        for row in costs:
            cost = {"MATH Lvl 5": 4, "BBH": 2}.get(row["benchmark"], 1)
            self.assertEqual(float(row["cost"]), cost)
            self.assertAlmostEqual(float(row["gain_per_cost"]), float(row["gain"]) / cost, places=12)
        told = json.loads(self.succeed("next", "results.h5", "--json").stdout)
        self.assertEqual([one["gain"] for one in told["new_models"] + told["models"]], [float(row["gain"]) for row in table])
        text = self.succeed("next", "results.h5", "--top", "3", "--cost", "BBH=2").stdout
        self.assertIn(f"for their cost: {len(missing)} of {len(models)} models", text)
        whole = next(model for model in models if model not in {name for name, _ in missing})
        self.assertIn("No score of the 1 model is missing", self.succeed("next", "results.h5", "--model", whole).stdout)

    def test_redundant_benchmarks(self):
        table = self.table("next", "results.h5", "--redundant")
        told = json.loads(self.succeed("next", "results.h5", "--json").stdout)
        self.assertEqual(len(table), (1 + len(told["base_models"])) * len(BENCHMARKS))
        for row, one in zip(table, told["redundancy"]):
            self.assertEqual((row["base_model"], row["benchmark"]), ("", one["benchmark"]))
            self.assertEqual(float(row["explained_by_others"]), one["explained_by_others"])
            self.assertTrue(0 <= one["explained_by_others"] <= 1)
        self.assertIn("within all base models", self.succeed("next", "results.h5", "--redundant").stdout)

    def test_what_cannot_be_asked(self):
        self.fail_with(2, '--cost names "nothing", which is no benchmark', "next", "results.h5", "--cost", "nothing=1")
        self.fail_with(2, "--cost BBH=0 is out of range", "next", "results.h5", "--cost", "BBH=0")
        self.fail_with(2, '"much" is not a number', "next", "results.h5", "--cost", "BBH=much")
        self.fail_with(2, "--for z9 is no capability", "next", "results.h5", "--for", "z9")
        self.fail_with(2, "exclude each other", "models", "results.h5", "--against", "base", "--rank", "z1")
        self.fail_with(2, "--fdr 0.6 is out of range", "models", "results.h5", "--against", "base", "--fdr", "0.6")
        self.fail_with(2, "--base goes with --against base", "models", "results.h5", "--base", "a=b")
        self.fail_with(2, "--base nobody is malformed", "models", "results.h5", "--against", "base", "--base", "nobody")
        self.fail_with(3, 'base model "x" is none of those', "models", "results.h5", "--against", "base", "--base", "x=y")
        self.fail_with(3, 'there is no model "nobody"', "models", "results.h5", "--against", "nobody")
        self.fail_with(2, "--rank z3 is no capability and no benchmark", "models", "results.h5", "--rank", "z3")
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
