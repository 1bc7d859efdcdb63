"""Runs of more settings than one reads one by one: files that keep the details of the best alone, and what is told of
all."""

import os

from program import ProgramTest

NAMES = ("llama-3-8b", "qwen2.5-14b", "llama-3.1-8b", "qwen2.5-7b", "qwen2-7b", "mistral-7b")
SETS = 20 + 15  # of 3 and of 4 of them


class ManySettingsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,75,70,65,60,60", "--factors", 2, "--seed", 5)

    def search(self, results, *more, sizes="3..4", keep=5, **options):
        return self.succeed("search", "s.h5", "-o", results, "--domains-from", ",".join(NAMES), "--subset-sizes", sizes,
                            "--factors", 2, "--estimator", "published", "--restarts", 2, "--keep-details", keep, *more,
                            **options)  # fmt: skip

    def test_a_file_keeps_the_best_order_of_all_and_the_details_of_the_best(self):
        self.search("few.h5")
        self.search("whole.h5", keep=SETS)
        few, whole = self.shown("few.h5"), self.shown("whole.h5")
        self.assertEqual(len(few["settings"]), SETS)
        self.assertEqual(sum(setting["detailed"] for setting in few["settings"]), 5)
        self.assertTrue(all(setting["detailed"] for setting in whole["settings"]))
        for one, other in zip(few["settings"], whole["settings"]):
            self.assertEqual(one["name"], other["name"])
            # The angle of the best order to itself is 0, up to rounding where it was computed.
            angles = [setting["orders"][0].pop("angle_to_best_degrees") for setting in (one, other)]
            self.assertTrue(all(angle < 1e-6 for angle in angles[0] + angles[1]), angles)
            self.assertEqual(one["orders"][0], other["orders"][0])
            for domain, same in zip(one["domains"], other["domains"]):
                self.assertEqual(domain["coefficients"], same["coefficients"])
                self.assertEqual(domain["models_used"], same["models_used"])
        self.assertEqual(few["overview"], whole["overview"])
        # The best of each size in turn: of five, three sets of 3 and two of 4.
        kept = {setting["name"] for setting in few["settings"] if setting["detailed"]}
        by_size = {}
        for setting in whole["settings"]:
            by_size.setdefault(len(setting["domains"]), []).append((setting["orders"][0]["mic"], setting["name"]))
        expected = {name for size, count in ((3, 3), (4, 2)) for _, name in sorted(by_size[size])[:count]}
        self.assertEqual(kept, expected)
        self.assertLess(os.path.getsize(self.path("few.h5")), os.path.getsize(self.path("whole.h5")) / 2)

    def test_ranks_resuming_and_merging_change_nothing(self):
        self.search("one.h5")
        self.search("two.h5", ranks=2)
        self.succeed("compare", "one.h5", "two.h5")
        # Nothing is computed again, and nothing is lost.
        done = self.search("one.h5", "--resume")
        self.assertIn(f"{SETS} of {SETS} tasks are known", done.stderr)
        self.succeed("compare", "one.h5", "two.h5")
        # Sets of 3, then of 4 as well.
        self.search("grown.h5", sizes="3")
        done = self.search("grown.h5", "--resume")
        self.assertIn(f"20 of {SETS} tasks are known", done.stderr)
        self.succeed("compare", "one.h5", "grown.h5")
        self.search("three.h5", sizes="3")
        self.search("four.h5", sizes="4")
        self.succeed("merge", "three.h5", "four.h5", "-o", "merged.h5", "--keep-details", 5)
        self.succeed("compare", "one.h5", "merged.h5")

    def test_replicates_keep_all_details(self):
        self.search("r.h5")
        done = self.search("r.h5", "--resume", "--bootstrap", 1)
        self.assertIn(f"5 of {2 * SETS} tasks are known", done.stderr)
        self.assertTrue(all(setting["detailed"] for setting in self.shown("r.h5")["settings"]))

    def test_placebos_that_choose(self):
        self.search("p.h5", "--choice-placebo", 3)
        shown = self.shown("p.h5")
        # Whatever is computed besides, the estimates stay as they are, and the details those of the best.
        self.search("plain.h5")
        plain = self.shown("plain.h5")
        self.assertEqual([s["orders"] for s in plain["settings"]], [s["orders"] for s in shown["settings"]])
        tested = [s for s in shown["settings"] if s.get("choice_placebo")]
        self.assertEqual(sorted(s["choice_placebo"][0]["sets"] for s in tested), [15, 20])
        for setting in tested:
            self.assertEqual(len(setting["choice_placebo"]), 2)
            alike = [s["orders"][0]["mic"] for s in shown["settings"] if len(s["domains"]) == len(setting["domains"])]
            self.assertEqual(setting["orders"][0]["mic"], min(alike))
            for placebo in setting["choice_placebo"]:
                self.assertEqual(placebo["replicates"] + placebo["failed"], 3)
                self.assertGreaterEqual(placebo["p_value"], 0.25)
        text = self.succeed("show", "p.h5").stdout
        self.assertIn("By chance    published, 2 factors, sets of 3 base models: the lowest MIC of 20 sets", text)
        self.assertLess(text.index("By chance"), text.index("Settings "))
        # Any number of ranks, and resuming, give the same.
        self.search("two.h5", "--choice-placebo", 3, ranks=2)
        self.succeed("compare", "p.h5", "two.h5")
        done = self.search("plain.h5", "--resume", "--choice-placebo", 3)
        self.assertIn(f"{SETS} of {SETS + 12} tasks are known", done.stderr)
        self.succeed("compare", "p.h5", "plain.h5")
        planned = self.succeed("plan", "s.h5", "-o", "n.h5", "--domains-from", ",".join(NAMES), "--subset-sizes", "3..4",
                               "--factors", 2, "--estimator", "published", "--choice-placebo", 3, "--pilot-seconds", 2).stdout  # fmt: skip
        self.assertIn("6 choice-rotation, 6 choice-gaussian", planned)
        self.fail_with(2, "nothing to choose from", "search", "s.h5", "-o", "n.h5", "--min-models", 2,
                       "--estimator", "published", "--choice-placebo", 3)  # fmt: skip

    def test_show_report_and_export(self):
        self.search("r.h5")
        shown = self.shown("r.h5")
        text = self.succeed("show", "r.h5").stdout
        self.assertIn(f"{SETS} settings, each with an answer", text)
        self.assertLess(len(text.splitlines()), 120)
        self.assertLess(len(self.succeed("show", "r.h5", "--brief").stdout.splitlines()), 40)
        without = next(i for i, setting in enumerate(shown["settings"]) if not setting["detailed"])
        for name in (shown["settings"][without]["name"], without + 1):
            one = self.succeed("show", "r.h5", "--setting", name).stdout
            self.assertIn(shown["settings"][without]["name"], one)
            self.assertIn("keeps no details of this setting", one)
        self.fail_with(2, 'there is no setting "36"', "show", "r.h5", "--setting", 36)
        self.succeed("report", "r.h5", "-o", "r.html", "--settings", 3)
        with open(self.path("r.html"), encoding="utf-8") as file:
            page = file.read()
        self.assertEqual(page.count('<h2 id="setting-'), 3)
        self.assertEqual(page.count("Which base models go together"), 3 * 2)  # title, label and caption for each size
        self.fail_with(2, "--settings 0 tells no setting", "report", "r.h5", "-o", "n.html", "--settings", 0)
        self.fail_with(2, "--keep-details 0 keeps", "search", "s.h5", "-o", "n.h5", "--keep-details", 0)
        self.succeed("export", "r.h5", "-o", "tables")
        with open(self.path("tables/settings.csv"), encoding="utf-8") as file:
            self.assertEqual(len(file.readlines()), 1 + SETS)
        self.succeed("graph", "r.h5")


if __name__ == "__main__":
    import unittest_main

    unittest_main.main()
