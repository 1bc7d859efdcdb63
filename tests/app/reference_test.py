"""The six published cases on the real leaderboard, through the program as users run it."""

import json
import os

from program import PUBLISHED, REFERENCE, ProgramTest, leaderboard_csv


def close_up_to_sign(row, wanted, tolerance):
    return any(all(abs(sign * a - b) <= tolerance for a, b in zip(row, wanted)) for sign in (1, -1))


class ReferenceTest(ProgramTest):
    def setUp(self):
        super().setUp()
        leaderboard_csv()
        with open(os.path.join(REFERENCE, "reference", "hca_reference.json"), encoding="utf-8") as file:
            self.cases = json.load(file)["cases"]
        self.scores = self.import_real()

    def test_five_best_orders_of_every_case(self):
        for number, case in enumerate(self.cases):
            with self.subTest(domains=case["domains"]):
                results = f"case{number}.h5"
                self.succeed(
                    "search", self.scores, "-o", results, "--domains", ",".join(case["domains"]),
                    "--estimator", "published", "--factors", case["factors"],
                )
                setting = self.shown(results)["settings"][0]
                self.assertEqual([d["models"] for d in setting["domains"]], case["sizes"])
                for order, wanted in zip(setting["orders"][:5], case["best"], strict=True):
                    self.assertAlmostEqual(order["mic"], wanted["mic"], delta=2e-6)
                    for value, expected in zip(order["inexactness"], wanted["inexactness"], strict=True):
                        self.assertAlmostEqual(value, expected, delta=2e-6)
                    # H in the file of figures has level 1 first, the program's list starts with z_1 (last level).
                    for row, expected in zip(reversed(order["unmixing"]), wanted["H"], strict=True):
                        self.assertTrue(close_up_to_sign(row, expected, 2e-5), f"{row}\n{expected}")

    def test_published_answer_and_its_lack_of_support(self):
        self.succeed(
            "search", self.scores, "-o", "r.h5", "--domains", PUBLISHED, "--estimator", "published", "--bootstrap", 200
        )
        setting = self.shown("r.h5")["settings"][0]
        self.assertEqual([f["benchmark"] for f in setting["alignment"]], ["MMLU-PRO", "IFEval", "MATH Lvl 5"])
        # data/README.md of the reference folder, "weights by method.md section 6", ICA stopped early: within 0.015.
        weights = {
            "llama-3-8b": (1.70, 0.48, 0.14), "qwen2.5-14b": (0.64, 0.50, 0.42),
            "llama-3.1-8b": (0.40, 0.46, 0.18), "qwen2.5-7b": (0.96, 0.59, 0.45),
        }
        for domain in setting["domains"]:
            a = domain["coefficients"]
            for value, wanted in zip((a[1][0], a[2][0], a[2][1]), weights[domain["name"]], strict=True):
                self.assertAlmostEqual(value, wanted, delta=0.015)
        # An independent look found the published order in 13 to 20 of 100 replicates.
        self.assertGreater(setting["support"]["share"], 0.08)
        self.assertLess(setting["support"]["share"], 0.28)
        self.assertFalse(setting["settled"])
        text = " ".join(self.succeed("show", "r.h5").stdout.split())  # lines are wrapped
        self.assertIn("not settled", text)
        self.assertIn(
            "general problem solving (MMLU-PRO) → instruction following (IFEval) → mathematical reasoning (MATH Lvl 5)", text
        )


if __name__ == "__main__":
    from unittest_main import main

    main()
