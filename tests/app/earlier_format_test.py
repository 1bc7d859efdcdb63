"""Files of format 1, made by the program of that time: readers open them, a run does not go on with them."""

import gzip
import json
import os
import shutil
import sys

from program import ProgramTest

try:
    import h5py
    import numpy
except ImportError:
    print("skipped: h5py is not installed")
    sys.exit(77)

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "format_1")
RESULTS = ("joint.h5", "names.h5", "interim.h5", "orders.h5")


class EarlierFormatTest(ProgramTest):
    def setUp(self):
        super().setUp()
        for name in (*RESULTS, "scores.h5", "names_scores.h5"):
            with gzip.open(os.path.join(FOLDER, name + ".gz")) as packed, open(self.path(name), "wb") as file:
                shutil.copyfileobj(packed, file)

    def test_the_files_are_of_format_1(self):
        for name in RESULTS:
            with h5py.File(self.path(name)) as file:
                self.assertEqual(list(file.attrs["format_version"]), [1, 0], name)
            self.assertIn("exahca-results of format 1.0", self.succeed("check", name).stdout)

    def test_results_are_shown_with_the_names_and_numbers_that_are_stored(self):
        for name in RESULTS:
            shown = json.loads(self.succeed("show", name, "--json").stdout)
            text = self.succeed("show", name).stdout
            with h5py.File(self.path(name)) as file:
                names = list(file["settings/setting"].asstr())
                self.assertEqual([setting["name"] for setting in shown["settings"]], names, name)
                self.assertEqual(shown["complete"], bool(file.attrs["complete"]), name)
                for i, setting in enumerate(shown["settings"]):
                    self.assertIn(setting["name"], text)
                    self.assertNotIn("failure", setting)
                    estimate = file["estimate"][setting["name"]]
                    listed = int(estimate["order_count"][()])
                    self.assertEqual([order["mic"] for order in setting["orders"]], list(estimate["mic"][:listed]))
                    unmixing = numpy.array([order["unmixing"] for order in setting["orders"]])
                    self.assertTrue(numpy.array_equal(unmixing[:, ::-1], estimate["unmixing"][:listed]), name)
                    self.check_parameters(file["settings"], i, setting["parameters"])
                    aggregate = file["aggregate"].get(setting["name"], {})
                    if "support" in aggregate:
                        self.assertEqual(setting["support"]["share"], aggregate["support"][()])

    def check_parameters(self, columns, i, parameters):
        self.assertIn("estimator", parameters)
        for name, value in parameters.items():
            if name not in columns:  # of a later version: what was meant then
                self.assertIn((name, value), [("screening", "share"), ("noise", "span"), ("item_share", 0), ("missing_shift", 0), ("anchors", "")])
                continue
            stored = columns[name][i]
            if name == "domains":
                self.assertEqual(value, [domain.decode() for domain in stored if domain])
            else:
                self.assertEqual(value, stored.decode() if isinstance(stored, bytes) else stored, name)

    def test_every_reader_opens_them(self):
        for name in RESULTS:
            self.succeed("show", name, "--brief")
            self.succeed("report", name, "-o", "page.html", "--overwrite", "--figures", "figures")
            self.succeed("export", name, "-o", "tables", "--json", "--overwrite")
            self.assertIn("digraph", self.succeed("graph", name).stdout)
            self.succeed("compare", name, name)
        with open(self.path("tables/settings.csv"), encoding="utf-8") as file:
            self.assertEqual(len(file.read().splitlines()), 2)

    def test_a_run_does_not_go_on_with_them(self):
        for name, scores in (("joint.h5", "scores.h5"), ("interim.h5", "scores.h5"), ("names.h5", "names_scores.h5")):
            with open(self.path(name), "rb") as file:
                before = file.read()
            for command in (("search", scores, "-o", name, "--resume", "--min-models", 1, "--factors", 2),
                            ("merge", name, "-o", "merged.h5", "--scores", scores)):
                done = self.fail_with(3, "the earlier results have format 1.0, this exahca writes 2.2", *command)
                self.assertIn(name, done.stderr)
                self.assertIn("names that two of them could share", done.stderr)
                self.assertIn("finish them with the exahca that began them", done.stderr)
            with open(self.path(name), "rb") as file:
                self.assertEqual(file.read(), before)
            self.assertFalse(os.path.exists(self.path("merged.h5")))
            self.assertFalse(os.path.exists(self.path(name + ".lock")))

    def test_score_files_of_format_1_are_used_like_new_ones(self):
        self.succeed("simulate", "-o", "new.h5", "--sizes", "30,26,22", "--factors", 2, "--seed", 3)
        with h5py.File(self.path("new.h5")) as file:
            self.assertEqual(list(file.attrs["format_version"]), [2, 1])
        search = ("--min-models", 1, "--factors", 2, "--estimator", "published", "--bootstrap", 2)
        self.succeed("search", "scores.h5", "-o", "a.h5", *search)
        self.succeed("search", "new.h5", "-o", "b.h5", *search)
        self.succeed("compare", "a.h5", "b.h5")
        self.succeed("domains", "scores.h5", "--min-models", 1)

    def test_settings_that_format_1_took_for_one_are_told_apart(self):
        search = ("search", "names_scores.h5", "-o", "r.h5", "--estimator", "published", "--factors", 2, "--domains",
                  "org/a,org/b", "--domains", "org_a,org_b")
        self.succeed(*search)
        shown = json.loads(self.succeed("show", "r.h5", "--json").stdout)["settings"]
        self.assertEqual([[domain["name"] for domain in setting["domains"]] for setting in shown],
                         [["org/a", "org/b"], ["org_a", "org_b"]])
        with h5py.File(self.path("names.h5")) as file:
            self.assertEqual(len(file["settings/setting"]), 2)  # this pair, as one, and a long list
        # Each is found again under its content.
        self.assertIn("2 of 2 tasks are known", self.succeed(*search, "--resume").stderr)


if __name__ == "__main__":
    from unittest_main import main

    main()
