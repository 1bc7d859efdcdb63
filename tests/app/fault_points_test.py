"""A fault at every point: each call of a command that can fail does so once, and nothing crashes, hangs, is lost or looks
whole that is not.

The calls are those on files of the working folder (open, write, fsync, rename, ...), allocations of memory, the first from
each place in the program, and calls of MPI. Every file call is tried here; of the others EXAHCA_FAULT_POINTS of each command,
spread over all ("all" by the nightly run, which takes hours).
"""

import os
import shutil
import subprocess
import time
import unittest

from program import BUILD, PROGRAM, ProgramTest, environment

LIBRARY = os.path.abspath(os.path.join(BUILD, "tests", "libapp_failing_calls.so"))
MPI_LIBRARY = os.path.abspath(os.path.join(BUILD, "tests", "libapp_failing_mpi.so"))
SHARE = os.environ.get("EXAHCA_FAULT_POINTS", "6")
SECONDS = 240  # only to end what hangs
# Statuses that docs/architecture.md lists, but for 1: a call that fails is no bug of the program.
EXPECTED = {0, 2, 3, 4, 5, 75}


def spread(points):
    """As many as are asked for, spread over all."""
    wanted = len(points) if SHARE == "all" else min(int(SHARE), len(points))
    return [points[i * len(points) // wanted] for i in range(wanted)]


SEARCH = ("search", "s.h5", "--min-models", "1", "--factors", "2", "--estimator", "published", "--restarts", "2",
          "--snapshot-interval", "0s", "--quiet")


@unittest.skipUnless(os.path.exists(LIBRARY), "the library that lets calls fail is not built on this system")
class FaultPointsTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--factors", 2, "--sizes", "40,30", "--seed", 4)
        self.points = 0

    def run_with(self, settings, *command):
        return subprocess.run([os.path.abspath(PROGRAM), *command], cwd=self.folder, capture_output=True, text=True,
                              timeout=SECONDS, check=False,
                              env={**environment(), "LD_PRELOAD": LIBRARY, "EXAHCA_FAIL_FOLDER": self.folder, **settings})

    def points_of(self, command):
        """All calls on files, and a share of the allocations."""
        count_file = self.path("count")
        counted = self.run_with({"EXAHCA_COUNT_FILE": count_file}, *command)
        self.assertEqual(counted.returncode, 0, counted.stderr)
        files, allocations = [], []
        with open(count_file, encoding="utf-8") as lines:
            for line in lines:
                kind, number = line.split()
                if kind.startswith("allocation"):
                    allocations.append(f"{kind}:{number}")
                else:
                    files += [f"{kind}:{i}" for i in range(1, int(number) + 1)]
        os.remove(count_file)
        self.assertTrue(files)
        allocations.sort(key=lambda point: int(point.split(":")[1]))
        return files + spread(allocations)

    def content(self, name):
        with open(self.path(name), "rb") as file:
            return file.read()

    def put(self, name, content):
        """The file as it was; removed where it was not."""
        if content is not None:
            with open(self.path(name), "wb") as file:
                file.write(content)
        elif os.path.exists(self.path(name)):
            os.remove(self.path(name))

    def is_right(self, output, reference):
        if output.endswith(".h5"):
            return self.run_program("compare", reference, output).returncode == 0
        return self.content(output) == self.content(reference)

    def try_all(self, command, output, before=None, known=0):
        """Lets every call of a command fail that makes `output`.

        before: what the output holds before; None: it does not exist
        known:  tasks of a search that must not be lost
        """
        self.put(output, before)
        points = self.points_of(command)
        reference = "reference-" + output
        os.replace(self.path(output), self.path(reference))
        files = {*os.listdir(self.folder), output}
        for point in points:
            with self.subTest(point=point):
                self.put(output, before)
                done = self.run_with({"EXAHCA_FAIL_AT": point}, *command)
                said = f"{command[0]}, {point}: status {done.returncode}\n{done.stderr}"
                self.assertIn(done.returncode, EXPECTED, said)
                if done.returncode == 0:
                    self.assertTrue(os.path.exists(self.path(output)), said)
                    self.assertTrue(self.is_right(output, reference), said)
                else:
                    self.assertIn("exahca: ", done.stderr, said)
                    self.expect_nothing_false(output, reference, before, said)
                # What is left behind is in nobody's way.
                again = self.run_program(*command, *(("--resume",) if command[0] == "search" and "--resume" not in command
                                                     and os.path.exists(self.path(output)) else ()))
                if done.returncode != 0 or command[0] == "search":
                    self.assertIn(again.returncode, (0, 2), said + again.stderr)
                    if again.returncode == 2:  # it was whole: who makes it anew has to say so
                        self.assertIn("exists", again.stderr, said)
                    self.assertTrue(self.is_right(output, reference), said)
                if known:
                    self.assertGreaterEqual(self.known_tasks(again.stderr), known, said + again.stderr)
                self.assertLessEqual(set(os.listdir(self.folder)), files, said)
        self.points += len(points)

    def expect_nothing_false(self, output, reference, before, said):
        """After an error the output is what it was, is whole, or says itself that it is not."""
        if not os.path.exists(self.path(output)):
            self.assertIsNone(before, said)
            return
        if before is not None and self.content(output) == before:
            return
        if self.is_right(output, reference):
            return
        self.assertTrue(output.endswith(".h5"), said)
        self.succeed("check", output)
        self.assertIn("is not finished", self.run_program("compare", output, output).stdout, said)

    @staticmethod
    def known_tasks(text):
        for line in text.splitlines():
            if "tasks are known from" in line:
                return int(line.split(" tasks are known from")[0].split()[-1].replace(",", ""))
        return 0

    def test_a_search(self):
        self.try_all((*SEARCH, "--bootstrap", "3", "-o", "r.h5"), "r.h5")
        print(f"{self.points} points")

    def test_a_search_that_goes_on(self):
        self.succeed(*SEARCH, "--bootstrap", "2", "-o", "r.h5")
        self.try_all((*SEARCH, "--bootstrap", "4", "-o", "r.h5", "--resume"), "r.h5", self.content("r.h5"), known=3)
        print(f"{self.points} points")

    def test_files_that_other_commands_make(self):
        self.succeed(*SEARCH, "--bootstrap", "2", "-o", "results.h5")
        with open(self.path("t.csv"), "w", encoding="utf-8") as file:
            file.write("model,base,A,B,C\n" + "".join(f"m{i},{'xy'[i % 2]},{i * 7 % 31},{i * 11 % 29},{i * 13 % 37}\n"
                                                      for i in range(40)))
        for output, command in (("t.h5", ("import", "t.csv", "-o", "t.h5", "--domain-column", "base",
                                          "--scores", "A,B,C")),
                                ("page.html", ("report", "results.h5", "-o", "page.html")),
                                ("graph.dot", ("graph", "results.h5", "-o", "graph.dot"))):
            self.try_all(command, output)
        print(f"{self.points} points")

    def test_a_table_so_large_that_its_file_is_written_while_it_is_made(self):
        with open(self.path("t.csv"), "w", encoding="utf-8") as file:
            file.write("model,base," + ",".join("ABCDEFGH") + "\n")
            file.writelines(f"m{i},{'xy'[i % 2]}," + ",".join(str(i * factor % 997 / 10) for factor in (7, 11, 13, 17, 19, 23, 29, 31)) + "\n"
                            for i in range(1 << 17))
        self.try_all(("import", "t.csv", "-o", "t.h5", "--domain-column", "base"), "t.h5")
        print(f"{self.points} points")

    def test_results_that_profiles_of_models_are_added_to(self):
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", "1", "--factors", "2", "--density", "mog2", "--quiet")
        self.try_all(("models", "r.h5", "--store"), "r.h5", self.content("r.h5"))
        print(f"{self.points} points")

    @unittest.skipUnless(os.path.exists(MPI_LIBRARY), "the library that lets MPI fail is not built on this system")
    @unittest.skipIf(shutil.which("mpirun") is None, "mpirun is not installed")
    def test_calls_of_mpi(self):
        command = (*SEARCH, "--bootstrap", "3", "-o", "r.h5")
        os.mkdir(self.path("counts"))
        done = self.run_ranks({"EXAHCA_COUNT_MPI": self.path("counts")}, *command)
        self.assertEqual(done.returncode, 0, done.stderr)
        os.replace(self.path("r.h5"), self.path("reference.h5"))
        points = []
        for rank in os.listdir(self.path("counts")):
            with open(self.path(os.path.join("counts", rank)), encoding="utf-8") as file:
                points += [f"{rank}:{i}" for i in range(1, int(file.read()) + 1)]
        for point in spread(sorted(points)):
            with self.subTest(point=point):
                self.put("r.h5", None)
                done = self.run_ranks({"EXAHCA_FAIL_MPI": point}, *command)
                said = f"{point}: status {done.returncode}\n{done.stderr}"
                # How often a call polls depends on time: the last of those counted need not come.
                self.assertIn(done.returncode, EXPECTED | {1}, said)
                if done.returncode == 0:
                    self.assertTrue(self.is_right("r.h5", "reference.h5"), said)
                    continue
                self.assertIn("MPI_", done.stderr, said)
                self.expect_nothing_false("r.h5", "reference.h5", None, said)
                self.finish(command)
                self.assertTrue(self.is_right("r.h5", "reference.h5"), said)
        print(f"{len(points)} points, {len(spread(points))} tried")

    def finish(self, command):
        """Goes on to the end; the ranks of an mpirun that ended may still be ending."""
        end = time.monotonic() + SECONDS
        while True:
            resume = ("--resume",) if os.path.exists(self.path("r.h5")) else ()
            done = self.run_program(*command, *resume)
            if done.returncode == 0:
                return
            self.assertIn("another run", done.stderr)
            self.assertLess(time.monotonic(), end)
            time.sleep(0.1)

    def run_ranks(self, settings, *command):
        """Two ranks. mpirun itself is left alone."""
        given = [word for name, value in settings.items() for word in ("-x", f"{name}={value}")]
        return subprocess.run(["mpirun", "--oversubscribe", "-n", "2", "-x", f"LD_PRELOAD={MPI_LIBRARY}", *given,
                               os.path.abspath(PROGRAM), *command], cwd=self.folder, capture_output=True, text=True,
                              timeout=SECONDS, check=False, env=environment())


if __name__ == "__main__":
    from unittest_main import main

    main()
