"""Names with commas and quotation marks in lists: typed, refused with the way to type them, and printed to be pasted."""

import csv
import random
import shlex

from program import ProgramTest

GROUPS = ('Acme, Inc. "A"', "g/two", "third one", "Beta, Ltd.")
LISTED = '"Acme, Inc. ""A""",g/two'
BENCHMARKS = ("reading, hard", "b", "c", "d", "e")
FAST = ("--estimator", "published", "--factors", 2, "--min-models", 50)


class NamesTest(ProgramTest):
    def setUp(self):
        super().setUp()
        draw = random.Random(7)
        loadings = [[draw.gauss(0, 8) for _ in BENCHMARKS] for _ in range(2)]
        with open(self.path("s.csv"), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["model", "base_model", *BENCHMARKS])
            for group in GROUPS:
                for i in range(100):
                    factors = [draw.expovariate(1) - 1 for _ in loadings]
                    scores = [50 + sum(f * row[j] for f, row in zip(factors, loadings)) + draw.gauss(0, 2)
                              for j in range(len(BENCHMARKS))]
                    table.writerow([f"{group}-{i}", group, *(f"{score:.2f}" for score in scores)])
        self.imported = self.succeed("import", "s.csv", "-o", "s.h5").stdout

    def domains_of(self, results):
        return [[d["name"] for d in setting["domains"]] for setting in self.shown(results)["settings"]]

    def test_quoted_names_are_found(self):
        self.succeed("search", "s.h5", "-o", "r.h5", *FAST, "--domains", LISTED)
        self.assertEqual(self.domains_of("r.h5"), [list(GROUPS[:2])])
        self.succeed("search", "s.h5", "-o", "p.h5", *FAST, "--domains-from", LISTED + ",third one", "--subset-sizes", 2)
        self.assertEqual(len(self.domains_of("p.h5")), 3)

    def test_without_quotation_marks_the_right_words_are_given(self):
        for option, more in (("--domains", ()), ("--domains-from", ("--subset-sizes", 2))):
            for typed in ('Acme, Inc. "A",g/two', 'Acme,Inc. "A", g/two'):
                done = self.fail_with(2, 'no base model "Acme"', "search", "s.h5", "-o", "r.h5", option, typed, *more)
                self.assertEqual(shlex.split(done.stderr.split("give ")[1])[:2], [option, LISTED])
        # One of two such names is quoted, or none is.
        both = '"Acme, Inc. ""A""","Beta, Ltd."'
        for typed in ('"Acme, Inc. ""A""",Beta, Ltd.', 'Acme, Inc. "A","Beta, Ltd."', 'Acme, Inc. "A",Beta, Ltd.'):
            done = self.fail_with(2, "no base model", "search", "s.h5", "-o", "r.h5", "--domains", typed)
            self.assertEqual(shlex.split(done.stderr.split("give ")[1])[:2], ["--domains", both])
        self.fail_with(2, "a quotation mark is not closed", "search", "s.h5", "-o", "r.h5", "--domains", '"Acme, Inc.')
        done = self.fail_with(2, "did you mean", "search", "s.h5", "-o", "r.h5", "--domains", '"Acme, Inc. A"')
        self.assertIn('did you mean "Acme, Inc. ""A"""?', done.stderr)

    def test_what_is_printed_can_be_pasted(self):
        lines = self.succeed("domains", "s.h5", "--min-models", 50, "--factors", 2).stdout.splitlines()
        sets = [shlex.split(line)[0] for line in lines[lines.index("Sets that share a subspace, by BIC") + 1 :] if "(" in line]
        self.assertTrue(any("Acme" in one for one in sets), lines)
        for i, one in enumerate(sets):
            self.succeed("search", "s.h5", "-o", f"{i}.h5", *FAST, "--domains", one)
            self.assertIn(GROUPS[0], self.domains_of(f"{i}.h5")[0])
        self.succeed("plan", "s.h5", "-o", "r.h5", *FAST, "--domains", LISTED, "--pilot-seconds", 0.1, "--script", "job.slurm")
        with open(self.path("job.slurm"), encoding="utf-8") as file:
            line = next(line for line in file if line.startswith("search_and_requeue "))
        self.assertIn(LISTED, shlex.split(line))

    def test_the_command_that_is_stored_can_be_pasted(self):
        try:
            import h5py
        except ImportError:
            self.skipTest("h5py is not installed")
        words = ("search", "s.h5", "-o", "r.h5", *FAST, "--domains", LISTED)
        self.succeed(*words)
        with h5py.File(self.path("r.h5")) as file:
            command = file["provenance"].attrs["command"]
        self.assertEqual(shlex.split(command)[1:], [str(word) for word in words])

    def test_columns(self):
        printed = self.imported.split("5 benchmarks (")[1].split("), ")[0]
        self.assertEqual(printed, '"reading, hard", b, c, d, e')
        self.succeed("import", "s.csv", "-o", "again.h5", "--scores", printed)
        done = self.fail_with(3, "no column", "import", "s.csv", "-o", "no.h5", "--scores", "reading, hard")
        self.assertIn('"reading, hard", b, c', done.stderr)


class ConfigTest(ProgramTest):
    """Configuration files as editors on other systems write them."""

    def test_byte_order_mark_and_line_ends(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70", "--factors", 2)
        lines = ("# a run", "min-models = 1", "factors = 2", "estimator = published", "bootstrap = 3")
        for start, end in (("", "\n"), ("\ufeff", "\n"), ("\ufeff", "\r\n"), ("", "\r\n"), ("", "\r")):
            with self.subTest(start=start, end=end):
                with open(self.path("run.ini"), "w", encoding="utf-8", newline="") as file:
                    file.write(start + end.join(lines))
                self.succeed("search", "s.h5", "-o", "r.h5", "--config", "run.ini", "--overwrite")
                self.assertEqual(self.shown("r.h5")["settings"][0]["support"]["replicates"], 3)

    def test_what_cannot_be_read(self):
        with open(self.path("wide.ini"), "w", encoding="utf-16") as file:
            file.write("factors = 2\n")
        self.fail_with(2, "wide.ini is UTF-16", "search", "s.h5", "-o", "r.h5", "--config", "wide.ini")
        with open(self.path("latin.ini"), "wb") as file:
            file.write("domains = caf\u00e9\n".encode("latin-1"))
        self.fail_with(2, "latin.ini is not UTF-8 text", "search", "s.h5", "-o", "r.h5", "--config", "latin.ini")
        self.fail_with(2, "absent.ini cannot be read", "search", "s.h5", "-o", "r.h5", "--config", "absent.ini")
        for ranks in (None, 2):
            self.fail_with(2, "absent.ini cannot be read", "search", "s.h5", "-o", "r.h5", "--config", "absent.ini", ranks=ranks)


if __name__ == "__main__":
    from unittest_main import main

    main()
