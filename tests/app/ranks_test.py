"""The same results for any number of ranks, and after a resume."""

import os
import shutil
import subprocess
import sys

from program import ProgramTest

OPTIONS = ("--min-models", 100, "--factors", 2, "--estimator", "published", "--seed", 7)


class RanksTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "scores.h5", "--sizes", "300,200,150,120", "--factors", 2, "--seed", 3)

    def search(self, results, *more, **options):
        return self.succeed("search", "scores.h5", "-o", results, *OPTIONS, *more, **options)

    def assert_equal(self, first, second):
        self.succeed("compare", first, second)
        script = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support", "compare_h5.py")
        done = subprocess.run(
            [sys.executable, script, first, second], cwd=self.folder, capture_output=True, text=True, check=False
        )
        self.assertIn(done.returncode, (0, 77), done.stdout + done.stderr)

    def test_ranks_change_nothing(self):
        self.search("one.h5", "--bootstrap", 40)
        for ranks in (1, 2, 3, 4, 8, 13):
            with self.subTest(ranks=ranks):
                self.search(f"{ranks}.h5", "--bootstrap", 40, ranks=ranks)
                self.assert_equal("one.h5", f"{ranks}.h5")

    def test_memory_the_part_of_rank_zero_and_chunk_sizes_change_nothing(self):
        estimators = (("published", "--bootstrap", 40, "--min-models", 100),
                      ("joint", "--density", "sas", "--bootstrap", 6, "--orders", "all", "--min-models", 180))
        ways = [("--memory", memory, "--rank-zero", zero) for memory in ("shared", "private") for zero in ("computes", "leads")]
        ways += [("--chunk-time", 10), ("--chunk-time", "0.0001")]
        for estimator in estimators:
            words = ("search", "scores.h5", "--overwrite", "--factors", 2, "--seed", 7, "--estimator", *estimator)
            self.succeed(*words, "-o", "one.h5")
            for way in ways:
                with self.subTest(estimator=estimator[0], way=way):
                    self.succeed(*words, *way, "-o", "other.h5", ranks=3)
                    self.assert_equal("one.h5", "other.h5")
        self.fail_with(2, "--memory none is not known", "search", "scores.h5", "-o", "x.h5", *OPTIONS, "--memory", "none")

    def test_every_kind_of_task_is_the_same_on_all_numbers_of_ranks(self):
        kinds = ("--parametric", 3, "--placebo", 3, "--no-control", 3)
        joint = ("--estimator", "joint", "--density", "mog2", "--orders", "all", "--bootstrap", 3, "--min-models", 180)
        common = ("search", "scores.h5", "--factors", 2, "--seed", 7)
        self.succeed(*common, "-o", "published.h5", "--estimator", "published", "--bootstrap", 3, *kinds)
        self.succeed(*common, "-o", "joint.h5", *joint, *kinds)
        for ranks in (2, 3, 13):
            with self.subTest(ranks=ranks):
                self.succeed(*common, "-o", "p.h5", "--estimator", "published", "--bootstrap", 3, *kinds, "--overwrite",
                             ranks=ranks)
                self.assert_equal("published.h5", "p.h5")
                self.succeed(*common, "-o", "j.h5", *joint, *kinds, "--overwrite", ranks=ranks)
                self.assert_equal("joint.h5", "j.h5")

    def test_calibration_and_influence_are_the_same_on_all_numbers_of_ranks_and_after_a_resume(self):
        extra = ("--parametric", 3, "--calibrate", 2, "--influence", 4)
        for estimator in (("published",), ("joint", "--density", "sas")):
            words = ("search", "scores.h5", "--min-models", 180, "--factors", 2, "--seed", 7, "--bootstrap", 2,
                     "--estimator", *estimator)
            self.succeed(*words, *extra, "-o", "one.h5", "--overwrite")
            for ranks in (3, 13):
                with self.subTest(estimator=estimator[0], ranks=ranks):
                    self.succeed(*words, *extra, "-o", "other.h5", "--overwrite", ranks=ranks)
                    self.assert_equal("one.h5", "other.h5")
            with self.subTest(estimator=estimator[0], resumed=True):
                self.succeed(*words, "-o", "grown.h5", "--overwrite")
                self.succeed(*words, *extra, "-o", "grown.h5", "--resume", ranks=2)
                self.assert_equal("one.h5", "grown.h5")

    def test_extending_a_run_equals_running_it_at_once(self):
        self.search("all.h5", "--bootstrap", 40)
        self.search("grown.h5", "--bootstrap", 10)
        self.search("grown.h5", "--bootstrap", 40, "--resume", ranks=2)
        self.assert_equal("all.h5", "grown.h5")
        finished = self.search("grown.h5", "--bootstrap", 40, "--resume")
        self.assertIn("41 of 41 tasks are known", finished.stderr)
        self.assert_equal("all.h5", "grown.h5")

    def test_added_settings_and_replicates_change_no_other_result(self):
        self.search("few.h5", "--bootstrap", 10)
        self.search("more.h5", "--bootstrap", 10, "--contrast", "logcosh,cube")
        one, two = self.shown("few.h5")["settings"], self.shown("more.h5")["settings"]
        self.assertEqual(len(two), 2)
        self.assertEqual(one[0], two[0])

    def test_differences_are_found(self):
        self.search("a.h5", "--bootstrap", 5)
        self.search("b.h5", "--bootstrap", 5, "--overwrite", "--best", 3)
        done = self.run_program("compare", "a.h5", "b.h5")
        self.assertEqual(done.returncode, 3)
        self.assertIn("differ", done.stdout)

    def test_time_limit_leaves_a_file_that_resumes_to_the_same_result(self):
        self.search("all.h5", "--bootstrap", 400)
        # So many replicates that no machine computes them in this time; the resumed run wants fewer.
        stopped = self.run_program("search", "scores.h5", "-o", "cut.h5", *OPTIONS, "--bootstrap", 200000, "--max-time", "0.1")
        self.assertEqual(stopped.returncode, 75, stopped.stderr)
        self.assertIn("Interim results", self.succeed("show", "cut.h5").stdout)
        shutil.copy(self.path("cut.h5"), self.path("kept.h5"))
        self.search("cut.h5", "--bootstrap", 400, "--resume", ranks=2)
        self.assert_equal("all.h5", "cut.h5")


if __name__ == "__main__":
    from unittest_main import main

    main()
