"""Bad input: one sentence that names file, place and remedy, a status, and no results."""

import os
import signal
import subprocess

from program import PROGRAM, HeldSearch, ProgramTest, environment


class ErrorsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70", "--factors", 2)

    def search_fails(self, status, text, *more, scores="s.h5", **options):
        self.fail_with(status, text, "search", scores, "-o", "r.h5", *more, **options)
        self.assertFalse(os.path.exists(self.path("r.h5")), "an error left results behind")
        self.assertFalse(os.path.exists(self.path("r.h5.lock")), "an error left a lock behind")

    def test_usage(self):
        self.fail_with(2, 'no command "serch"', "serch")
        self.fail_with(2, "did you mean search? see exahca --help", "serch")
        self.fail_with(2, "unrecognised option '--bootstrp': did you mean --bootstrap? see exahca search --help", "search", "s.h5", "-o", "r.h5", "--bootstrp", 3)
        with open(self.path("c.ini"), "w", encoding="utf-8") as file:
            file.write("boot_strap = 3\n")
        self.fail_with(2, "did you mean --bootstrap?", "search", "s.h5", "-o", "r.h5", "--config", "c.ini")
        self.fail_with(2, "--nothing", "search", "--nothing")
        self.fail_with(2, "--output", "search", "s.h5")
        self.search_fails(2, 'no base model "lama-3-8b"', "--domains", "lama-3-8b,qwen2.5-14b")
        self.search_fails(2, "did you mean llama-3-8b", "--domains", "lama-3-8b,qwen2.5-14b")
        self.search_fails(2, "named twice", "--domains", "llama-3-8b,llama-3-8b")
        self.search_fails(2, "7 factors", "--min-models", 1, "--factors", 7)
        self.search_fails(2, "no base model of s.h5 has 100 models", "--min-models", 100)
        self.search_fails(2, 'unknown estimator "publshed"', "--min-models", 1, "--estimator", "publshed")
        self.search_fails(2, "contradict", "--min-models", 1, "--overwrite", "--resume")
        self.search_fails(2, "negative", "--min-models", 1, "--bootstrap", -3)
        self.search_fails(2, "not a share", "--min-models", 1, "--screen", "1.5")

    def test_no_input_is_overwritten(self):
        table = "model,base_model,A,B\n" + "".join(f"m{i},x,{i},{i * i % 7}\n" for i in range(30))
        with open(self.path("own.csv"), "w", encoding="utf-8") as file:
            file.write(table)
        with open(self.path("own.ini"), "w", encoding="utf-8") as file:
            file.write("bootstrap = 0\n")
        os.symlink(self.path("own.csv"), self.path("link.csv"))
        for name in ("own.csv", "./own.csv", "link.csv"):
            self.fail_with(2, "is both input and output", "import", "own.csv", "-o", name, "--overwrite")
        self.fail_with(2, "own.csv is both input and output", "import", "s.csv", "--domains-from-file", "own.csv", "-o", "own.csv",
                       "--overwrite")
        self.fail_with(2, "own.ini is both input and output", "search", "s.h5", "-o", "own.ini", "--config", "own.ini", "--overwrite")
        os.mkdir(self.path("results"))
        with open(self.path("results/a.json"), "w", encoding="utf-8") as file:
            file.write("{}")
        self.fail_with(2, "results/a.json is in results, which is read", "import", "results", "-o", "results/a.json", "--overwrite")
        with open(self.path("own.csv"), encoding="utf-8") as file:
            done = subprocess.run([PROGRAM, "import", "-", "-o", "own.csv", "--overwrite"], stdin=file, cwd=self.folder,
                                  env=environment(), capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 2, done.stdout)
        self.assertIn("is both input and output", done.stderr)
        self.fail_with(2, "the name of the output is empty", "import", "own.csv", "-o", "")
        with open(self.path("own.csv"), encoding="utf-8") as file:
            self.assertEqual(file.read(), table)

    def test_files(self):
        self.search_fails(3, "absent.h5", scores="absent.h5")
        with open(self.path("text.h5"), "w", encoding="utf-8") as file:
            file.write("model,score\n")
        self.search_fails(3, "text.h5", scores="text.h5")
        self.fail_with(3, "text.h5", "show", "text.h5")
        self.fail_with(3, "s.h5", "show", "s.h5")  # a score file, no results
        self.fail_with(3, "text.h5", "check", "text.h5")

    def test_numbers_that_overflow(self):
        big = 2**63 - 1
        self.search_fails(2, "ask for fewer settings or replicates", "--min-models", 1, "--bootstrap", big)
        self.search_fails(2, "ask for fewer settings or replicates", "--min-models", 1, "--bootstrap", big, "--parametric", big)
        self.search_fails(2, "too long a range", "--min-models", 1, "--factors", f"{-2**31}..{2**31 - 1}")
        self.search_fails(2, f"{2**31 - 1} factors", "--min-models", 1, "--factors", f"{2**31 - 1}..{2**31 - 1}")
        self.search_fails(2, "not finite", "--min-models", 1, "--chunk-time", "inf")
        self.search_fails(2, "not finite", "--min-models", 1, "--max-time", "1e308h")

    def test_damaged_results_are_refused(self):
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published")
        with open(self.path("r.h5"), "rb") as file:
            whole = file.read()
        flipped = bytearray(whole)
        flipped[len(whole) // 3] ^= 4
        for damaged in (whole[: len(whole) // 2], whole[:-1], bytes(flipped)):
            with open(self.path("damaged.h5"), "wb") as file:
                file.write(damaged)
            for command in (("show",), ("check",), ("compare", "r.h5")):
                self.fail_with(3, "damaged.h5", *command, "damaged.h5")
            self.fail_with(3, "damaged.h5", "search", "s.h5", "-o", "damaged.h5", "--min-models", 1, "--factors", 2,
                           "--estimator", "published", "--resume")

    def test_output_that_cannot_be_written(self):
        common = ("search", "s.h5", "--min-models", 1, "--factors", 2, "--estimator", "published", "-o")
        self.fail_with(4, "absent/r.h5 cannot be written (its folder does not exist)", *common, "absent/r.h5")
        self.succeed(*common, "r.h5")
        with open(self.path("r.h5"), "rb") as file:
            before = file.read()
        limited = subprocess.run(
            ["sh", "-c", 'ulimit -f 8; exec "$@"', "sh", PROGRAM, *map(str, common), "r.h5", "--bootstrap", "200", "--resume"],
            cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=240, check=False,
        )
        self.assertEqual(limited.returncode, 4, limited.stderr)
        self.assertIn("File too large", limited.stderr)
        with open(self.path("r.h5"), "rb") as file:
            self.assertEqual(file.read(), before, "the old results must stay whole")

    def test_a_directory_removed_while_running(self):
        os.mkdir(self.path("gone"))
        search = HeldSearch(self, ("search", "s.h5", "-o", "gone/r.h5", "--min-models", 1, "--factors", 2, "--estimator",
                                   "joint", "--bootstrap", 2000, "--snapshot-interval", "0s", "--quiet"))
        os.rename(self.path("gone"), self.path("moved"))
        search.send(signal.SIGUSR1)
        self.assertIn("gone/r.h5", search.end(4))
        self.succeed("check", "moved/r.h5")  # what was saved before is whole

    def test_input_is_never_overwritten(self):
        self.fail_with(2, "both input and output", "search", "s.h5", "-o", "s.h5", "--overwrite")

    def test_existing_results_are_kept(self):
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published")
        with open(self.path("r.h5"), "rb") as file:
            before = file.read()
        self.fail_with(2, "--resume", "search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2)
        self.fail_with(3, "--seed 1", "search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--seed", 9,
                       "--estimator", "published", "--resume")
        with open(self.path("r.h5"), "rb") as file:
            self.assertEqual(file.read(), before)

    def test_several_ranks_say_it_once_and_leave_with_the_same_status(self):
        self.search_fails(2, "7 factors", "--min-models", 1, "--factors", 7, ranks=3)
        self.fail_with(2, 'no command "serch"', "serch", ranks=3)

    def test_processes_that_believe_they_are_alone(self):
        # What srun without PMIx gives each of four processes.
        os.environ.update(SLURM_STEP_ID="0", SLURM_PROCID="0", SLURM_NTASKS="4", SLURM_STEP_NUM_TASKS="4", SLURM_JOB_ID="1")
        try:
            self.search_fails(2, "believes it is alone", "--min-models", 1)
        finally:
            for name in ("SLURM_STEP_ID", "SLURM_PROCID", "SLURM_NTASKS", "SLURM_STEP_NUM_TASKS", "SLURM_JOB_ID"):
                del os.environ[name]

    def test_a_domain_that_cannot_be_fitted_is_a_failed_task(self):
        # Scores along one line cannot carry 2 factors: the estimate fails, the run ends with status 5 and says why.
        with open(self.path("t.csv"), "w", encoding="utf-8") as file:
            file.write("model,base_model,A,B,C\n")
            for i in range(40):
                file.write(f"x{i},whole,{i * i % 17},{i * i % 23},{i % 7}\ny{i},line,{i % 11},30,30\n")
        self.succeed("import", "t.csv", "-o", "line.h5")
        done = self.run_program("search", "line.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published")
        self.assertEqual(done.returncode, 5, done.stderr)
        shown = self.shown("r.h5")
        self.assertEqual(shown["failed_tasks"], 1)
        self.assertIn("domain line: the scores vary in 1 direction", shown["settings"][0]["failure"])


class ImportTest(ProgramTest):
    def write(self, text):
        with open(self.path("t.csv"), "w", encoding="utf-8", newline="") as file:
            file.write(text)

    def test_a_bad_number_names_line_column_and_value(self):
        self.write("model,base_model,A,B\nx,m,1,2\ny,m,n/a,3\n")
        done = self.fail_with(3, "line 3", "import", "t.csv", "-o", "s.h5", "--scores", "A,B", "--missing", "refuse")
        self.assertIn("column A", done.stderr)
        self.assertIn('"n/a"', done.stderr)
        self.assertIn("--missing drop", done.stderr)
        kept = self.succeed("import", "t.csv", "-o", "s.h5", "--scores", "A,B", "--missing", "drop")
        self.assertIn("dropped for missing scores: 1", kept.stdout)

    def test_everything_kept_is_counted(self):
        self.write('\ufeffmodel,base_model,A,B\r\n"x, y",m,1,2\r\n"x, y",,3,4\r\nz,m,5,60\r\n')
        done = self.succeed("import", "t.csv", "-o", "s.h5")
        self.assertIn("3 models, 2 benchmarks (A, B), 1 base model", done.stdout)
        self.assertIn("without a base model: 1", done.stdout)
        self.assertIn("repeated model names: 1", done.stdout)
        self.fail_with(2, "exists", "import", "t.csv", "-o", "s.h5")

    def test_a_numeric_column_that_holds_no_scores_is_pointed_out(self):
        self.write("model,base_model,size,A,B\nx,m,-1,1,2\ny,m,8,3,4\n")
        done = self.succeed("import", "t.csv", "-o", "s.h5")
        self.assertIn("(1 of size)", done.stdout)
        self.assertIn("if that column holds no scores, leave it out with --exclude", done.stdout)

    def test_a_code_of_missing_scores_is_no_end_of_a_scale(self):
        rows = [f"m{i},{'xy'[i % 2]},{999 if i % 10 == 0 else 40 + i % 30},{50 + i * 7 % 23}" for i in range(120)]
        self.write("model,base_model,A,B\n" + "\n".join(rows) + "\n")
        done = self.succeed("import", "t.csv", "-o", "s.h5")
        self.assertIn("999 stands apart from all other scores, in A 12 times", done.stdout)
        self.assertNotIn("ceiling at 999", done.stdout)


if __name__ == "__main__":
    from unittest_main import main

    main()
