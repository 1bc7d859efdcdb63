"""Runs the program as a user would, in a folder of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

BUILD = os.environ.get("EXAHCA_BUILD_DIR", "build/release")
PROGRAM = os.path.join(BUILD, "exahca")
HELD_PROGRAM = os.path.join(BUILD, "tests", "app_held_program")
REFERENCE = os.environ.get("EXAHCA_REFERENCE_DIR", "")
PUBLISHED = "llama-3-8b,qwen2.5-14b,llama-3.1-8b,qwen2.5-7b"

MPI_ENVIRONMENT = {
    "OMPI_ALLOW_RUN_AS_ROOT": "1",
    "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
    "OMPI_MCA_hwloc_base_binding_policy": "none",
    "OMPI_MCA_btl_vader_single_copy_mechanism": "none",
}


def environment():
    return {**os.environ, **MPI_ENVIRONMENT}


def launcher(ranks):
    return ["mpirun", "--oversubscribe", "-n", str(ranks)] if ranks else []


def leaderboard_csv():
    path = os.path.join(REFERENCE, "data", "open_llm_leaderboard_v2.csv")
    if not REFERENCE or not os.path.exists(path):
        raise unittest.SkipTest("the real leaderboard is not here (EXAHCA_REFERENCE_DIR)")
    return path


class HeldSearch:
    """A search that waits, with some replicates done, interim results saved and most of its work left, until it is asked
    to stop. However slow the machine, it is not over before."""

    def __init__(self, test, words, ranks=None, signals=1):
        self.test = test
        self.signals = 0
        for number in range(signals + 1):
            if os.path.exists(test.path(f"held-{number}")):
                os.remove(test.path(f"held-{number}"))
        self.process = subprocess.Popen(
            [*launcher(ranks), os.path.abspath(HELD_PROGRAM), *map(str, words)], cwd=test.folder, text=True,
            env={**environment(), "EXAHCA_HOLD_SIGNALS": str(signals)}, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        test.addCleanup(self.process.kill)
        self.wait()

    def wait(self):
        """Until the last signal has arrived, or, at first, until it waits for one."""
        while not os.path.exists(self.test.path(f"held-{self.signals}")):
            if self.process.poll() is not None:
                self.test.fail(f"the search ended: {self.process.communicate()}")
            time.sleep(0.01)

    def send(self, number):
        """Sends a signal. Before the next one, wait for it to arrive: equal ones that are pending become one."""
        self.process.send_signal(number)
        self.signals += 1

    def end(self, status):
        """What the search said before it ended with this status."""
        output, errors = self.process.communicate(timeout=240)
        self.test.assertEqual(self.process.returncode, status, output + errors)
        return output + errors


class ProgramTest(unittest.TestCase):
    """A test with a temporary working folder and the program at hand."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="exahca-test-")
        self.addCleanup(shutil.rmtree, self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def run_program(self, *arguments, ranks=None, timeout=240):
        if ranks and shutil.which("mpirun") is None:
            self.skipTest("mpirun is not installed")
        command = [*launcher(ranks), PROGRAM, *map(str, arguments)]
        return subprocess.run(
            command, cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=timeout, check=False
        )

    def succeed(self, *arguments, **options):
        done = self.run_program(*arguments, **options)
        self.assertEqual(done.returncode, 0, f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def fail_with(self, status, text, *arguments, **options):
        """One line on standard error that starts with the program's name and contains `text`."""
        done = self.run_program(*arguments, **options)
        self.assertEqual(done.returncode, status, f"{arguments}\n{done.stdout}\n{done.stderr}")
        lines = [line for line in done.stderr.splitlines() if line.startswith("exahca: ")]
        self.assertEqual(len(lines), 1, done.stderr)
        self.assertIn(text, lines[0])
        return done

    def run_with_file_system(self, size, place, *command, timeout=240):
        """Runs a command with an empty file system of this size at `place`, seen by nobody else; skips the test where
        that is not allowed, as in most containers."""
        if shutil.which("unshare") is None:
            self.skipTest("unshare is not installed")
        # Not allowed without rights, and not possible in a changed root that is no mount point.
        if subprocess.run(["unshare", "--mount", "true"], capture_output=True, check=False).returncode != 0:
            self.skipTest("a mount namespace of its own is not available here")
        script = 'mount -t tmpfs -o size="$1" tmpfs "$2" || exit 177; shift 2; exec "$@"'
        done = subprocess.run(["unshare", "--mount", "sh", "-c", script, "sh", size, place, *map(str, command)],
                              cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=timeout,
                              check=False)
        if done.returncode == 177:
            self.skipTest("mounting a small file system is not allowed here")
        return done

    def stop_inside_search(self, *arguments, ranks=None):
        """Ends by a signal a search for orders that would take years, once progress says that it is under way; returns
        the lines of standard error."""
        command = [*launcher(ranks), PROGRAM, *map(str, arguments)]
        with subprocess.Popen(command, cwd=self.folder, env=environment(), stderr=subprocess.PIPE, text=True) as run:
            said = []
            for line in run.stderr:
                said.append(line)
                if "search:" in line or "components" in line:  # published; joint, whose searches come after these
                    break
            run.send_signal(signal.SIGUSR1 if ranks else signal.SIGTERM)  # mpirun passes the former on
            said.extend(run.stderr)
            self.assertEqual(run.wait(timeout=120), 75, said)
        return said

    def shown(self, results):
        return json.loads(self.succeed("show", results, "--json").stdout)

    def import_real(self):
        self.succeed(
            "import", leaderboard_csv(), "-o", "real.h5", "--scores", "IFEval,BBH,MATH Lvl 5,GPQA,MUSR,MMLU-PRO"
        )
        return "real.h5"
