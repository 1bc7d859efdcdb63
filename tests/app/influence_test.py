"""Influence and agreement across settings through the program, on simulated and real scores."""

import csv
import os

from program import PUBLISHED, ProgramTest

SMALL = ("--min-models", 100, "--factors", 2, "--estimator", "published", "--seed", 7)


class InfluenceTest(ProgramTest):
    def simulate(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "300,200,150", "--factors", 2, "--seed", 3)

    def search(self, results, *more, **options):
        return self.succeed("search", "s.h5", "-o", results, *SMALL, *more, **options)

    def rows(self, table):
        with open(self.path(os.path.join("tables", f"{table}.csv")), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_ranks_and_resume_change_nothing(self):
        self.simulate()
        options = ("--influence", 8, "--bootstrap", 5, "--contrast", "logcosh,cube")
        self.search("one.h5", *options)
        self.search("three.h5", *options, ranks=3)
        self.succeed("compare", "one.h5", "three.h5")
        self.search("grown.h5", "--bootstrap", 5, "--contrast", "logcosh,cube")
        before = self.shown("grown.h5")["settings"]
        self.search("grown.h5", *options, "--resume", ranks=2)
        self.succeed("compare", "one.h5", "grown.h5")
        for old, new in zip(before, self.shown("grown.h5")["settings"], strict=True):
            self.assertEqual(old["orders"], new["orders"])
            self.assertEqual(old["support"], new["support"])
        # Other groups are other questions: they are computed, as if there had been none before.
        self.search("finer.h5", *options[2:], "--influence", 9)
        self.search("grown.h5", *options[2:], "--influence", 9, "--resume")
        self.succeed("compare", "finer.h5", "grown.h5")

    def test_show_json_and_export_tell_the_same(self):
        self.simulate()
        self.search("r.h5", "--influence", 8, "--bootstrap", 30, "--contrast", "logcosh,cube,exp")
        shown = self.shown("r.h5")
        text = " ".join(self.succeed("show", "r.h5").stdout.split())
        for setting in shown["settings"]:
            for statement in setting["story"]:
                self.assertIn(" ".join(statement["text"].split()), text)
            self.assertEqual(setting["story"][-1]["topic"], "Bottom line")
            influence = setting["influence"]
            deciding = influence["deciding_case"]
            if deciding is not None:
                count = influence["cases"][deciding]["left_out"]
                self.assertEqual(count, len(influence["deciding_models"]))
                self.assertIn(f"{count} of {influence['models']} models decide", text)
        for statement in shown["across_settings"]["story"]:
            self.assertIn(" ".join(statement["text"].split()), text)
        self.succeed("export", "r.h5", "-o", "tables")
        rows = self.rows("influence")
        self.assertEqual(len(rows), sum(len(s["influence"]["cases"]) for s in shown["settings"]))
        first = shown["settings"][0]["influence"]["cases"]
        for row, case in zip(rows, first, strict=False):
            self.assertEqual(int(row["models_left_out"]), case["left_out"])
            self.assertEqual(row["changes"], "true" if case["changes"] else "false")
        self.assertEqual(len(self.rows("across_settings")), 3 * (1 + 2))
        self.assertEqual([c["choice"] for c in shown["across_settings"]["choices"]], ["contrast"])
        largest = max(float(row["angle_degrees"]) for row in self.rows("setting_angles"))
        self.assertAlmostEqual(largest, max(l["widest_angle_degrees"] for l in shown["across_settings"]["levels"]))

    def test_densities_get_a_sentence_of_their_own(self):
        self.simulate()
        for densities, told in (("sas,mog2", True), ("sas", False)):
            self.succeed("search", "s.h5", "-o", "d.h5", "--overwrite", "--min-models", 100, "--factors", "1,2",
                         "--orders", 2, "--density", densities, "--noise", "span")
            text = self.succeed("show", "d.h5").stdout
            self.assertEqual("Densities" in text, told, text)
            choices = {c["choice"]: c for c in self.shown("d.h5")["across_settings"]["choices"]}
            self.assertEqual(set(choices), {"density", "factors"} if told else {"factors"})
            if told:
                self.assertEqual(choices["density"]["pairs"], 2)  # one for each number of factors
                agree = choices["density"]["agreeing"] == 2
                self.assertIn("does not depend on the source density" if agree else "DEPENDS on the source density",
                              " ".join(text.split()))

    def test_a_negative_number_of_groups_is_refused(self):
        self.simulate()
        self.fail_with(2, "--influence", "search", "s.h5", "-o", "r.h5", "--influence=-1")

    def test_collapsed_models_decide_the_published_order(self):
        """An independent look found that the models below 0.2 of their base model's median total decide the order."""
        self.import_real()
        self.succeed("search", "real.h5", "-o", "r.h5", "--domains", PUBLISHED, "--estimator", "published",
                     "--influence", 100)
        influence = self.shown("r.h5")["settings"][0]["influence"]
        self.assertEqual(influence["models"], 1480)
        cases = influence["cases"]
        below = {round(c["amount"], 1): c for c in cases if c["exclusion"] == "below"}
        self.assertEqual(below[0.2]["left_out"], 14)  # about 14 collapsed models, says that look
        self.assertTrue(below[0.2]["changes"])
        self.assertEqual(below[0.2]["labels"], ["IFEval", "MMLU-PRO", "MATH Lvl 5"])
        # On top: the smallest choice that changes the order is made of collapsed models alone; of a hundred groups of
        # equal size the lowest changes it, and most of those that do are among the lowest ten.
        self.assertLessEqual(len(influence["deciding_models"]), 14)
        for model in influence["deciding_models"]:
            self.assertLess(model["relative_total"], 0.2)
        groups = [c for c in cases if c["exclusion"] == "group"]
        self.assertEqual(sum(c["left_out"] for c in groups), 1480)
        self.assertTrue(groups[0]["changes"])
        changing = [int(c["amount"]) for c in groups if c["changes"]]
        self.assertGreater(sum(g < 10 for g in changing), len(changing) / 2)


if __name__ == "__main__":
    from unittest_main import main

    main()
