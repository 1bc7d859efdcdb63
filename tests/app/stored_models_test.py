"""`models --store`: profiles of models in the results file, and what other commands make of them."""

import csv
import io
import os
import shutil
import signal

from program import HeldSearch, ProgramTest

from hdf5_modules import h5py, numpy

SEARCH = ("search", "scores.h5", "--min-models", "1", "--factors", "2", "--density", "mog2", "--quiet")


def datasets(path):
    """Values of all datasets by path, and all attributes of groups."""
    values, attributes = {}, {}
    with h5py.File(path) as file:

        def visit(name, item):
            if isinstance(item, h5py.Dataset):
                values["/" + name] = item[()]
            else:
                attributes["/" + name] = dict(item.attrs)

        file.visititems(visit)
        attributes["/"] = dict(file.attrs)
    return values, attributes


def plain(value):
    """Texts, or the bits of numbers."""
    value = numpy.asarray(value)
    return value.ravel().tolist() if value.dtype.kind == "O" else value.tobytes()


class StoredModelsTest(ProgramTest):
    @classmethod
    def setUpClass(cls):
        """One search for all tests, each of which has copies of its files."""
        cls.shared = StoredModelsTest("run_search")
        ProgramTest.setUp(cls.shared)
        cls.shared.run_search()

    @classmethod
    def tearDownClass(cls):
        cls.shared.doCleanups()

    def run_search(self):
        self.succeed("simulate", "-o", "scores.h5", "--design", "parametric", "--factors", "2", "--sizes", "70,60", "--missing", "0.1")
        self.succeed(*SEARCH, "-o", "results.h5")

    def setUp(self):
        super().setUp()
        for name in ("scores.h5", "results.h5"):
            shutil.copy(self.shared.path(name), self.path(name))

    def store(self, name="results.h5", *words):
        self.assertIn("stored as /models/", self.succeed("models", name, "--store", *words).stdout)

    def printed(self, name="results.h5"):
        return list(csv.DictReader(io.StringIO(self.succeed("models", name, "--csv").stdout)))

    def group(self, name="results.h5"):
        """The datasets of the only setting's profiles, texts as text; None where there are none."""
        with h5py.File(self.path(name)) as file:
            if "models" not in file:
                return None
            (setting,) = file["models"].values()
            return {key: item.asstr()[()] if item.dtype.kind == "O" else item[()] for key, item in setting.items()}

    def test_the_file_holds_what_is_printed(self):
        self.store()
        group, table = self.group(), self.printed()
        self.assertEqual(list(group["model"]), [row["model"] for row in table])
        self.assertEqual(list(group["base_model"]), [row["base_model"] for row in table])
        self.assertEqual([str(bool(x)).lower() for x in group["fitted"]], [row["fitted"] for row in table])
        self.assertEqual(list(group["known_scores"]), [int(row["known_scores"]) for row in table])
        with h5py.File(self.path("scores.h5")) as file:
            names, scores = file["model"].asstr()[()], file["scores"][()]
        self.assertEqual(list(names[group["score_row"]]), list(group["model"]))
        self.assertTrue(numpy.array_equal(scores[group["score_row"]], group["score"], equal_nan=True))

        def column(name):
            return [float(row[name] or "nan") for row in table]

        for i in range(2):
            for key, name in (("capability", "z{}"), ("capability_low", "z{}_low"), ("capability_high", "z{}_high"),
                              ("percentile", "z{}_percentile"), ("percentile_low", "z{}_percentile_low"),
                              ("percentile_high", "z{}_percentile_high")):  # fmt: skip
                self.assertEqual(list(group[key][:, i]), column(name.format(i + 1)), key)
            base = {name: mean for name, mean in zip(group["domain"], group["base_mean"][:, i])}
            self.assertEqual([base[name] for name in group["base_model"]], column(f"z{i + 1}_base_mean"))
        for j, benchmark in enumerate(group["benchmark"]):
            for key, name in (("score", benchmark), ("expected", f"{benchmark}_expected"), ("deviations", f"{benchmark}_deviations")):
                self.assertTrue(numpy.array_equal(group[key][:, j], column(name), equal_nan=True), name)

    def test_nothing_else_changes(self):
        shutil.copy(self.path("results.h5"), self.path("plain.h5"))
        self.store()
        said = self.succeed("compare", "results.h5", "plain.h5").stdout
        self.assertIn("only results.h5 has profiles of models", said)
        self.assertIn("hold the same results", said)
        (before, known), (after, now) = datasets(self.path("plain.h5")), datasets(self.path("results.h5"))
        self.assertEqual({path for path in after if not path.startswith("/models/")}, set(before))
        for path, value in before.items():
            self.assertEqual(plain(after[path]), plain(value), path)
        added = now["/provenance"].pop("models_command")
        self.assertIn("--store", str(added))
        for path, attributes in known.items():
            self.assertEqual({key: str(value) for key, value in now[path].items()},
                             {key: str(value) for key, value in attributes.items()}, path)
        self.assertFalse(os.path.exists(self.path("results.h5.lock")))
        self.assertIn("digest verified", self.succeed("check", "results.h5").stdout)

    def test_storing_again_changes_nothing(self):
        self.store()
        shutil.copy(self.path("results.h5"), self.path("once.h5"))
        self.store()
        said = self.succeed("compare", "results.h5", "once.h5").stdout
        self.assertNotIn("not compared", said)

    def test_profiles_that_differ_are_a_difference(self):
        """Of two files with profiles each is compared: other scores of the same run's models, say."""
        self.store()
        self.succeed("simulate", "-o", "scores.h5", "--design", "parametric", "--factors", "2", "--sizes", "70,60", "--seed", "8",
                     "--overwrite")
        self.succeed(*SEARCH, "-o", "others.h5")
        self.store("others.h5")
        done = self.run_program("compare", "results.h5", "others.h5")
        self.assertEqual(done.returncode, 3)
        self.assertRegex(done.stdout, r"/models/[^ ]*/capability: ")

    def test_going_on_keeps_what_still_holds(self):
        self.store()
        with open(self.path("results.h5"), "rb") as file:
            before = file.read()
        self.succeed(*SEARCH, "-o", "results.h5", "--resume")  # nothing to do
        with open(self.path("results.h5"), "rb") as file:
            self.assertEqual(file.read(), before)
        profiles = self.group()
        # Too few resamples to say how far the fit may be off.
        done = self.succeed(*SEARCH, "-o", "results.h5", "--bootstrap", "2", "--resume")
        self.assertNotIn("left out", done.stdout)
        kept = self.group()
        self.assertEqual(set(kept), set(profiles))
        for name, values in profiles.items():
            self.assertEqual(plain(kept[name]), plain(values), name)
        # A run without the setting.
        done = self.succeed("search", "scores.h5", "-o", "results.h5", "--min-models", "1", "--factors", "1", "--density", "mog2",
                            "--quiet", "--resume")
        self.assertIn("Profiles of models that were stored are left out", done.stdout)
        self.assertIn("exahca models results.h5 --store", done.stdout)
        self.assertIsNone(self.group())

    def test_parts_bring_their_profiles(self):
        for part in (1, 2):
            self.succeed(*SEARCH, "-o", f"part-{part}.h5", "--bootstrap", "2", "--part", f"{part}/2")
        self.store("part-2.h5")
        self.assertNotIn("left out", self.succeed("merge", "part-1.h5", "part-2.h5", "-o", "merged.h5").stdout)
        self.succeed(*SEARCH, "-o", "whole.h5", "--bootstrap", "2")
        self.store("whole.h5")
        self.assertNotIn("not compared", self.succeed("compare", "merged.h5", "whole.h5").stdout)

    def test_tables_hold_them(self):
        self.store()
        self.succeed("export", "results.h5", "-o", "tables")
        read = {}
        for name in ("model_capabilities", "model_scores"):
            with open(self.path(f"tables/{name}.csv"), encoding="utf-8", newline="") as file:
                read[name] = list(csv.DictReader(file))
        printed = self.printed()
        self.assertEqual(len(read["model_capabilities"]), 2 * len(printed))
        for row, (told, i) in zip(read["model_capabilities"], ((told, i) for told in printed for i in (1, 2))):
            self.assertEqual((row["model"], row["base_model"], row["fitted"], row["factor"]),
                             (told["model"], told["base_model"], told["fitted"], str(i)))
            for key, name in (("mean", f"z{i}"), ("low", f"z{i}_low"), ("percentile_high", f"z{i}_percentile_high"),
                              ("base_mean", f"z{i}_base_mean")):  # fmt: skip
                self.assertEqual(row[key], told[name])
        by_model = {row["model"]: row for row in printed}
        self.assertEqual(len(read["model_scores"]), 6 * len(printed))
        for row in read["model_scores"]:
            told = by_model[row["model"]]
            self.assertEqual(row["score"], told[row["benchmark"]])
            self.assertEqual(row["deviations"], told[row["benchmark"] + "_deviations"])

    def test_what_cannot_be_stored(self):
        shutil.copy(self.path("results.h5"), self.path("plain.h5"))
        for words in (("--new", "scores.h5"), ("--model", "x"), ("--against", "base"), ("--rank", "z1"), ("--csv",), ("--json",)):
            self.fail_with(2, f"--store and {words[0]} exclude each other", "models", "results.h5", "--store", *words)
        self.succeed("simulate", "-o", "others.h5", "--seed", "9", "--sizes", "30,30")
        self.fail_with(3, "is not the score file", "models", "results.h5", "--store", "--scores", "others.h5")
        self.fail_with(3, "has no fitted model of noisy scores", "models", self.published(), "--store")
        with open(self.path("results.h5"), "rb") as file, open(self.path("plain.h5"), "rb") as plain:
            self.assertEqual(file.read(), plain.read())
        self.assertFalse([name for name in os.listdir(self.folder) if name.endswith((".lock", ".tmp"))])

    def published(self):
        self.succeed("search", "scores.h5", "-o", "published.h5", "--min-models", "1", "--factors", "2", "--estimator", "published",
                     "--quiet")
        return "published.h5"

    def test_a_file_that_a_search_writes_is_left_alone(self):
        words = ("search", "scores.h5", "--min-models", "1", "--factors", "2", "--estimator", "published", "--snapshot-interval", "0s",
                 "--bootstrap", "4000", "--quiet", "-o", "results.h5", "--overwrite")  # fmt: skip
        search = HeldSearch(self, words)
        self.fail_with(2, "another run writes results.h5", "models", "results.h5", "--store")
        search.send(signal.SIGUSR1)
        search.end(75)


if __name__ == "__main__":
    from unittest_main import main

    main()
