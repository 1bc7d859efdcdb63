"""The calibration study: its lines depend on the seed alone, nothing finished is lost or counted twice, sums are right."""

import math
import os
import pathlib
import subprocess
import tempfile
import unittest

STUDY = pathlib.Path(os.environ["EXAHCA_BUILD_DIR"]) / "calibration_study"
COVERAGE = ["coverage", "--count", "2", "--bootstrap", "3"]
SIZE = ["size", "--count", "4", "--placebo", "9"]
# Entries of four domains, six benchmarks and three factors that are not 0 or 1 by construction.
ENTRIES = [6 * 3, 3 * 6, 4 * 3, 4 * 3, 4 * 6 * 3, 3]


def run(*arguments, status=0):
    done = subprocess.run([str(STUDY), *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != status:
        raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout if status == 0 else done.stderr


def wilson(part, whole, z=1.959963984540054):
    share = part / whole
    centre = (share + z * z / (2 * whole)) / (1 + z * z / whole)
    half = z * math.sqrt(share * (1 - share) / whole + z * z / (4 * whole * whole)) / (1 + z * z / whole)
    return f"{share:.3f} [{centre - half:.3f}, {centre + half:.3f}]"


class CalibrationStudyTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="exahca-test-")
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def rows(self, name, *arguments):
        run(*arguments, "--out", self.folder / name)
        return (self.folder / name).read_text().splitlines()

    def test_shares_together_are_the_whole(self):
        whole = self.rows("whole.csv", *SIZE)
        parts = [row for i in (1, 2, 3) for row in self.rows(f"{i}.csv", *SIZE, "--share", f"{i}/3")]
        self.assertEqual(len(whole), 4)
        self.assertEqual(sorted(parts), sorted(whole))

    def test_a_run_that_was_cut_off_goes_on_where_it_stopped(self):
        whole = self.rows("whole.csv", *SIZE)
        text = (self.folder / "whole.csv").read_text()
        cut = self.folder / "cut.csv"
        cut.write_text(text[: text.index("\n", text.index("\n") + 1) + 8])  # two lines and the beginning of a third
        self.assertEqual(self.rows("cut.csv", *SIZE), whole)
        self.assertEqual(self.rows("cut.csv", *SIZE), whole)  # nothing left to do

    def test_what_another_file_holds_is_not_computed_again(self):
        whole = self.rows("whole.csv", *SIZE)
        (self.folder / "some.csv").write_text(whole[1] + "\n")
        rest = self.rows("rest.csv", *SIZE, self.folder / "some.csv")
        self.assertEqual(rest, [whole[0], *whole[2:]])
        # Another number of replicates is another study.
        self.assertEqual(len(self.rows("other.csv", *SIZE[:-1], "5", self.folder / "whole.csv")), 4)

    def test_places_of_the_truth_add_up(self):
        rows = self.rows("rows.csv", *COVERAGE)
        self.assertEqual([row.split(",")[2] for row in rows], ["1", "2"])
        for row in rows:
            fields = row.split(",")
            asked, successful, agreeing = map(int, fields[3:6])
            self.assertEqual(fields[-1], "done")
            self.assertTrue(0 < agreeing <= successful <= asked == 3, row)
            self.assertEqual([sum(map(int, field.split("/"))) for field in fields[7:13]], ENTRIES)
            if fields[13] != "-":  # else many models give another flag
                self.assertEqual([sum(map(int, field.split("/"))) for field in fields[13:19]], ENTRIES)

    def test_p_values_are_counted_with_the_data_set_itself(self):
        line = "size,-,{},99,{},{},0,-,-,-,-,-,-,-,-,-,-,-,-,done\n"
        rows = "".join(line.format(seed, 99, as_low) for seed, as_low in enumerate([0, 4, 5, 50, 99]))
        # p = .05 exactly, from fewer successful replicates; then a failed one, and a data set met twice.
        rows += line.format(7, 19, 0) + "size,-,8,99,0,0,0,-,-,-,-,-,-,-,-,-,-,-,-,failed: reason\n" + line.format(0, 99, 0)
        (self.folder / "rows.csv").write_text(rows)
        text = run("summarise", self.folder / "rows.csv")
        self.assertIn("size: 7 data sets of 99 replicates, 1 failed", text)
        self.assertIn(f"| 6 | 3 | {wilson(3, 6)} |", text)

    def test_coverage_averages_over_data_sets_whose_intervals_are_shown(self):
        line = "coverage,sas,{},100,100,{},{},{}" + ",0/0/0" * 5 + ",{}" + ",-" * 5 + ",done\n"
        rows = line.format(1, 100, 1, "1/17/0", "0/9/9") + line.format(2, 60, 0, "9/9/0", "-")
        rows += line.format(3, 19, 1, "18/0/0", "0/18/0")
        (self.folder / "rows.csv").write_text(rows)
        text = run("summarise", self.folder / "rows.csv")
        mean, error = (17 / 18 + 1 / 2) / 2, (17 / 18 - 1 / 2) / 2
        self.assertIn(f"| loadings | truth | any | 2 | {mean:.3f} | {error:.3f} | {10 / 36:.3f} | 0.000 |", text)
        self.assertIn(f"| loadings | truth | right | 1 | {17 / 18:.3f} |", text)
        self.assertIn("| loadings | limit | any | 1 | 0.500 | nan | 0.000 | 0.500 |", text)
        self.assertIn(f"| 0.0 to 0.2 | 1 | 1 | {wilson(1, 1)} |", text)
        self.assertIn(f"| 0.6 to 0.8 | 1 | 0 | {wilson(0, 1)} |", text)
        self.assertIn(f"| 0.9 to 1.0 | 1 | 1 | {wilson(1, 1)} |", text)

    def test_wrong_use_is_said(self):
        self.assertIn("--share 3/2", run(*SIZE, "--share", "3/2", "--out", self.folder / "x.csv", status=2))
        self.assertIn("--count -1", run("size", "--count", "-1", "--out", self.folder / "x.csv", status=2))
        self.assertIn("--out", run(*SIZE, status=2))
        (self.folder / "other.csv").write_text("base,mog3,1,joint,1,1,2 3 4,\n")
        self.assertIn("not a line", run("summarise", self.folder / "other.csv", status=3))


if __name__ == "__main__":
    unittest.main()
