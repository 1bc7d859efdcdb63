"""The self-test says what it finds: alone, under mpirun, and in a job whose launcher was forgotten."""

import os
import re
import subprocess
import unittest

from program import PROGRAM, ProgramTest, environment


class SelftestTest(ProgramTest):
    def findings(self, text):
        return {line.split()[1]: line.split()[0] for line in text.splitlines()[1:]}

    def test_alone(self):
        found = self.findings(self.succeed("selftest").stdout)
        self.assertEqual(found, {"ranks": "ok", "memory": "ok", "bits": "ok", "answer": "ok", "signals": "ok"})

    def test_under_mpirun(self):
        done = self.succeed("selftest", ranks=3)
        found = self.findings(done.stdout)
        found.pop("cores", None)
        self.assertIn("3 ranks on 1 node", done.stdout)
        self.assertEqual(found, {"ranks": "ok", "memory": "ok", "bits": "ok", "answer": "ok", "signals": "ok"})
        self.assertIn("SIGUSR1 to mpirun reaches 3 of 3 ranks", done.stdout)
        self.assertEqual(os.listdir(self.folder), [])

    def test_bits_do_not_depend_on_the_number_of_ranks(self):
        prints = {re.search(r"same bits \((\w+)\)", self.succeed("selftest", ranks=n).stdout).group(1) for n in (None, 2)}
        self.assertEqual(len(prints), 1)

    def test_a_forgotten_launcher_is_named(self):
        done = subprocess.run([PROGRAM, "selftest"], env={**environment(), "SLURM_NTASKS": "64"}, capture_output=True,
                              text=True, check=False)
        self.assertEqual(done.returncode, 2)
        self.assertIn("one rank alone in a job of 64 tasks: start with mpirun", done.stdout)


if __name__ == "__main__":
    from unittest_main import main

    main()
