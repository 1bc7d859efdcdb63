"""Signals, limits of time and space, two runs at once, damaged snapshots: what the architecture promises, tried on the
whole program."""

import os
import shutil
import signal
import subprocess
import time

from program import PROGRAM, HeldSearch, ProgramTest, environment

SEARCH = ("search", "s.h5", "--min-models", "80", "--factors", "2", "--estimator", "joint", "--density", "sas",
          "--orders", "3", "--snapshot-interval", "0s", "--quiet", "--bootstrap")
FEW, MANY = "80", "4000"
NOBODY = "65534"


class FaultTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--factors", 2, "--sizes", "120,100,90", "--seed", 4)

    def start(self, results, ranks=None, signals=1):
        return HeldSearch(self, (*SEARCH, MANY, "-o", results), ranks, signals)

    def expect_interim(self, results):
        self.succeed("check", results)
        self.assertIn("Interim results", self.succeed("show", results).stdout)
        self.assertTrue(self.succeed("compare", results, results).stdout.startswith(f"{results} is not finished: "))

    def finish(self, results, ranks=None):
        """Goes on to the end; the ranks of a killed mpirun may still be ending."""
        end = time.monotonic() + 240
        while True:
            done = self.run_program(*SEARCH, FEW, "-o", results, "--resume", ranks=ranks)
            if done.returncode == 0:
                break
            self.assertIn("another run", done.stderr)
            self.assertLess(time.monotonic(), end)
            time.sleep(0.2)
        self.assertIn("tasks are known from", done.stderr)
        self.succeed("compare", "reference.h5", results)
        return done

    def test_one_signal_saves_and_the_run_goes_on_from_there(self):
        self.succeed(*SEARCH, FEW, "-o", "reference.h5")
        # mpirun passes SIGUSR1 on and returns the ranks' status; after SIGTERM and SIGINT it returns its own.
        for number, ranks, status in ((signal.SIGUSR1, None, 75), (signal.SIGTERM, None, 75), (signal.SIGINT, None, 75),
                                      (signal.SIGUSR1, 2, 75), (signal.SIGTERM, 2, 1), (signal.SIGINT, 2, 1)):
            if ranks and shutil.which("mpirun") is None:
                continue
            results = f"{number.name}-{ranks}.h5"
            with self.subTest(signal=number.name, ranks=ranks):
                search = self.start(results, ranks=ranks)
                search.send(number)
                said = search.end(status)
                if status == 75:
                    self.assertIn("continue with the same command and --resume", said)
                self.expect_interim(results)
                self.finish(results, ranks=2 if ranks is None and number == signal.SIGTERM else None)

    def rank_pid(self, rank):
        """The process of one rank of the run in this test's folder."""
        for entry in os.listdir("/proc"):
            try:
                with open(f"/proc/{entry}/environ", "rb") as environ:
                    words = environ.read().split(b"\0")
                if f"OMPI_COMM_WORLD_RANK={rank}".encode() in words and os.readlink(f"/proc/{entry}/cwd") == self.folder:
                    return int(entry)
            except OSError:  # no process, somebody else's, or gone
                continue
        return self.fail(f"rank {rank} is not to be found")

    def test_a_rank_that_goes_silent_is_not_waited_for(self):
        if shutil.which("mpirun") is None:
            self.skipTest("mpirun is not installed")
        words = ("search", "s.h5", "--min-models", 80, "--factors", 2, "--estimator", "published", "--quiet",
                 "--snapshot-interval", "0s", "--bootstrap", 8000)
        # A few resamples of so few models fail, the same in every run: status 5.
        self.assertEqual(self.run_program(*words, "-o", "reference.h5").returncode, 5)
        search = HeldSearch(self, (*words, "-o", "silent.h5"), ranks=3, signals=0)
        os.kill(self.rank_pid(2), signal.SIGSTOP)
        self.assertIn("rank 2 has not been heard of any more", search.end(6))
        self.succeed("compare", "reference.h5", "silent.h5")

    # That the second one is not waited for by work that takes for ever: parallel.rank_program.
    def test_two_signals_lose_nothing_that_was_saved(self):
        self.succeed(*SEARCH, FEW, "-o", "reference.h5")
        for ranks in (None, 2):
            if ranks and shutil.which("mpirun") is None:
                continue
            results = f"twice-{ranks}.h5"
            with self.subTest(ranks=ranks):
                search = self.start(results, ranks=ranks, signals=2)
                search.send(signal.SIGUSR1)
                search.wait()
                search.send(signal.SIGUSR1)
                search.end(75)
                self.expect_interim(results)
                self.assertFalse(os.path.exists(self.path(results + ".lock")))
                self.finish(results)

    def test_time_limit_of_a_parallel_run(self):
        done = self.run_program(*SEARCH, MANY, "-o", "r.h5", "--max-time", "0.3s", ranks=3)
        self.assertEqual(done.returncode, 75, done.stderr)
        self.expect_interim("r.h5")

    def test_the_second_run_on_one_output_is_refused(self):
        search = self.start("r.h5")
        for more in ("--resume", "--overwrite"):
            refused = self.fail_with(2, "another run writes r.h5", *SEARCH, MANY, "-o", "r.h5", more)
            self.assertIn(f"process {search.process.pid}", refused.stderr)
        self.assertIsNone(search.process.poll(), "the first run must not notice")
        search.send(signal.SIGUSR1)
        search.end(75)
        self.expect_interim("r.h5")
        self.assertFalse(os.path.exists(self.path("r.h5.lock")))

    def test_a_damaged_snapshot_gives_way_to_the_one_before(self):
        self.succeed(*SEARCH, FEW, "-o", "reference.h5")
        search = self.start("r.h5")
        search.send(signal.SIGUSR1)
        search.end(75)
        with open(self.path("r.h5"), "rb") as file:
            newest = bytearray(file.read())
        newest[len(newest) // 2] ^= 16
        with open(self.path("r.h5"), "wb") as file:
            file.write(newest)
        self.fail_with(3, "r.h5", "show", "r.h5")
        self.assertIn("going on from r.h5.prev", self.finish("r.h5").stderr)
        # With both damaged: no silent restart.
        for name in ("r.h5", "r.h5.prev"):
            with open(self.path(name), "wb") as file:
                file.write(newest)
        self.fail_with(3, "both generations are damaged", *SEARCH, FEW, "-o", "r.h5", "--resume")

    # Root may read and write everything: where the tests are root's, the program is run as nobody.
    def run_without_rights(self, *arguments):
        command = [os.path.abspath(PROGRAM), *arguments]
        if os.getuid() == 0:
            setpriv = ["setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"]
            if shutil.which("setpriv") is None:
                self.skipTest("setpriv is not installed")
            if subprocess.run([*setpriv, "test", "-x", command[0]], check=False).returncode != 0:
                self.skipTest("another user cannot reach the build directory")
            command = setpriv + command
        return subprocess.run(command, cwd=self.folder, env=environment(), capture_output=True, text=True, timeout=240,
                              check=False)

    def test_files_and_folders_without_permission(self):
        published = ("--min-models", "80", "--factors", "2", "--estimator", "published")
        self.succeed("search", "s.h5", *published, "-o", "r.h5")
        os.chmod(self.folder, 0o755)
        self.addCleanup(os.chmod, self.folder, 0o755)
        os.chmod(self.folder, 0o555)
        done = self.run_without_rights("search", "s.h5", *published, "-o", "new.h5")
        self.assertEqual((done.returncode, "Permission denied" in done.stderr), (4, True), done.stderr)
        before = os.stat(self.path("r.h5"))
        done = self.run_without_rights("search", "s.h5", *published, "-o", "r.h5", "--bootstrap", "3", "--resume")
        self.assertEqual((done.returncode, "Permission denied" in done.stderr), (4, True), done.stderr)
        self.assertEqual(os.stat(self.path("r.h5")).st_mtime_ns, before.st_mtime_ns)
        for name in ("s.h5", "r.h5"):
            os.chmod(self.path(name), 0)
        for command in (("search", "s.h5", *published, "-o", "never.h5"), ("check", "s.h5"), ("show", "r.h5"),
                        ("compare", "r.h5", "r.h5"), ("domains", "s.h5"), ("export", "r.h5", "-o", "tables")):
            with self.subTest(command[0]):
                done = self.run_without_rights(*command)
                self.assertEqual((done.returncode, "Permission denied" in done.stderr), (3, True), done.stderr)
                self.assertEqual(len(done.stderr.splitlines()), 1, done.stderr)

    def test_a_full_disk_leaves_the_old_results_whole(self):
        os.mkdir(self.path("full"))
        script = """
            program=$1; shift
            "$program" "$@" --bootstrap 3 >&2 || exit 90
            sum=$(cksum <full/r.h5)
            "$program" "$@" --bootstrap 1500 --resume
            status=$?
            [ "$sum" = "$(cksum <full/r.h5)" ] || exit 91
            "$program" check full/r.h5 >&2 || exit 92
            exit $status"""
        options = ("search", "s.h5", "-o", "full/r.h5", "--min-models", "80", "--factors", "2", "--estimator", "published",
                   "--quiet")
        done = self.run_with_file_system("400k", "full", "sh", "-c", script, "sh", os.path.abspath(PROGRAM), *options)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn("No space left on device", done.stderr)


if __name__ == "__main__":
    from unittest_main import main

    main()
