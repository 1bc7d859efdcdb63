"""A plan counts what a search computes, tries tasks without touching results, and writes a batch script that runs the
user's own words."""

import json
import os
import re
import shutil
import subprocess

from program import PROGRAM, ProgramTest, environment

# Notes its arguments, one per line, and ends well.
LAUNCHER = """#!/bin/sh
for word in "$@"; do printf '%s\\n' "$word"; done >"$NOTES/launched"
"""
# Runs what is submitted at once, elements of an array one after the other.
SBATCH = """#!/usr/bin/env bash
list='' partition=''
for word in "$@"; do
    case $word in --array=*) list=${word#--array=} ;; --partition=*) partition=$word ;; esac
done
echo "$EXAHCA_STEP $list [$partition]" >>"$NOTES/submitted"
export SLURM_JOB_ID=1
for element in ${list//,/ }; do
    SLURM_ARRAY_JOB_ID=1 SLURM_ARRAY_TASK_ID=$element bash "${!#}" >>"$NOTES/log" 2>&1 || true
done
if [ -z "$list" ]; then bash "${!#}" >>"$NOTES/log" 2>&1 || true; fi
echo 1
"""
# The program, but for the first search of the second part.
FAILING = """#!/bin/sh
case " $* " in
*" --part 2/3 "*) if ! [ -e "$NOTES/failed" ]; then : >"$NOTES/failed"; exit 1; fi ;;
esac
exec "$PROGRAM" "$@"
"""
SMALL = ("--min-models", 1, "--factors", 2, "--restarts", 2, "--orders", 2, "--density", "sas")
REPLICATES = ("--bootstrap", 5, "--parametric", 3, "--placebo", 2, "--no-control", 2, "--influence", 3)


class PlanTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70", "--factors", 2)

    def plan(self, *words, **options):
        return json.loads(self.succeed("plan", "s.h5", "-o", "r.h5", "--json", *words, **options).stdout)

    def test_counts_are_those_of_the_search(self):
        words = (*SMALL, "--estimator", "published,joint", *REPLICATES)
        plan = self.plan(*words, "--pilot-seconds", 0.5)
        done = self.succeed("search", "s.h5", "-o", "r.h5", *words)
        self.assertIn(f"{plan['tasks']['total']} of {plan['tasks']['total']} tasks", done.stdout)
        self.assertEqual(sum(plan["tasks"]["by_kind"].values()), plan["tasks"]["total"])
        self.assertEqual([s["name"] for s in plan["settings"]], [s["name"] for s in self.shown("r.h5")["settings"]])
        try:
            import h5py
        except ImportError:
            return
        with h5py.File(self.path("r.h5")) as file:
            for setting in plan["settings"]:
                for kind in setting["kinds"]:
                    group = file[kind["kind"]][setting["name"]]
                    self.assertEqual(kind["tasks"], len(group["status"]) if kind["kind"] != "estimate" else 1)

    def test_a_part_counts_its_own_tasks(self):
        words = (*SMALL, "--estimator", "published", "--bootstrap", 7, "--pilot-seconds", 0.1)
        plan = self.plan(*words, "--part", "2/3")
        self.assertEqual(plan["tasks"]["by_kind"], {"estimate": 1, "bootstrap": 2})

    def test_a_pilot_of_all_tasks_lies_in_the_range(self):
        plan = self.plan(*SMALL, "--estimator", "published", "--bootstrap", 6, "--pilot-seconds", 3600)
        tried = [seconds for setting in plan["settings"] for kind in setting["kinds"] for seconds in kind["seconds"]]
        self.assertEqual(len(tried), plan["tasks"]["total"])
        core = plan["core_seconds"]
        self.assertLessEqual(core["low"], sum(tried) * (1 + 1e-9))
        self.assertGreaterEqual(core["high"], sum(tried) * (1 - 1e-9))
        self.assertEqual(plan["pilot"]["kinds_tried"], plan["pilot"]["kinds"])

    def test_results_are_neither_read_nor_written(self):
        before = sorted(os.listdir(self.folder))
        self.plan(*SMALL, "--estimator", "published", "--pilot-seconds", 0.1)
        self.assertEqual(sorted(os.listdir(self.folder)), before)
        with open(self.path("r.h5"), "wb") as file:
            file.write(b"no results")
        self.plan(*SMALL, "--estimator", "published", "--pilot-seconds", 0.1)
        self.plan(*SMALL, "--estimator", "published", "--pilot-seconds", 0.1, "--resume")
        with open(self.path("r.h5"), "rb") as file:
            self.assertEqual(file.read(), b"no results")

    def test_the_text_says_what_there_is(self):
        done = self.succeed("plan", "s.h5", "-o", "r.h5", *SMALL, "--estimator", "published", "--bootstrap", 4,
                            "--pilot-seconds", 0.2)
        for word in ("1 setting, 5 tasks: 1 estimate, 4 bootstrap", "Memory", "Pilot", "Core time", "The range:",
                     "wall time", "recommended", "Recommended"):
            self.assertIn(word, done.stdout)
        self.assertNotIn("Script", done.stdout)

    def test_several_ranks_say_it_once(self):
        done = self.succeed("plan", "s.h5", "-o", "r.h5", *SMALL, "--estimator", "published", "--pilot-seconds", 0.1,
                            ranks=2)
        self.assertEqual(done.stdout.count("Recommended"), 1)

    def test_errors_are_those_of_search(self):
        self.fail_with(2, "where the results go", "plan", "s.h5", "--min-models", 1, "--script", "job.slurm")
        self.fail_with(2, "--output", "search", "s.h5")  # a plan alone needs none
        cases = [(3, "absent.h5", ("absent.h5", "-o", "r.h5")),
                 (2, "both input and output", ("s.h5", "-o", "s.h5"))]
        cases += [(2, text, ("s.h5", "-o", "r.h5", *words)) for text, words in [
            ('no base model "lama-3-8b"', ("--domains", "lama-3-8b,qwen2.5-14b")),
            ("7 factors", ("--min-models", 1, "--factors", 7)),
            ("contradict", ("--min-models", 1, "--overwrite", "--resume")),
            ("asks for no replicates", ("--min-models", 1, "--bootstrap", 0)),
            ("more than 10", ("--min-models", 1, "--factors", 2, "--bootstrap", 50, "--most-tasks", 10)),
            ("no base model of s.h5 has 100 models", ()),
        ]]  # fmt: skip
        for status, text, words in cases:
            with self.subTest(text=text):
                planned = self.fail_with(status, text, "plan", *words).stderr
                searched = self.fail_with(status, text, "search", *words).stderr
                self.assertEqual(planned.replace("exahca plan", "exahca search"), searched)
        for words in (("--pilot-seconds", 0), ("--pilot-seconds", "nan"), ("--ranks", 0), ("--ranks-per-node", -1)):
            self.fail_with(2, "out of range", "plan", "s.h5", "-o", "r.h5", "--min-models", 1, *words)

    def test_matrices_of_the_users_own(self):
        rows = "\n".join(f"{(i * i) % 7 + 1} {i % 3 + (i == 4)} {(2 * i) % 5}" for i in range(6))
        with open(self.path("m.txt"), "w", encoding="utf-8") as file:
            file.write(f"3 2 3\n{rows}\n")
        done = self.succeed("plan", "m.txt", "-o", "r.h5", "--orders-only", "--json", "--pilot-seconds", 1)
        plan = json.loads(done.stdout)
        self.assertTrue(plan["settings"][0]["search"]["proven"])
        self.assertAlmostEqual(10 ** plan["settings"][0]["log10_orders"], 8, places=9)
        self.assertEqual(plan["tasks"]["total"], 0)


class ScriptTest(ProgramTest):
    """Written, sound, and faithful to the words."""

    def setUp(self):
        super().setUp()
        os.mkdir(self.path("a b"))
        self.scores = "a b/it's $HOME.h5"
        self.succeed("simulate", "-o", self.scores, "--sizes", "80,70", "--factors", 2)
        self.tools = self.path("tools")
        os.mkdir(self.tools)
        for name in ("mpirun", "srun"):
            with open(os.path.join(self.tools, name), "w", encoding="utf-8") as file:
                file.write(LAUNCHER)
            os.chmod(os.path.join(self.tools, name), 0o755)

    def write(self, *words, script="job.slurm"):
        fast = ("--min-models", 1, "--factors", 2, "--estimator", "published", "--restarts", 2)
        self.succeed("plan", "--script", script, *words, *fast, "--pilot-seconds", 0.1)
        with open(self.path(script), encoding="utf-8") as file:
            return file.read(), [str(word) for word in (*words, *fast)]

    def launched(self, script):
        """What the script gives the launcher when Slurm starts it in another folder."""
        ran = subprocess.run(
            ["bash", self.path(script)], cwd="/", capture_output=True, text=True, check=False,
            env={**environment(), "PATH": self.tools + ":/usr/bin:/bin", "NOTES": self.folder, "SLURM_JOB_ID": "1"})
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        with open(self.path("launched"), encoding="utf-8") as file:
            return file.read().split("\n")[:-1]

    def test_the_users_words_arrive_as_they_were_typed(self):
        results = 'out "$(touch x)" `y` \\ *;&|<>#!~.h5'
        text, words = self.write(self.scores, "-o", results, "--quiet", "--seed=7")
        launched = self.launched("job.slurm")
        self.assertEqual(launched[1:], ["search", *words, "--resume"])
        self.assertTrue(os.path.samefile(launched[0], PROGRAM))
        self.assertFalse(os.path.exists(self.path("x")))
        self.check_shell(text)

    def check_shell(self, text):
        path = self.path("job.slurm")
        subprocess.run(["bash", "-n", path], check=True)
        if shutil.which("shellcheck"):
            checked = subprocess.run(["shellcheck", path], capture_output=True, text=True, check=False)
            self.assertEqual(checked.returncode, 0, checked.stdout)
        for line in ("#SBATCH --signal=B:USR1@300", "#SBATCH --requeue", "#SBATCH --open-mode=append"):
            self.assertIn(line + "\n", text)

    def test_words_of_plan_and_of_resuming_stay_out(self):
        for first in ("--resume", "--overwrite"):
            self.write(first, self.scores, "-qo", "r.h5", "--ranks", 3, "--ranks-per-node=2",
                       script=f"job{first}.slurm")  # fmt: skip
            launched = self.launched(f"job{first}.slurm")
            self.assertEqual(launched[1:5], ["search", self.scores, "-qo", "r.h5"])
            self.assertEqual(launched[-1], "--resume")
            for word in ("--overwrite", "--script", "--ranks", "--pilot-seconds", "0.1", "3"):
                self.assertNotIn(word, launched[:-1])

    def test_a_file_behind_two_dashes(self):
        os.rename(self.path(self.scores), self.path("-s.h5"))
        words = ("-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published", "--restarts", 2)
        self.succeed("plan", "--script", "job.slurm", *words, "--pilot-seconds", 0.1, "--", "-s.h5")
        self.assertIn("--scores=-s.h5", self.launched("job.slurm"))

    def test_resources_follow_from_ranks_and_estimate(self):
        text, _ = self.write(self.scores, "-o", "r.h5", "--ranks", 12, "--ranks-per-node", 4)
        self.assertIn("#SBATCH --nodes=3\n#SBATCH --ntasks-per-node=4\n", text)
        hours, minutes, _ = re.search(r"#SBATCH --time=(\d+):(\d+):(\d+)\n", text).groups()
        self.assertEqual((int(hours) * 60 + int(minutes)) % 5, 0)
        self.assertGreaterEqual(int(hours) * 60 + int(minutes), 10)

    def test_an_array_of_parts_is_submitted_again_where_it_failed_and_merged(self):
        words = ("--min-models", 1, "--factors", 2, "--estimator", "published", "--restarts", 2, "--bootstrap", 7)
        self.succeed("plan", self.scores, "-o", "r.h5", *words, "--pilot-seconds", 0.1, "--script", "job.slurm",
                     "--for", "slurm-array", "--parts", 3)  # fmt: skip
        with open(self.path("job.slurm"), encoding="utf-8") as file:
            self.check_shell(file.read())
        for name, text in (("sbatch", SBATCH), ("mpirun", '#!/bin/sh\nexec "$@"\n'), ("failing", FAILING)):
            with open(os.path.join(self.tools, name), "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(os.path.join(self.tools, name), 0o755)

        def submit():
            return subprocess.run(
                ["bash", self.path("job.slurm"), "--partition=a b"], cwd="/", capture_output=True, text=True, check=False,
                env={**environment(), "PATH": self.tools + ":/usr/bin:/bin", "NOTES": self.folder, "PROGRAM": PROGRAM,
                     "EXAHCA": os.path.join(self.tools, "failing")})  # fmt: skip
        done = submit()
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        with open(self.path("submitted"), encoding="utf-8") as file:
            submitted = file.read().splitlines()
        # The parts, the merging that finds that 2 has failed, that part, and the merging that succeeds.
        self.assertEqual([line.split()[0] for line in submitted], ["part", "merge", "part", "merge"])
        self.assertEqual([line.split()[1] for line in submitted if line.startswith("part")], ["1,2,3", "2"])
        for line in submitted:
            self.assertTrue(line.endswith("[--partition=a b]"), line)
        self.succeed("search", self.scores, "-o", "whole.h5", *words, "--quiet")
        self.succeed("compare", "whole.h5", "r.h5")
        again = submit()
        self.assertEqual((again.returncode, again.stderr), (2, "exahca: r.h5 exists: move it away to compute it again\n"))
        os.remove(self.path("r.h5"))
        self.assertEqual(submit().returncode, 0)  # all parts are there: merged alone
        self.succeed("compare", "whole.h5", "r.h5")
        with open(self.path("submitted"), encoding="utf-8") as file:
            self.assertEqual(len(file.read().splitlines()), 5)

    def test_a_host_file(self):
        words = ("--min-models", 1, "--factors", 2, "--estimator", "published", "--restarts", 2)
        self.succeed("plan", self.scores, "-o", "r.h5", *words, "--pilot-seconds", 0.1, "--ranks", 5, "--script", "job.sh",
                     "--for", "mpirun")  # fmt: skip
        run = ["bash", self.path("job.sh"), "my hosts"]
        options = {"cwd": "/", "capture_output": True, "text": True, "check": False,
                   "env": {**environment(), "PATH": self.tools + ":/usr/bin:/bin", "NOTES": self.folder}}  # fmt: skip
        refused = subprocess.run(run, **options)
        self.assertEqual(refused.returncode, 2)
        self.assertIn("no host file my hosts", refused.stderr)
        with open(self.path("my hosts"), "w", encoding="utf-8") as file:
            file.write("localhost slots=5\n")
        self.assertEqual(subprocess.run(run, **options).returncode, 0)
        with open(self.path("launched"), encoding="utf-8") as file:
            launched = file.read().split("\n")[:-1]
        self.assertEqual(launched[:4], ["--hostfile", "my hosts", "-n", "5"])
        self.assertEqual(launched[5:], ["search", self.scores, "-o", "r.h5", *map(str, words), "--resume"])

    def test_what_scripts_are_for(self):
        common = (self.scores, "-o", "r.h5", "--min-models", 1, "--script", "a.sh")
        self.fail_with(2, "number of parts", "plan", *common, "--for", "slurm-array")
        self.fail_with(2, "--parts goes with", "plan", *common, "--parts", 3)
        self.fail_with(2, "choose one of slurm", "plan", *common, "--for", "pbs")
        self.fail_with(2, "--part does not go", "plan", *common, "--for", "slurm-array", "--parts", 3, "--part", "1/3")
        self.fail_with(2, "there is none", "plan", *common[:-2], "--for", "mpirun")

    def test_a_script_that_exists_is_kept(self):
        self.write(self.scores, "-o", "r.h5")
        self.fail_with(2, "job.slurm exists", "plan", self.scores, "-o", "r.h5", "--min-models", 1, "--script", "job.slurm")
        self.write(self.scores, "-o", "r.h5", "--overwrite")
        self.fail_with(4, "absent", "plan", self.scores, "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator",
                       "published", "--pilot-seconds", 0.1, "--script", "absent/job.slurm")  # fmt: skip

    def test_a_configuration_that_overwrites_is_refused(self):
        with open(self.path("c.ini"), "w", encoding="utf-8") as file:
            file.write("overwrite =\n")
        self.fail_with(2, "--config asks to overwrite", "plan", self.scores, "-o", "r.h5", "--config", "c.ini",
                       "--script", "job.slurm")  # fmt: skip


if __name__ == "__main__":
    from unittest_main import main

    main()
