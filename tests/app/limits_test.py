"""What ends a search: work, which gives the same bits on idle and busy machines and for any number of ranks; the clock and
signals, wherever the search is; and what a resumed run makes of results that were not proven."""

import os
import signal
import subprocess
import sys
import unittest

from program import PROGRAM, ProgramTest, environment

REPLICATES = ("--bootstrap", 2, "--parametric", 1, "--calibrate", 1, "--placebo", 1, "--no-control", 1)


class BusyMachine:
    """Twice as many busy loops as there are processors."""

    def __enter__(self):
        count = 2 * (os.cpu_count() or 1)
        self.loops = [subprocess.Popen([sys.executable, "-c", "while True: pass"]) for _ in range(count)]

    def __exit__(self, *_):
        for loop in self.loops:
            loop.kill()
        for loop in self.loops:
            loop.wait()


class LimitsTest(ProgramTest):
    def simulate(self, domains, models=40):
        """Base models without a clear common order: searches are long."""
        name = f"k{domains}.h5"
        if not os.path.exists(self.path(name)):
            self.succeed("simulate", "-o", name, "--sizes", ",".join([str(models)] * domains), "--seed", 2)
        return name

    def search(self, domains, results, *more, **options):
        """Replicates of so few models may fail, alike in every run: status 5."""
        arguments = ("search", self.simulate(domains), "-o", results, "--min-models", 2, "--quiet", *more)
        done = self.run_program(*arguments, **options)
        self.assertIn(done.returncode, (0, 5), f"{arguments}\n{done.stdout}\n{done.stderr}")
        return done

    def twice(self, domains, *more):
        """The same search on the machine as it is and while all of it is busy."""
        self.search(domains, "idle.h5", *more, "--overwrite")
        with BusyMachine():
            self.search(domains, "busy.h5", *more, "--overwrite")
        self.succeed("compare", "idle.h5", "busy.h5")
        return self.shown("idle.h5")["settings"][0]

    def assert_outcome(self, setting, domains):
        self.assertGreater(len(setting["orders"]), 0)
        if domains != 10:  # four are proven within any of these limits, eighteen within none
            self.assertEqual(setting["search_outcome"], "optimum proven" if domains == 4 else "tuple limit")

    def test_published_equals_itself_on_a_busy_machine(self):
        for domains in (4, 10, 18):
            with self.subTest(domains=domains):
                # A replicate gets a fiftieth: it ends at its limit, too, where there are many domains.
                influence = ("--influence", 2) if domains == 4 else ()
                setting = self.twice(
                    domains, "--estimator", "published", "--restarts", 2, "--search-tuples", "500000", *REPLICATES, *influence
                )
                self.assert_outcome(setting, domains)

    def test_joint_equals_itself_on_a_busy_machine(self):
        for domains, replicates in ((4, REPLICATES), (10, ("--bootstrap", 1)), (18, ("--bootstrap", 1))):
            with self.subTest(domains=domains):
                setting = self.twice(
                    domains, "--factors", 2, "--density", "sas", "--orders", 2, "--search-tuples", "50000", *replicates
                )
                self.assert_outcome(setting, domains)

    def test_ranks_end_at_the_same_place(self):
        limits = ("--estimator", "published", "--restarts", 1, "--search-tuples", "4M")
        self.search(18, "one.h5", *limits)
        self.assertEqual(self.shown("one.h5")["settings"][0]["search_outcome"], "tuple limit")
        for ranks in (2, 3):
            with self.subTest(ranks=ranks):
                self.search(18, f"{ranks}.h5", *limits, ranks=ranks)
                self.succeed("compare", "one.h5", f"{ranks}.h5")

    def test_the_clock_ends_a_search_that_is_inside_one_node(self):
        # 3^20 tuples at the first node. How long it takes depends on the machine, how it ends does not.
        for ranks in (None, 2):
            with self.subTest(ranks=ranks):
                self.search(20, "r.h5", "--estimator", "published", "--restarts", 1, "--search-time", "1s", "--overwrite",
                            ranks=ranks)  # fmt: skip
                setting = self.shown("r.h5")["settings"][0]
                self.assertEqual(setting["search_outcome"], "time limit")
                self.assertGreater(len(setting["orders"]), 0)

    def test_a_signal_ends_a_search_that_is_inside_one_node(self):
        for ranks in (None, 2):
            with self.subTest(ranks=ranks):
                said = self.stop_inside_search("search", self.simulate(20), "-o", "r.h5", "--min-models", 2, "--estimator",
                                               "published", "--restarts", 1, "--prove", "--overwrite", ranks=ranks)  # fmt: skip
                for line in said:
                    self.assertNotIn("100 %", line)
                    self.assertNotIn("00:00 left", line)

    def test_a_signal_ends_fits(self):
        """Estimates of 110,000 models with floored scores take a quarter of an hour, so only one that was stopped ends now."""
        self.succeed("simulate", "-o", "large.h5", "--sizes", "40000,40000,30000")
        for noise in ("aware", "span"):
            with self.subTest(noise=noise):
                command = [PROGRAM, "search", "large.h5", "-o", f"{noise}.h5", "--noise", noise]
                with subprocess.Popen(command, cwd=self.folder, env=environment(), stderr=subprocess.PIPE, text=True) as run:
                    said = next(line for line in run.stderr if "estimates: 0 of 1" in line)
                    run.send_signal(signal.SIGTERM)
                    run.stderr.read()
                    self.assertEqual(run.wait(timeout=120), 75, said)
                self.assertRegex(self.shown(f"{noise}.h5")["settings"][0]["failure"], "^not computed yet")

    def test_a_stopped_search_leaves_its_best_order_and_bound_and_resume_computes_it_anew(self):
        published = ("--estimator", "published", "--restarts", 1, "--factors", 3)
        joint = ("--density", "sas", "--factors", 3, "--orders", 1)
        # Which rank has the task of a joint estimate, and so what rank 0 says of it, nobody knows: alone only.
        for words, objective, counts in (
            (published, r"the maximum inexactness coefficient of the base models \(MIC\)", (None, 2)),
            (joint, "the mean inexactness of the base models, weighted by their models", (None,)),
        ):
            for ranks in counts:
                with self.subTest(words=words, ranks=ranks):
                    results = f"{words[1]}-{ranks}.h5"
                    self.stop_inside_search(
                        "search", self.simulate(18), "-o", results, "--min-models", 2, "--prove", *words, ranks=ranks
                    )
                    said = self.shown(results)["settings"][0]["failure"]
                    self.assertRegex(said, f"not computed yet: the run is under way, or was stopped before.* by {objective} the best order .*→.* has 0\\.[0-9]+, "
                                           "when it was stopped, and (no order is below 0\\.|no bound has been proven yet)")
                    self.assertIn("The same command with --resume computes this setting from the beginning", said)
            # Going on with an end in sight gives what a run that was never stopped gives.
            few = ("--search-tuples", 1000)
            self.search(18, results, *words, *few, "--resume")
            self.search(18, "new.h5", *words, *few, "--overwrite")
            self.succeed("compare", results, "new.h5")
            self.assertNotIn("failure", self.shown(results)["settings"][0])

    def test_resume_keeps_what_is_proven_and_computes_the_rest_anew(self):
        usual = ("--estimator", "published", "--restarts", 2, "--bootstrap", 3)
        self.search(6, "r.h5", *usual, "--search-tuples", 100)
        self.assertEqual(self.shown("r.h5")["settings"][0]["search_outcome"], "tuple limit")
        again = self.search(6, "r.h5", *usual, "--search-tuples", 100, "--resume")
        self.assertIn("4 of 4 tasks are known", again.stderr)  # the same limit: nothing to do
        done = self.search(6, "r.h5", *usual, "--prove", "--resume")
        self.assertIn("not proven", done.stderr)
        self.assertEqual(self.shown("r.h5")["settings"][0]["search_outcome"], "optimum proven")
        self.search(6, "new.h5", *usual, "--prove")
        self.succeed("compare", "r.h5", "new.h5")
        more = self.search(6, "r.h5", *usual, "--search-tuples", "1G", "--resume")
        self.assertIn("4 of 4 tasks are known", more.stderr)  # what is proven stays

    def test_limits_that_contradict_each_other(self):
        scores = self.simulate(4)
        for other in (("--search-time", "1s"), ("--search-tuples", 5)):
            self.fail_with(2, "contradict each other", "search", scores, "-o", "r.h5", "--prove", *other)
        self.fail_with(2, "--search-tuples is out of range", "search", scores, "-o", "r.h5", "--search-tuples", 0)
        self.fail_with(2, "--search-time 0 leaves no time", "search", scores, "-o", "r.h5", "--search-time", 0)


if __name__ == "__main__":
    unittest.main()
