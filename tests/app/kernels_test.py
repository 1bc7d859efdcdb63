"""Fingerprints of the numeric kernels: stored, compared when a run is gone on with, and a warning or an error. What each
node needed is stored beside them."""

import os
import shutil
import socket
import subprocess
import unittest

from program import BUILD, PROGRAM, ProgramTest, environment

SEARCH = ("search", "s.h5", "--min-models", 1, "--factors", 2, "--estimator", "published", "--restarts", 2)


class KernelsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70", "--factors", 2)

    def provenance(self, results):
        try:
            import h5py
        except ImportError:
            raise unittest.SkipTest("Python has no module h5py") from None
        with h5py.File(self.path(results)) as file:
            group = file["provenance"]
            values = {name: group[name][:] for name in group}
            return values, dict(group.attrs)

    def claim(self, source, target, fingerprint):
        subprocess.run([os.path.join(BUILD, "tests", "app_set_kernels"), source, target, fingerprint], cwd=self.folder,
                       check=True)

    def test_all_ranks_and_nodes_are_stored(self):
        self.succeed(*SEARCH, "-o", "r.h5", "--bootstrap", 3, ranks=3)
        values, _ = self.provenance("r.h5")
        prints = [text.decode() for text in values["kernel_fingerprint"]]
        self.assertEqual(len(prints), 3)
        self.assertEqual(len(set(prints)), 1)
        self.assertRegex(prints[0], r"^[0-9a-f]{16}$")
        self.assertIn(prints[0], self.succeed("selftest").stdout)
        self.assertEqual(list(values["node_ranks"]), [3])
        self.assertEqual(values["node_host"][0], values["host"][0])
        self.assertEqual(values["node_peak_memory"][0], sum(values["peak_memory"]))

    def test_ranks_with_other_bits_are_named(self):
        def search(results, *more):
            words = [str(word) for word in (*SEARCH, "-o", results, "--bootstrap", 3, *more)]
            other = os.path.join(BUILD, "tests", "app_other_kernels")
            return subprocess.run(
                ["mpirun", "--oversubscribe", "-n", "2", PROGRAM, *words, ":", "-n", "1", other, *words],
                cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=240, check=False)

        if shutil.which("mpirun") is None:
            self.skipTest("mpirun is not installed")
        named = f"rank 2 on {socket.gethostname()} computes other bits than rank 0"
        done = search("r.h5")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertEqual(done.stderr.count(f"warning: {named}"), 1, done.stderr)
        done = search("refused.h5", "--require-identical")
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("exahca: "), 1, done.stderr)
        self.assertIn(named, done.stderr)
        self.assertFalse(os.path.exists(self.path("refused.h5")))
        self.assertFalse(os.path.exists(self.path("refused.h5.lock")))
        prints = [text.decode() for text in self.provenance("r.h5")[0]["kernel_fingerprint"]]
        self.assertEqual(prints[0], prints[1])
        self.assertEqual(prints[2], "00000000deadbeef")

    def test_going_on_with_other_bits_is_said(self):
        self.succeed(*SEARCH, "-o", "r.h5", "--bootstrap", 3)
        self.claim("r.h5", "other.h5", "00000000deadbeef")
        more = (*SEARCH, "-o", "other.h5", "--bootstrap", 6, "--resume")
        with open(self.path("other.h5"), "rb") as file:
            before = file.read()
        self.fail_with(3, "00000000deadbeef", *more, "--require-identical")
        self.assertFalse(os.path.exists(self.path("other.h5.lock")))
        with open(self.path("other.h5"), "rb") as file:
            self.assertEqual(file.read(), before)
        done = self.succeed(*more)
        self.assertIn("warning: the results so far were computed with other bits (00000000deadbeef)", done.stderr)
        # What is kept of the other run is remembered.
        self.assertEqual(self.provenance("other.h5")[1]["earlier_kernel_fingerprints"], "00000000deadbeef")
        done = self.succeed(*SEARCH, "-o", "other.h5", "--bootstrap", 9, "--resume")
        self.assertIn("00000000deadbeef", done.stderr)
        # The same bits, or nothing to compute: not a word.
        done = self.succeed(*SEARCH, "-o", "r.h5", "--bootstrap", 6, "--resume", "--require-identical")
        self.assertNotIn("warning", done.stderr)
        self.claim("r.h5", "other.h5", "00000000deadbeef")
        done = self.succeed(*SEARCH, "-o", "other.h5", "--bootstrap", 6, "--resume", "--require-identical")
        self.assertNotIn("warning", done.stderr)

    def test_merged_parts_keep_their_fingerprints(self):
        for part in (1, 2):
            self.succeed(*SEARCH, "-o", f"p{part}.h5", "--bootstrap", 4, "--part", f"{part}/2")
        self.claim("p2.h5", "q2.h5", "00000000deadbeef")
        self.succeed("merge", "p1.h5", "q2.h5", "-o", "m.h5")
        prints = self.provenance("m.h5")[1]["earlier_kernel_fingerprints"].split(",")
        self.assertIn("00000000deadbeef", prints)
        self.assertEqual(len(prints), 2)

    def test_an_interrupted_run_knows_its_fingerprint(self):
        done = self.run_program(*SEARCH, "-o", "r.h5", "--bootstrap", 200000, "--max-time", "1s")
        self.assertEqual(done.returncode, 75, done.stderr)
        self.assertEqual(len(self.provenance("r.h5")[0]["kernel_fingerprint"]), 1)


if __name__ == "__main__":
    from unittest_main import main

    main()
