"""Parts of an experiment, computed by separate runs, make the file that one run makes."""

import re

from program import ProgramTest

SEARCH = ("search", "scores.h5", "--factors", "2", "--estimator", "published", "--bootstrap", "7", "--parametric", "3",
          "--placebo", "2", "--no-control", "2", "--quiet")


class MergeTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "scores.h5", "--factors", "2", "--sizes", "130,120,110", "--seed", "5")

    def test_parts_make_the_whole(self):
        self.succeed(*SEARCH, "-o", "whole.h5")
        for part in (3, 1, 2):
            done = self.succeed(*SEARCH, "-o", f"part-{part}.h5", "--part", f"{part}/3")
            self.assertIn(f"Part {part} of 3", done.stdout)
        done = self.run_program("merge", "part-2.h5", "part-1.h5", "-o", "some.h5")
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertIn("Not complete", done.stdout)
        self.succeed("merge", "part-2.h5", "part-3.h5", "part-1.h5", "-o", "merged.h5")
        self.succeed("compare", "whole.h5", "merged.h5")
        # The page says how the parts were made, whatever was merged before.
        self.succeed("merge", "some.h5", "part-3.h5", "-o", "twice.h5")
        for merged in ("merged", "twice"):
            self.succeed("report", f"{merged}.h5", "-o", f"{merged}.html")
            with open(self.path(f"{merged}.html"), encoding="utf-8") as file:
                page = re.sub("<[^>]*>", "", file.read())
            for part in (1, 2, 3):
                self.assertEqual(page.count(f"--part {part}/3"), 1, merged)
        # What is missing of an incomplete file is computed by going on with it.
        self.succeed(*SEARCH, "-o", "some.h5", "--resume")
        self.succeed("compare", "whole.h5", "some.h5")

    def test_parts_of_the_joint_estimator_make_the_whole(self):
        words = ("search", "scores.h5", "--factors", "2", "--estimator", "joint", "--density", "sas", "--orders", "all",
                 "--bootstrap", "3", "--parametric", "2", "--calibrate", "2", "--placebo", "2", "--influence", "2", "--quiet")
        self.succeed(*words, "-o", "whole.h5")
        for part, ranks in ((1, 3), (2, None)):
            self.succeed(*words, "-o", f"part-{part}.h5", "--part", f"{part}/2", ranks=ranks)
        self.succeed("merge", "part-1.h5", "part-2.h5", "-o", "merged.h5")
        self.succeed("compare", "whole.h5", "merged.h5")

    def test_a_part_that_is_done_has_nothing_to_resume(self):
        self.succeed(*SEARCH, "-o", "part.h5", "--part", "2/2")
        with open(self.path("part.h5"), "rb") as file:
            before = file.read()
        self.succeed(*SEARCH, "-o", "part.h5", "--part", "2/2", "--resume")
        with open(self.path("part.h5"), "rb") as file:
            self.assertEqual(file.read(), before)

    def test_settings_of_separate_runs_join(self):
        self.succeed(*SEARCH, "-o", "both.h5", "--contrast", "logcosh,exp")
        self.succeed(*SEARCH, "-o", "a.h5", "--contrast", "logcosh")
        self.succeed(*SEARCH, "-o", "b.h5", "--contrast", "exp")
        self.succeed("merge", "a.h5", "b.h5", "-o", "joined.h5")
        self.succeed("compare", "both.h5", "joined.h5")

    def test_other_experiments_are_refused(self):
        few = ("search", "scores.h5", "--factors", "2", "--estimator", "published", "--quiet")
        self.succeed(*few, "-o", "a.h5", "--bootstrap", "2")
        self.succeed(*few, "-o", "b.h5", "--bootstrap", "3")
        self.succeed(*few, "-o", "c.h5", "--bootstrap", "2", "--seed", "9")
        self.fail_with(3, "number of bootstrap replicates: 2 and 3", "merge", "a.h5", "b.h5", "-o", "x.h5")
        calibrated = (*few, "--bootstrap", "2", "--parametric", "2", "--calibrate")
        self.succeed(*calibrated, "2", "-o", "e.h5")
        self.succeed(*calibrated, "3", "-o", "f.h5")
        self.fail_with(3, "--calibrate: 2 and 3", "merge", "e.h5", "f.h5", "-o", "x.h5")
        self.fail_with(3, "--seed: 1 and 9", "merge", "a.h5", "c.h5", "-o", "x.h5")
        self.succeed("simulate", "-o", "other.h5", "--factors", "2", "--sizes", "130,120,110", "--seed", "6")
        self.succeed("search", "other.h5", *few[2:], "-o", "d.h5", "--bootstrap", "2")
        self.fail_with(3, "fingerprint", "merge", "a.h5", "d.h5", "-o", "x.h5")
        self.fail_with(3, "fingerprints differ", "merge", "a.h5", "--scores", "other.h5", "-o", "x.h5")
        self.fail_with(2, "a.h5 exists", "merge", "b.h5", "-o", "a.h5")
        self.fail_with(3, "scores.h5", "merge", "scores.h5", "-o", "x.h5")

    def test_malformed_parts(self):
        for text in ("3", "0/2", "3/2", "1/0", "a/b"):
            self.fail_with(2, "part", *SEARCH, "-o", "x.h5", "--part", text)


if __name__ == "__main__":
    from unittest_main import main

    main()
