#!/usr/bin/env python3
"""The batch scripts with stand-ins for scheduler, launcher and program: signals, statuses, requeueing, quoting."""

import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "..", "support")]

import unittest_main  # noqa: E402

TOP = os.path.abspath(os.path.join(here, "..", ".."))

# Notes its arguments; then ends with $LAUNCHER_STATUS, or waits for a signal, notes it and ends with 75.
LAUNCHER = r"""#!/usr/bin/env bash
printf '%s\n' "$(basename "$0")" "$@" >"$NOTES/launched"
note() { echo "$1" >>"$NOTES/signals"; touch "$NOTES/told"; }
trap 'note USR1' USR1
trap 'note TERM' TERM
if [ -n "${LAUNCHER_STATUS:-}" ]; then exit "$LAUNCHER_STATUS"; fi
touch "$NOTES/ready"
while [ ! -e "$NOTES/told" ]; do sleep 0.02; done
sleep 0.1
exit 75
"""
# Requeueing ends the script, as Slurm does.
SCONTROL = r"""#!/usr/bin/env bash
printf '%s\n' "$@" >"$NOTES/scontrol"
if [ -n "${SCONTROL_STATUS:-}" ]; then exit "$SCONTROL_STATUS"; fi
kill -KILL "$PPID"
"""
QSUB = r"""#!/usr/bin/env bash
printf '%s\n' "$@" >"$NOTES/qsub"
"""


class BatchScriptTest(unittest.TestCase):
    def setUp(self):
        self.temporary = tempfile.TemporaryDirectory()
        self.folder, self.tools = self.temporary.name, os.path.join(self.temporary.name, "tools")
        os.mkdir(self.tools)
        for name, text in [("mpirun", LAUNCHER), ("srun", LAUNCHER), ("scontrol", SCONTROL), ("qsub", QSUB),
                           ("exahca", "#!/bin/sh\n")]:
            path = os.path.join(self.tools, name)
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            os.chmod(path, 0o755)

    def tearDown(self):
        self.temporary.cleanup()

    def environment(self, **further):
        return {"PATH": self.tools + ":/usr/bin:/bin", "NOTES": self.folder, "EXAHCA_HOME": TOP, "SLURM_JOB_ID": "4711",
                "SLURM_SUBMIT_DIR": TOP, "PBS_O_WORKDIR": TOP, "EXAHCA": os.path.join(self.tools, "exahca"), **further}

    def start(self, script, *arguments, **environment):
        return subprocess.Popen(["bash", os.path.join(TOP, "jobs", "cluster", script), *arguments], cwd=self.folder,
                                env=self.environment(**environment), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def finish(self, process):
        output, _ = process.communicate(timeout=240)
        return process.returncode, output.decode()

    def run_script(self, *arguments, **environment):
        return self.finish(self.start(*arguments, **environment))

    def run_and_signal(self, number, *arguments, **environment):
        process = self.start(*arguments, **environment)
        while not os.path.exists(os.path.join(self.folder, "ready")) and process.poll() is None:
            time.sleep(0.01)
        process.send_signal(number)
        return self.finish(process)

    def note(self, name):
        path = os.path.join(self.folder, name)
        if not os.path.exists(path):
            return None
        with open(path, encoding="utf-8") as file:
            return file.read().splitlines()

    def test_arguments_reach_the_program_as_they_are(self):
        awkward = ["my scores.h5", "out dir/re$ults.h5", "--label", "MATH Lvl 5=a \"b\" *"]
        status, output = self.run_script("many_nodes.slurm", *awkward, LAUNCHER_STATUS="0")
        self.assertEqual(status, 0, output)
        self.assertEqual(self.note("launched"),
                         ["mpirun", os.path.join(self.tools, "exahca"), "search", awkward[0], "-o", awkward[1],
                          *awkward[2:], "--resume"])
        self.assertIsNone(self.note("scontrol"))

    def test_srun_is_told_the_type_that_works(self):
        status, _ = self.run_script("single_node.slurm", "a.h5", "b.h5", EXAHCA_LAUNCHER="srun", LAUNCHER_STATUS="0")
        self.assertEqual(status, 0)
        self.assertEqual(self.note("launched")[:2], ["srun", "--mpi=pmix"])

    def test_statuses_are_passed_on_without_requeueing(self):
        for wanted in ("1", "3", "5"):
            status, _ = self.run_script("single_node.slurm", "a.h5", "b.h5", LAUNCHER_STATUS=wanted)
            self.assertEqual(status, int(wanted))
            self.assertIsNone(self.note("scontrol"))

    def test_a_warning_of_the_time_limit_is_passed_on_and_the_job_requeued(self):
        status, output = self.run_and_signal(signal.SIGUSR1, "single_node.slurm", "a.h5", "b.h5")
        self.assertEqual(self.note("signals"), ["USR1"], output)
        self.assertEqual(self.note("scontrol"), ["requeue", "4711"])
        self.assertEqual(status, -signal.SIGKILL)

    def test_a_cancelled_job_is_not_requeued(self):
        status, output = self.run_and_signal(signal.SIGTERM, "single_node.slurm", "a.h5", "b.h5")
        self.assertEqual(self.note("signals"), ["TERM"], output)
        self.assertIsNone(self.note("scontrol"))
        self.assertEqual(status, 75)

    def test_requeueing_has_an_end(self):
        status, output = self.run_script("single_node.slurm", "a.h5", "b.h5", LAUNCHER_STATUS="75",
                                         SLURM_RESTART_COUNT="100")
        self.assertEqual(status, 75)
        self.assertIsNone(self.note("scontrol"))
        self.assertIn("submit again", output)

    def test_a_refused_requeue_is_told(self):
        status, output = self.run_script("single_node.slurm", "a.h5", "b.h5", LAUNCHER_STATUS="75", SCONTROL_STATUS="1")
        self.assertEqual(status, 75)
        self.assertIn("cannot requeue", output)

    def test_each_element_of_the_array_has_its_seed_and_its_file(self):
        status, output = self.run_script("seeds.slurm", "a.h5", "out", "--factors", "2", LAUNCHER_STATUS="0",
                                         SLURM_ARRAY_TASK_ID="7")
        self.assertEqual(status, 0, output)
        self.assertEqual(self.note("launched")[2:],
                         ["search", "a.h5", "-o", "out-seed7.h5", "--seed", "7", "--factors", "2", "--resume"])

    def test_each_element_of_the_array_has_its_part_and_its_file(self):
        status, output = self.run_script("parts.slurm", "a.h5", "out", "--factors", "2", LAUNCHER_STATUS="0",
                                         SLURM_ARRAY_TASK_ID="7", SLURM_ARRAY_TASK_COUNT="9")
        self.assertEqual(status, 0, output)
        self.assertEqual(self.note("launched")[2:],
                         ["search", "a.h5", "-o", "out-part7.h5", "--part", "7/9", "--factors", "2", "--resume"])
        status, output = self.run_script("parts.slurm", "a.h5", "out", LAUNCHER_STATUS="0", SLURM_ARRAY_TASK_ID="7",
                                         SLURM_ARRAY_TASK_COUNT="1", EXAHCA_PARTS="9")
        self.assertIn("7/9", self.note("launched"), output)
        status, output = self.run_script("parts.slurm", "a.h5", "out", SLURM_ARRAY_TASK_ID="7",
                                         SLURM_ARRAY_TASK_COUNT="1")
        self.assertEqual(status, 2)
        self.assertIn("EXAHCA_PARTS", output)

    def test_an_element_of_an_array_requeues_itself_alone(self):
        self.run_script("seeds.slurm", "a.h5", "out", LAUNCHER_STATUS="75", SLURM_ARRAY_JOB_ID="4711",
                        SLURM_ARRAY_TASK_ID="7")
        self.assertEqual(self.note("scontrol"), ["requeue", "4711_7"])

    def test_missing_arguments_program_and_launcher_are_named(self):
        for arguments, environment, word in [
                (["single_node.slurm", "a.h5"], {}, "usage"), (["seeds.slurm"], {"SLURM_ARRAY_TASK_ID": "1"}, "usage"),
                (["many_nodes.slurm", "a.h5", "b.h5"], {"EXAHCA": "/no/such/program"}, "/no/such/program"),
                (["many_nodes.slurm", "a.h5", "b.h5"], {"EXAHCA_LAUNCHER": "prun"}, "prun")]:
            with self.subTest(arguments=arguments, word=word):
                status, output = self.run_script(*arguments, **environment)
                self.assertEqual(status, 2)
                self.assertIn(word, output)
                self.assertIsNone(self.note("launched"))

    def test_pbs_submits_itself_again_only_when_time_ran_out(self):
        settings = {"SCORES": "a.h5", "RESULTS": "b.h5", "OPTIONS": "--factors 2"}
        status, output = self.run_script("search.pbs", LAUNCHER_STATUS="0", **settings)
        self.assertEqual(status, 0, output)
        self.assertIsNone(self.note("qsub"))
        self.assertEqual(self.note("launched")[2:],
                         ["search", "a.h5", "-o", "b.h5", "--factors", "2", "--max-time", "230m", "--resume"])
        status, _ = self.run_script("search.pbs", LAUNCHER_STATUS="75", **settings)
        self.assertEqual(status, 75)
        self.assertEqual(self.note("qsub")[:2], ["-v", "SCORES=a.h5,RESULTS=b.h5,OPTIONS=--factors 2,MAX_TIME=230m"])


if __name__ == "__main__":
    unittest_main.main()
