"""Score and results files with one defect each: status 3, one line that names file and defect, no results."""

import json
import os
import shutil

from program import ProgramTest

import trailer
from hdf5_modules import h5py, numpy


def replace(name, value):
    def damage(file):
        del file[name]
        if value is not None:
            file[name] = value

    return damage


def wrong_version(file):
    file.attrs["filetype"] = "exahca-scores"
    file.attrs["format_version"] = numpy.array([99, 0])


def another_kind(file):
    file.attrs["filetype"] = "exahca-results"


def no_models(file):
    for name in ("model", "base_model", "scores"):
        del file[name]
    file.create_dataset("model", shape=(0,), dtype=h5py.string_dtype())
    file.create_dataset("base_model", shape=(0,), dtype=h5py.string_dtype())
    file.create_dataset("scores", shape=(0, 3), dtype="f8")


def huge(file):
    del file["scores"]
    file.create_dataset("scores", shape=(2**40, 2**20), dtype="f8", chunks=(64, 64))


def cycle(file):
    del file["scores"]
    file["scores"] = h5py.SoftLink("/other")
    file["other"] = h5py.SoftLink("/scores")


def outside(file):
    del file["scores"]
    file["scores"] = h5py.ExternalLink("elsewhere.h5", "/scores")


def infinite(file):
    file["scores"][2, 1] = numpy.inf


DEFECTS = {
    "wrong type": (replace("scores", "text"), "scores"),
    "wrong rank": (replace("scores", numpy.ones(3)), '"scores" has 1 dimensions, not 2'),
    "transposed": (replace("scores", numpy.ones((3, 40))), "store it transposed"),
    "missing dataset": (replace("base_model", None), 'there is no dataset "base_model"'),
    "infinite": (infinite, "scores[2, 1] is inf"),
    "wrong version": (wrong_version, "use a newer exahca"),
    "another kind": (another_kind, 'not "exahca-scores"'),
    "no models": (no_models, "there are no models"),
    "cyclic links": (cycle, "goes round in a circle"),
    "external link": (outside, "is a link to another file"),
    "huge size": (huge, "declares more values than the file can hold"),
}


class MalformedTest(ProgramTest):
    def write_good(self):
        with h5py.File(self.path("s.h5"), "w") as file:
            file["model"] = [f"m{i}" for i in range(40)]
            file["benchmark"] = ["A", "B", "C"]
            file["base_model"] = ["x", "y"] * 20
            file["scores"] = numpy.random.default_rng(1).uniform(0, 100, (40, 3))

    def refused(self, text):
        self.fail_with(3, text, "search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2,
                       "--estimator", "published")
        self.assertFalse(os.path.exists(self.path("r.h5")), "an error left results behind")

    def test_one_defect_each(self):
        for name, (damage, text) in DEFECTS.items():
            with self.subTest(name):
                self.write_good()
                with h5py.File(self.path("s.h5"), "r+") as file:
                    damage(file)
                self.refused(text)
                # Only score files may come without a digest: as another kind, check says that first.
                self.fail_with(3, "does not end with a digest" if name == "another kind" else text, "check", "s.h5")

    def test_the_file_without_a_defect_is_accepted(self):
        self.write_good()
        self.succeed("check", "s.h5")

    def test_missing_scores_are_read_and_refused_where_all_are_needed(self):
        self.write_good()
        with h5py.File(self.path("s.h5"), "r+") as file:
            file["scores"][2:4, 1] = numpy.nan
        self.assertIn("2 missing in 2 of the models", self.succeed("check", "s.h5").stdout)
        self.succeed("domains", "s.h5", "--min-models", 1, "--factors", 2)
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published", "--quiet")
        self.assertIn("only models without a missing score are used", " ".join(self.succeed("show", "r.h5").stdout.split()))
        self.fail_with(3, "2 scores are missing in 2 models, the first is benchmark B of model m2 (row 2)",
                       "simulate", "-o", "t.h5", "--sources-from", "s.h5")

    def test_more_factors_than_benchmarks(self):
        self.write_good()
        self.fail_with(2, "4 factors are asked of 3 benchmarks", "search", "s.h5", "-o", "r.h5", "--min-models", 1,
                       "--factors", 4)

    def test_cut_empty_text_and_directory(self):
        self.write_good()
        with open(self.path("s.h5"), "rb") as file:
            whole = file.read()
        contents = ((whole[: len(whole) // 2], "is cut off"), (b"", "is empty"), (b"model,A\nm,1\n", "exahca import"))
        for content, text in contents:
            with open(self.path("s.h5"), "wb") as file:
                file.write(content)
            self.refused(text)
        os.remove(self.path("s.h5"))
        os.mkdir(self.path("s.h5"))
        self.refused("is a directory")


def in_first(group, damage):
    """Applies the damage to the group of the first setting in `group`."""
    return lambda file: damage(next(iter(file[group].values())))


def version(major, minor):
    def change(file):
        file.attrs["format_version"] = numpy.array([major, minor])

    return change


def without_attribute(name):
    def damage(file):
        del file.attrs[name]

    return damage


def linked(link):
    def damage(file):
        del file["input/benchmark"]
        file["input/benchmark"] = link

    return damage


def large(group):
    del group["mic"]
    group.create_dataset("mic", shape=(2**40, 2**10), dtype="f8", chunks=(64, 64))


RESULTS_DEFECTS = {
    "newer major version": (version(3, 0), "use a newer exahca"),
    "no version": (without_attribute("format_version"), "format_version"),
    "no kind": (without_attribute("filetype"), "filetype"),
    "another kind": (lambda file: file.attrs.modify("filetype", "exahca-scores"), "of another kind"),
    "no settings": (replace("settings", None), "settings"),
    "no input": (replace("input", None), "input"),
    "wrong type": (replace("input/benchmark", numpy.ones(6)), "benchmark"),
    "wrong rank": (in_first("estimate", replace("unmixing", numpy.ones(3))), "unmixing"),
    "missing dataset": (in_first("estimate", replace("mic", None)), "mic"),
    "link to itself": (linked(h5py.SoftLink("/input/benchmark")), "symbolic link"),
    "external link": (linked(h5py.ExternalLink("elsewhere.h5", "/x")), "link to another file"),
    "huge size": (in_first("estimate", large), "declares more values than the file can hold"),
}


class MalformedResultsTest(ProgramTest):
    """The digest finds accidents; these files were changed with h5py and given a digest that fits."""

    def setUp(self):
        super().setUp()
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70", "--factors", 2)
        self.search = ("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published",
                       "--bootstrap", 3)
        self.succeed(*self.search)
        shutil.copy(self.path("r.h5"), self.path("good.h5"))

    def change(self, damage):
        shutil.copy(self.path("good.h5"), self.path("r.h5"))
        with h5py.File(self.path("r.h5"), "r+") as file:
            damage(file)
        trailer.seal(self.path("r.h5"))

    def test_one_defect_each(self):
        for name, (damage, text) in RESULTS_DEFECTS.items():
            with self.subTest(name):
                self.change(damage)
                for command in (("show", "r.h5"), ("report", "r.h5", "-o", "r.html"), ("export", "r.h5", "-o", "tables")):
                    done = self.fail_with(3, text, *command)
                    self.assertIn("r.h5", done.stderr)
                # A run that goes on refuses, or computes again what it could not read.
                done = self.run_program(*self.search, "--resume")
                self.assertIn(done.returncode, (0, 3), done.stderr)
                if done.returncode == 0:
                    self.succeed("compare", "good.h5", "r.h5")
                else:
                    self.assertIn(text, done.stderr)
                self.assertFalse(os.path.exists(self.path("r.html")))

    def test_numbers_that_are_not_finite_do_not_break_the_readers(self):
        def spoil(group):
            group["mic"][...] = numpy.nan
            group["unmixing"][...] = numpy.inf

        self.change(in_first("estimate", spoil))
        for command in (("show", "r.h5"), ("show", "r.h5", "--json"), ("report", "r.h5", "-o", "r.html"),
                        ("graph", "r.h5"), ("export", "r.h5", "-o", "tables")):
            done = self.run_program(*command)
            self.assertIn(done.returncode, (0, 3), f"{command}\n{done.stderr}")

    def test_every_minor_version_of_the_newest_major_one_is_gone_on_with(self):
        for minor in (0, 99):
            self.change(version(2, minor))
            self.succeed("show", "r.h5")
            self.succeed("check", "r.h5")
            self.succeed(*self.search, "--resume")

    def test_hyperparameters_of_a_newer_version_are_not_taken_for_none(self):
        def add(file):
            file["settings/tempering"] = ["none"]

        self.change(add)
        self.succeed("show", "r.h5")
        self.fail_with(3, 'has a hyperparameter "tempering" that this exahca does not know', *self.search, "--resume")

    def test_a_setting_whose_details_are_not_stored_is_shown_as_such(self):
        self.succeed(*self.search, "--overwrite", "--contrast", "logcosh,cube")
        with h5py.File(self.path("r.h5"), "r+") as file:
            kept, bare = file["settings/setting"].asstr()[:]
            for group in ("estimate", "bootstrap", "aggregate"):
                del file[group][bare]
        trailer.seal(self.path("r.h5"))
        text = self.succeed("show", "r.h5").stdout
        for name in (kept, bare):
            self.assertIn(name, text)
        self.assertIn("keeps no details of this setting", text)
        shown = json.loads(self.succeed("show", "r.h5", "--json").stdout)["settings"]
        self.assertEqual([bool(setting.get("failure")) for setting in shown], [False, True])
        self.assertEqual([setting["parameters"]["contrast"] for setting in shown], ["logcosh", "cube"])
        self.succeed("report", "r.h5", "-o", "r.html")
        self.succeed("export", "r.h5", "-o", "tables", "--json")
        self.succeed("show", "r.h5", "--brief")
        self.assertIn("keeps no details", self.succeed("graph", "r.h5").stdout)
        # A run that goes on computes it again.
        self.succeed(*self.search, "--resume", "--contrast", "logcosh,cube")
        self.assertNotIn("keeps no details", self.succeed("show", "r.h5").stdout)

    def test_a_results_file_of_a_newer_version_is_not_joined_or_replaced_unasked(self):
        self.change(version(3, 0))
        with open(self.path("r.h5"), "rb") as file:
            before = file.read()
        self.fail_with(3, "use a newer exahca", "merge", "r.h5", "good.h5", "-o", "all.h5")
        self.fail_with(2, "r.h5 exists", *self.search)
        with open(self.path("r.h5"), "rb") as file:
            self.assertEqual(file.read(), before)


if __name__ == "__main__":
    from unittest_main import main

    main()
