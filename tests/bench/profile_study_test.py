"""The profile study: its lines depend on the seed alone, nothing finished is computed again, sums are right."""

import os
import pathlib
import subprocess
import tempfile
import unittest

STUDY = pathlib.Path(os.environ["EXAHCA_BUILD_DIR"]) / "profile_study"
MODELS = [60, 50]
SMALL = ["run", "--sizes", ",".join(map(str, MODELS)), "--missing", "0.2"]


def run(*arguments):
    done = subprocess.run([str(STUDY), *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise AssertionError(f"{arguments} ended with {done.returncode}: {done.stderr}")
    return done.stdout


class ProfileStudyTest(unittest.TestCase):
    def test_rows_and_sums(self):
        with tempfile.TemporaryDirectory(prefix="exahca-test-") as folder:
            one, both = pathlib.Path(folder, "one.csv"), pathlib.Path(folder, "both.csv")
            run(*SMALL, "--first", 4, "--count", 1, "--out", one)
            run(*SMALL, "--first", 4, "--count", 1, "--out", one)  # nothing is left to do
            line = one.read_text()
            self.assertEqual(line.count("\n"), 1)
            fields = line.strip().split(",")
            self.assertEqual(fields[-1], "done")
            shares = [tuple(map(int, field.split("/"))) for field in fields[4:13]]
            for part, whole in shares:
                self.assertTrue(0 <= part <= whole, line)
            self.assertEqual(shares[0][1], 3 * sum(MODELS), "three factors of every model")
            removed = shares[1][1] / (6 * sum(MODELS))
            self.assertTrue(0.1 < removed < 0.3, removed)
            self.assertEqual([whole for _, whole in shares[4:]], [3, 6, 6, 3 * 55, 6 * 55])
            self.assertEqual(len(fields[13].split()), 3)

            other = line.replace(",4,", ",5,", 1).replace(f",{shares[0][0]}/{shares[0][1]},", f",0/{shares[0][1]},", 1)
            both.write_text(line + other + "a line that was cut o")
            table = run("summarise", both)
            self.assertIn("2 data sets", table)
            mean = shares[0][0] / shares[0][1] / 2  # of a share and of 0: half of it, as is the standard error
            self.assertIn(f"| factors | {mean:.3f} (se {mean:.3f}) |", table)


if __name__ == "__main__":
    unittest.main()
