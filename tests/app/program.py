"""Runs the program as a user would, in a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "support"))

BUILD = os.environ.get("EXAHCA_BUILD_DIR", "build/release")
PROGRAM = os.path.join(BUILD, "exahca")
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

    def shown(self, results):
        return json.loads(self.succeed("show", results, "--json").stdout)

    def import_real(self):
        self.succeed(
            "import", leaderboard_csv(), "-o", "real.h5", "--scores", "IFEval,BBH,MATH Lvl 5,GPQA,MUSR,MMLU-PRO"
        )
        return "real.h5"
