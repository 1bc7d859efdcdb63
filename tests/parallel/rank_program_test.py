"""Whole runs of rank_program, alone and under mpirun: aborts, signals, wrong launches, the time they take.

Usage: rank_program_test.py PROGRAM MPIEXEC
"""

import os
import signal
import subprocess
import sys
import unittest

PROGRAM, MPIEXEC = sys.argv.pop(1), sys.argv.pop(1)
LAUNCHER_VARIABLES = ("OMPI_", "PMIX_", "PMI_", "SLURM_")


def environment(**more):
    """The environment without what a launcher around this test may have set."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(LAUNCHER_VARIABLES) or k.startswith("OMPI_MCA_")
            or k.startswith("OMPI_ALLOW_")}
    return kept | more


def command(ranks, *arguments):
    launcher = [MPIEXEC, "-n", str(ranks), "--oversubscribe"] if ranks else []
    return launcher + [PROGRAM, *arguments]


# Far more than any run here takes: only a run that hangs is ended by it.
PATIENCE = 200


def run(ranks, *arguments, timeout=PATIENCE, **more):
    return subprocess.run(command(ranks, *arguments), env=environment(**more), capture_output=True, text=True,
                          timeout=timeout, check=False)


class Aborts(unittest.TestCase):
    def check(self, what, ranks, status, text):
        # Fails by the time limit when a rank waits for ever.
        result = run(ranks, what)
        self.assertEqual(result.returncode, status, result.stderr)
        lines = [line for line in result.stderr.splitlines() if line.startswith("exahca: ")]
        self.assertEqual(len(lines), 1, result.stderr)
        self.assertIn(text, lines[0])
        self.assertRegex(lines[0], r"^exahca: rank \d+ on \S+: ")

    def test_runner_that_throws(self):
        for ranks in (0, 1, 2, 4):
            with self.subTest(ranks=ranks):
                self.check("throw", ranks, 1, "singular beyond repair")

    def test_error_of_the_poll_hook_keeps_its_status(self):
        for ranks in (0, 2):
            with self.subTest(ranks=ranks):
                self.check("disk", ranks, 4, "disk full")

    def test_exception_outside_of_a_workload_does_not_hang_the_others(self):
        self.check("unwind", 2, 4, "left alone")


class Closing(unittest.TestCase):
    def test_does_not_wait_for_a_rank_that_has_gone_silent(self):
        # Rank 0 ends by itself; what mpirun then does with the stopped rank is its business.
        process = subprocess.Popen(command(2, "apart"), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        self.addCleanup(subprocess.run, ["pkill", "-KILL", "-f", PROGRAM + " apart"], check=False)
        self.addCleanup(process.kill)
        self.assertEqual(process.stdout.readline(), "closing\n")
        self.assertIn("they are not waited for", process.stderr.readline())


class Silence(unittest.TestCase):
    def first_error(self, ranks, what):
        """What a rank says when it gives up; one that waits for ever is ended by the limit of this test."""
        process = subprocess.Popen(command(ranks, what), env=environment(), stdout=subprocess.PIPE,
                                   stderr=subprocess.PIPE, text=True)
        self.addCleanup(subprocess.run, ["pkill", "-KILL", "-f", PROGRAM + " " + what], check=False)
        self.addCleanup(process.kill)
        said = process.stderr.readline()
        self.assertIn("--resume", said)
        return said

    def test_of_a_rank_that_others_wait_for_in_a_collective_call(self):
        # Rank 1 is late, for whatever reason, but there: it is waited for.
        self.assertRegex(self.first_error(3, "between"), r"rank 2 \(.+\) has not been heard of for \d+ s")

    def test_of_rank_zero_that_said_it_would_write_for_long(self):
        self.assertRegex(self.first_error(3, "away"), r"rank [12] on .*: rank 0 has not been heard of for \d+ s")

    def test_of_rank_zero_while_others_are_busy_outside_of_mpi(self):
        self.assertRegex(self.first_error(3, "reading"), r"rank [12] on .*: rank 0 has not been heard of for \d+ s")


class Signals(unittest.TestCase):
    def wait_for(self, process, line):
        said = process.stdout.readline()
        self.assertEqual(said, line + "\n", said if process.poll() is None else process.stderr.read())

    def stop(self, ranks, what, signals):
        """Sends each signal when the one before has arrived."""
        process = subprocess.Popen(command(ranks, what), env=environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   text=True)
        self.addCleanup(process.kill)
        self.wait_for(process, "running")
        for count, number in enumerate(signals):
            if count > 0:
                self.wait_for(process, f"asked {count}")
            process.send_signal(number)
        output, errors = process.communicate(timeout=PATIENCE)
        return process.returncode, output, errors

    def test_usr1_stops_all_ranks_cleanly(self):
        for ranks in (0, 1, 2, 4):
            with self.subTest(ranks=ranks):
                status, output, errors = self.stop(ranks, "signal", [signal.SIGUSR1])
                self.assertIn("stopped by SIGUSR1 requests 1 outcome 1 dropped 0", output, errors)
                self.assertEqual(status, 75, errors)

    def test_terminate_alone(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            status, output, _ = self.stop(0, "signal", [number])
            self.assertIn("stopped by " + number.name, output)
            self.assertEqual(status, 75)

    def test_terminate_to_mpirun_reaches_rank_zero_in_time(self):
        _, output, errors = self.stop(2, "signal", [signal.SIGTERM])
        self.assertIn("stopped by SIGTERM", output, errors)

    # With 9 ranks rank 0 only hands out work; with fewer it computes, too, and must not wait for itself. The runners never
    # end: whoever waits for one is ended by the time limit.
    def test_second_signal_does_not_wait_for_deaf_runners(self):
        for ranks in (0, 2, 9):
            with self.subTest(ranks=ranks):
                status, output, errors = self.stop(ranks, "deaf", [signal.SIGUSR1, signal.SIGUSR1])
                self.assertRegex(output, r"requests 2 outcome 2 dropped [1-9]", errors)
                self.assertEqual(status, 75, errors)


class WrongLaunch(unittest.TestCase):
    def test_step_of_several_tasks_without_pmix(self):
        step = {"SLURM_JOB_ID": "7", "SLURM_STEP_ID": "0", "SLURM_STEP_NUM_TASKS": "64"}
        for process, printed in (("0", True), ("5", False)):
            result = run(0, "count", SLURM_PROCID=process, **step)
            self.assertEqual(result.returncode, 2)
            self.assertEqual("every process believes it is alone (SLURM_NTASKS=64, MPI size 1)" in result.stderr, printed)

    def test_plain_call_inside_a_batch_script(self):
        result = run(0, "count", "10", SLURM_JOB_ID="7", SLURM_NTASKS="64", SLURM_PROCID="0")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("ranks 1 ", result.stdout)

    def test_alone_no_mpi_is_started(self):
        result = run(0, "count", "1", OMPI_MCA_mpi_show_mca_params="all")
        self.assertEqual(result.returncode, 0)
        self.assertNotIn("mpi_show_mca_params", result.stdout + result.stderr)


if __name__ == "__main__":
    unittest.main()
