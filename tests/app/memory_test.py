"""Little memory: a small /dev/shm, and a limit on what the program may take."""

import os
import resource
import subprocess

from program import PROGRAM, ProgramTest, environment, launcher

# Two ranks leave 8 MiB of /dev/shm to Open MPI. These scores take 40,000 x 6 x 8 bytes = 1.92 MB.
SIZES = "20000,20000"
SEARCH = ("search", "s.h5", "--estimator", "published", "--factors", "2", "--screen", "off", "--bootstrap", "3", "--quiet")


class SharedMemoryTest(ProgramTest):
    def under_mpirun(self, size, *arguments, status=0):
        done = self.run_with_file_system(size, "/dev/shm", *launcher(2), os.path.abspath(PROGRAM), *arguments)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        return done

    # A run that hangs is ended by the time limit of run_with_file_system.
    def test_where_there_is_no_room_every_rank_holds_a_copy_and_the_results_are_the_same(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", SIZES, "--factors", 2)
        self.succeed(*SEARCH, "-o", "alone.h5")
        copies = "each of the 2 ranks on "
        for size, shares in (("64m", True), ("9m", False), ("3m", False), ("64k", False)):
            with self.subTest(size=size):
                done = self.under_mpirun(size, *SEARCH, "-o", "r.h5", "--overwrite")
                self.assertEqual(copies not in done.stderr, shares, done.stderr)
                if not shares:
                    self.assertIn("8.39 MB for messages and 1.92 MB for scores", done.stderr)
                    self.assertIn("enlarge /dev/shm", done.stderr)
                self.succeed("compare", "alone.h5", "r.h5")
        self.assertNotIn(copies, self.under_mpirun("9m", *SEARCH, "-o", "r.h5", "--overwrite", "--memory", "private").stderr)

    def test_the_self_test_says_how_much_room_there_is(self):
        self.assertRegex(self.under_mpirun("64m", "selftest").stdout,
                         r"ok +memory +.*/dev/shm has room for 58\.\d MB")  # 67.1 MB less 8.39 MB
        small = self.under_mpirun("4m", "selftest").stdout
        self.assertRegex(small, r"note +memory +each of the 2 ranks .*/dev/shm has 4.19 MB free")

    def test_nothing_is_left_in_shared_memory(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "100,100", "--factors", 2)
        done = self.run_with_file_system(
            "64m", "/dev/shm", "sh", "-c", '"$@" >&2; ls /dev/shm', "sh", *launcher(2), os.path.abspath(PROGRAM), *SEARCH,
            "-o", "r.h5", "--min-models", "50")
        self.assertEqual(done.stdout, "", done.stderr)


if __name__ == "__main__":
    from unittest_main import main

    main()
