"""Tables as people have them: whatever the delimiter, the dress of the numbers and the shape, and what is said of them."""

import csv
import gzip
import itertools
import json
import os
import random
import subprocess
import sys
import unicodedata

from program import PROGRAM, ProgramTest, environment
from table_program import BENCHMARKS, TableTest

from hdf5_modules import h5py, numpy


class TablesTest(TableTest):
    def test_every_dress_gives_the_same_scores(self):
        dresses = {
            "per cent signs": lambda x: f"{x}%",
            "decimal commas": lambda x: str(x).replace(".", ","),
            "± behind them (left out)": lambda x: f"{x} ± 0.5",
            "brackets behind them (left out)": lambda x: f"{x} (0.5)",
            "decimal commas and per cent signs": lambda x: str(x).replace(".", ",") + " %",
        }
        for said, dress in dresses.items():
            with self.subTest(said):
                self.write("t.csv", dress=dress)
                self.assertIn(f"numbers in A, B, C, D, E are written with {said}:", self.imported("t.csv"))
                numpy.testing.assert_array_equal(self.scores(), self.wanted())
        self.write("t.csv", dress=dresses["decimal commas"], delimiter=";")
        self.assertIn("fields separated by semicolons", self.imported("t.csv"))
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        self.write("t.csv", dress=lambda x: f"{1000 + x:,.2f}")
        self.assertIn("thousands separators", self.imported("t.csv"))
        numpy.testing.assert_allclose(self.scores(), 1000 + self.wanted(), rtol=1e-12)

    def test_two_scales_in_one_column_are_named(self):
        rows = [[*row[:2], row[2] / 100 if i % 3 else row[2], *row[3:]] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows)
        self.assertRegex(self.imported("t.csv"), r"warning: 80 scores of A are from 0\.\d+ to 0\.\d+ and the other 40 from [\d.]+ to [\d.]+: if some")
        self.write("t.csv")
        self.assertNotIn("if some are shares", self.imported("t.csv"))

    def test_what_is_advised_goes_together(self):
        # Any one of six columns follows from the other five: it is the average that goes, and no benchmark with it.
        rows = [[*row[:2], round(5 + 0.9 * sum(row[2:]) / 5, 4), *row[2:], row[6] / 100] for row in self.rows]
        self.write("t.csv", rows, header=("model", "base_model", "Average", *BENCHMARKS, "E raw"))
        said = self.imported("t.csv")
        self.assertIn("is this a benchmark? Average is an average of others, judging by its name", said)
        self.assertNotRegex(said, "combination of .*Average")
        self.assertIn("warning: E raw is a linear function of E", said)
        advised = [part.split("'")[1] if part.startswith("'") else part.split()[0] for part in said.split("--exclude ")[1:]]
        self.imported("t.csv", *(word for names in advised for word in ("--exclude", names)))
        with h5py.File(self.path("s.h5")) as file:
            left = {name.decode() for name in file["benchmark"][:]}
        self.assertLess({"A", "B", "C", "D"}, left)
        self.assertEqual(len(left & {"E", "E raw"}), 1)

    def test_what_was_found_can_be_overridden(self):
        self.write("t.csv", [[*row[:2], *(f"{int(cell) % 9 + 1},{int(cell) * 13 % 1000:03}" for cell in row[2:])] for row in self.rows])
        self.assertIn("if not, say so with --decimal comma", self.imported("t.csv"))
        self.assertGreater(self.scores().max(), 1000)
        self.imported("t.csv", "--decimal", "comma")
        self.assertLess(self.scores().max(), 10)
        # Beside columns with decimal points --decimal cannot be meant.
        self.write("t.csv", [[*row[:6], f"{int(row[6]) % 9 + 1},{int(row[6]) * 13 % 1000:03}"] for row in self.rows])
        said = self.imported("t.csv")
        self.assertIn("numbers in E are written with thousands separators", said)
        self.assertNotIn("--decimal", said)
        self.write("t.csv", delimiter=":")
        self.imported("t.csv", "--delimiter", ":")
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        for words in (("--delimiter", "::"), ("--decimal", "dot"), ("--domain-rule", "x"), ("--long", "a,b"), ("--metric", "acc")):
            self.fail_with(2, words[0], "import", "t.csv", "-o", "n.h5", *words)

    def test_numbers_about_and_shares_are_read(self):
        for sign in ("~", "≈", "∼ "):
            self.write("t.csv", dress=lambda x: f"{sign}{x}")
            self.assertIn("are written with a sign of approximation before them (left out):", self.imported("t.csv"))
            numpy.testing.assert_array_equal(self.scores(), self.wanted())
        self.write("t.csv", dress=lambda x: f"{round(x)}/200")
        said = self.imported("t.csv")
        self.assertIn("are written with the whole behind a slash (read as a share, in per cent):", said)
        numpy.testing.assert_array_equal(self.scores(), numpy.round(self.wanted()) / 2)

    def test_every_column_that_is_not_used_has_its_reason(self):
        dresses = {"K": "{}k", "P": "$ {}", "Q": "'{}'", "W": "{} pts", "R": "{}*"}
        rows = [[*row, *(dress.format(row[2]) for dress in dresses.values()), "meta", ""] for row in self.rows]
        header = ("model", "base_model", *BENCHMARKS, *dresses, "lab", "empty")
        self.write("t.csv", rows, header=header)
        said = self.imported("t.csv")
        for name, dress in dresses.items():
            self.assertIn(f'warning: {name} is not used: 120 of its 120 cells cannot be read as numbers, such as "{dress.format(self.rows[0][2])}"\n'
                          f"    if it is a benchmark, write its scores like 60.03 or 60 %, say with --na what stands for a missing one, and import again; if not, --exclude {name} says so", said)
        self.assertIn('columns not used, for they hold text: lab ("meta")\n', said)
        self.assertIn("columns without any score: empty\n", said)
        said = self.imported("t.csv", "--scores", "A,B,C", "--exclude", "lab")
        self.assertIn("columns not used, not named by --scores: D, E\n", said)
        self.assertIn("columns not used, left out by --exclude: lab\n", said)
        told = {column["name"]: column for column in json.loads(self.imported("t.csv", "--json"))["columns_not_used"]}
        self.assertEqual(told["lab"], {"name": "lab", "reason": "text", "example": "meta"})
        self.assertEqual(told["K"]["reason"], "cannot be read as numbers")

    def test_a_column_of_numbers_and_unknown_codes_is_named(self):
        def table(cell):
            return [[*row[:6], cell(i, row[6])] for i, row in enumerate(self.rows)]
        self.write("t.csv", table(lambda i, x: x if i % 2 == 0 else "not run"))
        self.assertIn('warning: E is not used: 60 of its 120 cells cannot be read as numbers, such as "not run"\n'
                      "    if it is a benchmark, write its scores like 60.03 or 60 %, say with --na what stands for a missing one,",
                      self.imported("t.csv"))
        self.assertNotIn("warning: E is not used", self.imported("t.csv", "--na", "not run"))
        self.write("t.csv", table(lambda i, x: x if i < 5 else "mit"))  # hardly any numbers
        self.assertIn('columns not used, for they hold text: E ("mit")\n', self.imported("t.csv"))
        self.write("t.csv", table(lambda i, x: x if i % 2 == 0 else f"note {i}"))  # no codes
        self.assertIn('columns not used, for they hold text: E ("note 1")\n', self.imported("t.csv"))

    def test_a_column_in_no_known_dress_is_named(self):
        self.write("t.csv", [[*row[:6], f"{row[6]} ms"] for row in self.rows])
        self.assertRegex(self.imported("t.csv"), r'warning: E is not used: 120 of its 120 cells cannot be read as numbers, such as "[\d.]+ ms"')
        self.write("t.csv", dress=lambda x: f"{x} ms")
        self.fail_with(3, "120 of the 120 cells of A cannot be read as numbers, such as", "import", "t.csv", "-o", "n.h5")
        self.fail_with(3, ", nor can many of B (", "import", "t.csv", "-o", "n.h5")

    def test_gzip_and_standard_input(self):
        self.write("t.csv")
        with open(self.path("t.csv"), "rb") as file:
            content = file.read()
        with gzip.open(self.path("t.csv.gz"), "wb") as file:
            file.write(content)
        self.imported("t.csv.gz")
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        for given in (content, gzip.compress(content)):
            done = subprocess.run([PROGRAM, "import", "-", "-o", "p.h5", "--overwrite"], cwd=self.folder, input=given,
                                  env=environment(), capture_output=True, timeout=60, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn(b"read from standard input: 120 rows", done.stdout)
            numpy.testing.assert_array_equal(self.scores("p.h5"), self.wanted())

    def test_a_base_model_that_vanishes_is_named_and_what_would_keep_it(self):
        self.write("t.csv", [[*row[:6], "" if row[1] == "g/two" else row[6]] for row in self.rows])
        dropped = self.imported("t.csv", "--missing", "drop")
        for line in ("E is missing: g/two 60 of 60", "leaving out E keeps 120 models with all of 4 scores, of 120",
                     "warning: base model g/two is gone: all of its 60 rows were left out", "there is one base model only, g one"):
            self.assertIn(line, dropped)
        refused = self.fail_with(2, "s.h5 holds models of g one only", "search", "s.h5", "-o", "r.h5", "--min-models", 10).stderr
        self.assertIn("give that column to exahca import --domain-column", refused)
        self.assertNotIn("--missing drop", refused)
        kept = self.imported("t.csv")
        self.assertIn("no model of g/two has every score", kept)
        self.assertNotIn("gone", kept)
        told = json.loads(self.imported("t.csv", "--json"))
        self.assertEqual(told["missing"]["base_models"]["g/two"], {"models": 60, "complete": 0, "missing": {"E": 60}})
        self.assertEqual(told["missing"]["leave_out"], [{"benchmark": "E", "models": 120, "benchmarks": 4, "complete": 120, "missing": 0}])
        self.assertEqual(told["missing"]["base_models_without_complete_model"], ["g/two"])
        self.assertEqual([domain["name"] for domain in told["base_models"]], ["g one", "g/two"])

    def test_codes_of_missing_scores(self):
        codes = ["NA", "#N/A", "-", "None", "NULL", "?", "-999", "9999", "-999.0"]
        rows = [list(row) for row in self.rows]
        for row, code in zip(rows, codes):
            row[3] = code
        self.write("t.csv", rows)
        said = self.imported("t.csv")
        self.assertRegex(said, r"warning: -999 stands apart from all other scores, in B 2 times \(otherwise [\d.]+ to [\d.]+\): if it means a missing score, import with --na -999")
        self.assertIn("import with --na 9999", said)
        self.assertEqual(numpy.isnan(self.scores()).sum(), 6)
        said = self.imported("t.csv", "--na", "-999", "--na", "9999")
        self.assertNotIn("stands apart", said)
        self.assertEqual(numpy.isnan(self.scores()).sum(), 9)
        rows[0][3] = "withheld"
        self.write("t.csv", rows)
        self.fail_with(3, '"withheld" is not a number', "import", "t.csv", "-o", "n.h5")
        self.imported("t.csv", "--na", "Withheld")

    def test_columns_that_are_no_benchmarks_are_asked_about(self):
        order = sorted(range(len(self.rows)), key=lambda i: -sum(self.rows[i][2:]))
        places = {row: place + 1 for place, row in enumerate(order)}
        rows = [[*row, places[i], 7 * i % 11 + 1.5, max(30, 20 + 0.8 * row[2])] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "Place", "#Params (B)", "A normalised"))
        said = self.imported("t.csv")
        self.assertIn("is this a benchmark? Place ranks the models", said)
        self.assertIn("#Params (B) is a number of parameters, judging by its name", said)
        self.assertIn("is this a benchmark? A says almost the same as A normalised", said)
        self.assertIn("--exclude 'A,Place,#Params (B)'", said)
        said = self.imported("t.csv", "--exclude", "Place,#Params (B)", "--exclude", "*normalised")
        self.assertNotIn("is this a benchmark", said)
        self.assertIn("columns not used, left out by --exclude: Place, #Params (B), A normalised", said)
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        self.fail_with(3, 'no column "Rang"', "import", "t.csv", "-o", "n.h5", "--exclude", "Rang")

    def test_columns_that_hardly_vary_or_have_two_values_are_named(self):
        rows = [[*row, 50 if i > 1 else 40 + i, i % 2, 7.5 if row[1] == "g one" and i % 40 else i % 31] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "flat", "mark", "half"))
        said = self.imported("t.csv")
        self.assertIn("warning: 118 of the 120 scores of flat are equal: what moves it rests on the other 2\n", said)
        self.assertIn("warning: 58 of the 60 scores of half in base model g one are equal: what moves it there rests on the other 2\n", said)
        self.assertIn("what hardly varies says little of an order: --exclude flat,half leaves them out\n", said)
        self.assertIn("is this a benchmark? mark has two values only, 0 and 1: a mark such as yes or no, or a single item\n", said)
        # A search says the same of what it uses.
        warned = self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 20, "--factors", 2, "--estimator", "published", "-q").stderr
        self.assertIn("58 of the 60 scores of half in base model g one are equal: what moves it there rests on the other 2", warned)
        columns = {column["name"]: column for column in json.loads(self.imported("t.csv", "--json"))["benchmarks"]}
        self.assertEqual(columns["flat"]["nearly_constant"], {"known": 120, "equal": 118, "value": 50.0, "base_models": []})
        self.assertEqual(columns["half"]["nearly_constant"]["base_models"], ["g one"])

    def test_constants_and_means_are_named_without_base_models_too(self):
        rows = [[*row, 50, round(0.3 * row[2] + 0.7 * row[3], 4)] for row in self.rows]
        self.write("t.csv", [[row[0], row[0], *row[2:]] for row in rows], header=("model", "id", *BENCHMARKS, "same", "mix"))
        said = self.imported("t.csv")
        self.assertIn("warning: same is constant in all rows\n", said)
        self.assertIn("warning: mix is a linear combination of A, B\n", said)
        self.assertIn("they add no dimensions of their own: leave them out with --exclude same,mix\n", said)
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "same", "mix"))
        said = self.imported("t.csv")
        self.assertIn("warning: same is constant within every base model\n", said)
        self.assertIn("leave them out with --exclude same,mix\n", said)

    def test_columns_of_different_scale_are_named(self):
        self.write("t.csv", [[*row[:2], row[2] / 100, *row[3:6], 1000 + 8 * row[6]] for row in self.rows])
        said = self.imported("t.csv")
        self.assertRegex(said, r"warning: benchmarks are not on one scale \(A from 0\.\d+ to [01]\.\d+ / B, C and D from [\d.]+ to [\d.]+ / E from [\d.]+ to [\d.]+\)\n")
        # The search says it in the same words.
        warned = self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 20, "--estimator", "published", "--factors", 2, "-q").stderr
        for words in ("benchmarks are not on one scale (A from", "the order found and angles between directions, and with them support, depend on the units"):
            self.assertIn(words, said)
            self.assertIn(words, warned)
        self.write("t.csv", [[*row[:2], row[2] / 10, *row[3:]] for row in self.rows])
        self.assertRegex(self.imported("t.csv"), r"benchmarks are not on one scale \(A from [\d.]+ to [\d.]+, points out of ten or low scores throughout / B, C, D and E from")
        self.write("t.csv")
        self.assertNotIn("not on one scale", self.imported("t.csv"))

    def test_base_models(self):
        self.write("t.csv", [[row[0], "G-ONE" if row[1] == "g one" and i % 3 == 0 else row[1], *row[2:]] for i, row in enumerate(self.rows)])
        self.assertIn('warning: "g one" and "G-ONE" differ only in how they are spelled', self.imported("t.csv"))
        self.write("t.csv", [row for i, row in enumerate(self.rows) if row[1] == "g one" or i < 67])
        self.assertIn("base models with fewer than 10 models, twice the number of benchmarks, are too small for a search: g/two 7",
                      self.imported("t.csv"))
        self.write("t.csv", [row[:1] + row[1:] for row in self.rows], header=("model", "site", *BENCHMARKS))
        said = self.imported("t.csv")
        self.assertIn("no model has a base model", said)
        self.assertIn("if column site tells them, import again with --domain-column site\n", said)
        self.fail_with(3, 'no column "family"', "import", "t.csv", "-o", "n.h5", "--domain-column", "family")

    def test_the_column_of_base_models_by_its_name(self):
        for name in ("Base Model", "BaseModel", "BASE_MODEL", "base-model"):
            self.write("t.csv", header=("model", name, *BENCHMARKS))
            self.assertIn(f"base models are those of column {name}, which is base_model in another spelling\n", self.imported("t.csv"))
            self.assertEqual(self.groups(), [row[1] for row in self.rows])
        # Two of them, or another name: nothing is guessed.
        self.write("t.csv", [[*row[:2], row[1], *row[2:]] for row in self.rows], header=("model", "Base Model", "base-model", *BENCHMARKS))
        self.assertIn("no model has a base model", self.imported("t.csv"))
        for name in ("base", "parent", "family", "Site", "school", "country", "Group"):
            self.write("t.csv", [[*row[:2], "xy"[i % 2], *row[2:]] for i, row in enumerate(self.rows)], header=("model", name, "kind", *BENCHMARKS))
            said = self.imported("t.csv")
            self.assertIn(f"if column {name} tells them, import again with --domain-column {name}; it may be kind, too\n", said)
            self.assertEqual(set(self.groups()), {""})
        # Groups may have numbers.
        self.write("t.csv", [[row[0], i % 4, *row[2:]] for i, row in enumerate(self.rows)], header=("model", "school", *BENCHMARKS))
        said = self.imported("t.csv")
        self.assertIn("is this a benchmark? school is a name of groups, judging by its name\n", said)
        self.assertIn("if column school tells them, import again with --domain-column school\n", said)

    def test_numbers_are_no_base_models_unless_their_column_is_called_so(self):
        for cell in (lambda i: (7, 13, 70)[i % 3], lambda i: ("7B", "13B", "1.5 B")[i % 3], lambda i: ("47,5", "12,25")[i % 2]):
            self.write("t.csv", [[row[0], cell(i), "xy"[i % 2], *row[2:]] for i, row in enumerate(self.rows)], header=("model", "Number of Parameters", "kind", *BENCHMARKS))
            said = self.imported("t.csv", "--scores", ",".join(BENCHMARKS))
            self.assertIn("if column kind tells them, import again with --domain-column kind\n", said)
            self.assertNotIn("--domain-column 'Number", said)
            self.assertNotIn("it may be", said)
        # Classes are groups; seasons may be, but others come first.
        for cell in (lambda i: ("5a", "5b", "6a", "6b")[i % 4], lambda i: ("2022-23", "2023-24")[i % 2], lambda i: ("2022/2023", "2023/2024")[i % 2]):
            self.write("t.csv", [[row[0], cell(i), "xy"[i % 2], *row[2:]] for i, row in enumerate(self.rows)], header=("model", "x", "kind", *BENCHMARKS))
            self.assertIn("if column kind tells them, import again with --domain-column kind; it may be x, too\n", self.imported("t.csv"))
        for name in ("School ID", "group_no", "site-number", "cluster"):
            self.write("t.csv", [[row[0], i % 4, *row[2:]] for i, row in enumerate(self.rows)], header=("model", name, *BENCHMARKS))
            self.assertIn(f"if column {name} tells them, import again with --domain-column ", self.imported("t.csv", "--exclude", name))

    def test_the_default_limit_of_later_commands_is_told(self):
        large = [[f"{row[0]} {i}", "large", *row[2:]] for i, row in enumerate(self.rows)]
        self.write("t.csv", self.rows + large)
        said = self.imported("t.csv")
        self.assertIn("search, plan and domains take base models with at least 100 models, 1 of 3 here, unless told otherwise "
                      "(--min-models N, or --domains by name): g one 60 and g/two 60 have fewer\n", said)
        self.assertIn("a search of this file needs --min-models 60 or lower, for two base models at least\n", said)
        self.fail_with(2, "large", "search", "s.h5", "-o", "r.h5")
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 60, "--estimator", "published", "--factors", 2, "-q")
        self.write("t.csv", large + [[f"{row[0]} b", "more", *row[2:]] for row in large])
        self.assertNotIn("--min-models", self.imported("t.csv"))

    def test_base_models_and_rows_that_are_lost_are_named(self):
        rows = [[*row[:6], "" if row[1] == "g/two" and i % 10 else row[6]] for i, row in enumerate(self.rows)]
        rows.append(["orphan", "", *self.rows[0][2:]])
        rows.append(rows[0])
        self.write("t.csv", rows)
        said = self.imported("t.csv")
        self.assertIn("fewer than half of the models of g/two (6 of 60) have every score", said)
        self.assertIn("without a base model: 1 row, kept, but no search uses it (orphan)\n", said)
        self.assertIn("repeated model names: 1 row, kept (g one m0)\n", said)
        said = self.imported("t.csv", "--missing", "drop")
        self.assertIn("warning: base model g/two keeps 6 of its 60 rows: the others were left out for missing scores\n", said)
        told = json.loads(self.imported("t.csv", "--missing", "drop", "--json"))
        self.assertEqual(told["missing"]["base_models_that_lost_half"], {"g/two": {"rows": 60, "left": 6}})

    def test_rows_that_sum_up_others_are_named(self):
        def mean(rows):
            return [round(sum(row[j] for row in rows) / len(rows), 3) for j in range(2, 7)]
        halves = [[row for row in self.rows if row[1] == base] for base in ("g one", "g/two")]
        rows = [*halves[0], ["Klassenschnitt", "g one", *mean(halves[0])], *halves[1], ["Mean (g two)", "g/two", *mean(halves[1])],
                ["Grand total", "", *(sum(row[j] for row in self.rows) for j in range(2, 7))], ["mean-llama", "g/two", *self.rows[0][2:]]]
        self.write("t.csv", rows)
        said = self.imported("t.csv")
        self.assertIn("warning: is this a model? Mean (g two) and Grand total are each called like a sum, a mean or another fact of the columns:", said)
        self.assertIn("warning: is this a model? Klassenschnitt is the mean of the other rows (of all, or of its base model's) in every column:", said)
        self.assertNotIn("mean-llama", said)
        self.assertEqual(json.loads(self.imported("t.csv", "--json"))["perhaps_no_models"], ["Klassenschnitt", "Mean (g two)", "Grand total"])

    def test_spellings_in_unicode_are_pointed_out(self):
        # Python's own tables say which letters are one: every letter of these blocks that has a decomposition.
        letters = [chr(code) for code in (*range(0xc0, 0x250), *range(0x386, 0x3cf), *range(0x400, 0x500), *range(0x1e00, 0x1f00))]
        letters = [c for c in letters if unicodedata.category(c) == "Ll" and unicodedata.normalize("NFD", c) != c]
        self.assertGreater(len(letters), 250)
        spelled = [name for c in letters for name in (f"x{c}", unicodedata.normalize("NFD", f"x{c}"), f"x{c.upper()}") if len(c.upper()) == 1]
        rows = [[f"m{i}", name, i % 17 + 0.5, i % 13 + 0.25] for i, name in enumerate(spelled)]
        self.write("t.csv", rows, header=("model", "base_model", "A", "B"))
        groups = json.loads(self.imported("t.csv", "--json"))["spellings_of_one_base_model"]
        found = {unicodedata.normalize("NFC", group[0]).lower(): len(group) for group in groups}
        wanted = {name for name in (f"x{c}" for c in letters if len(c.upper()) == 1)}
        self.assertEqual(wanted - set(found), set())
        self.write("t.csv", header=("model", "base_model", "A", "a\u200b", *BENCHMARKS[2:]))
        self.assertIn('"A" and "a<U+200B>" differ only in how they are spelled', self.imported("t.csv"))
        self.write("t.csv", [*self.rows, ["G\u00a0ONE M0", *self.rows[1][1:]]])
        self.assertIn('"g one m0" and "G<U+00A0>ONE M0" differ only in how they are spelled (capital letters, spaces, dashes, _ or their '
                      "Unicode) and count as different models", self.imported("t.csv"))

    def test_utf_16_and_what_spreadsheets_make_of_names(self):
        self.write("t.csv", dress=lambda x: str(x).replace(".", ","), delimiter="\t", header=("model", "base_model", "A\n(strict)", *BENCHMARKS[1:]))
        with open(self.path("t.csv"), encoding="utf-8", newline="") as file:
            text = file.read()
        with open(self.path("t.txt"), "w", encoding="utf-16", newline="") as file:
            file.write(text)
        said = self.imported("t.txt")
        self.assertIn("line breaks in names of columns are spaces now", said)
        self.assertIn("(A (strict), B, C, D, E)", said)
        numpy.testing.assert_array_equal(self.scores(), self.wanted())

    def test_rows_and_columns_that_tell_nothing(self):
        mean = [round(sum(row[j] for row in self.rows) / 120, 2) for j in range(2, 7)]
        self.write("t.csv", [[*row, ""] for row in [*self.rows, ["Average", "", *mean]]], header=("model", "base_model", *BENCHMARKS, "F"))
        said = self.imported("t.csv")
        self.assertIn("warning: is this a model? Average is called like a sum, a mean or another fact of the columns", said)
        self.assertIn("columns without any score: F", said)
        self.write("t.csv", [["", "", *self.rows[0][2:]], *self.rows])
        self.fail_with(3, "line 2, column model: the model has no name: name it, take its line out, or drop such rows with --missing drop",
                       "import", "t.csv", "-o", "n.h5")
        self.imported("t.csv", "--missing", "drop")
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        self.write("t.csv", [row[:3] for row in self.rows], header=("model", "base_model", "A"))
        self.fail_with(3, "--long MODEL,BENCHMARK,SCORE", "import", "t.csv", "-o", "n.h5")

    def test_digits_of_every_script(self):
        # Python's own tables say which characters are decimal digits.
        digits = [c for c in map(chr, range(0x80, 0x10000)) if unicodedata.category(c) == "Nd"]
        zeros = [c for c in digits if unicodedata.digit(c) == 0]
        self.assertGreater(len(zeros), 30)
        self.assertEqual(len(digits), 10 * len(zeros))
        for zero in zeros:
            table = {ord("0") + i: ord(zero) + i for i in range(10)}
            self.write("t.csv", dress=lambda x: str(x).translate(table))
            said = self.imported("t.csv")
            numpy.testing.assert_array_equal(self.scores(), self.wanted(), err_msg=hex(ord(zero)))
            if ord(zero) < 0xff00:  # those of full width are Latin
                self.assertIn("are written with digits of another script:", said)

    def test_every_name_stays_in_its_line(self):
        rows = [[f"{row[0]}\n", "north\nwing" if row[1] == "g one" else "Mean\t\x1b[1m", *row[2:]] for row in self.rows]
        rows.append(["Total\n", "", *rows[0][2:]])
        rows.append(["empty\n", "NORTH WING", "", "", "", "", ""])
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS[:4], "E\tE"))
        self.write("l.csv", [[row[0], row[1], name, row[2 + j]] for row in rows for j, name in enumerate(("A\nA", "B", "C"))],
                   header=("model", "base_model", "benchmark", "score"))
        for words in (("t.csv",), ("t.csv", "--missing", "drop"), ("t.csv", "--scores", "A,B,C"), ("l.csv", "--long", "model,benchmark,score"),
                      ("l.csv", "--long", "model,benchmark,score", "--exclude", "A\nA")):
            said = self.imported(*words)
            self.assertIn("north<U+000A>wing", said)
            self.assertTrue(all(line.startswith("  ") for line in said.splitlines()[1:]), said)
            self.assertEqual(set(c for c in said if ord(c) < 0x20), {"\n"})
            json.loads(self.imported(*words, "--json"))
        # The remedy can be pasted all the same.
        self.write("l.csv", [[row[0], row[1], name, row[2] if j else i + 1] for i, row in enumerate(self.rows) for j, name in enumerate(("rank\n's", "B", "C"))],
                   header=("model", "base_model", "benchmark", "score"))
        said = self.imported("l.csv", "--long", "model,benchmark,score")
        word = said.split("if not, leave it out with --exclude ")[1].splitlines()[0]
        self.assertTrue(word.startswith("$'rank\\012\\'s"), word)
        shell = subprocess.run(["bash", "-c", f"printf %s {word}"], capture_output=True, text=True, check=True).stdout
        self.assertTrue(shell.startswith("rank\n's"))
        error = self.fail_with(3, "two base models", "import", "l.csv", "-o", "n.h5", "--long", "model,benchmark,score", "--domain-column", "score").stderr
        self.assertEqual(len(error.splitlines()), 1)

    def test_groups_of_a_spreadsheet(self):
        # Merged cells: the name stands in the first row of each group.
        self.write("t.csv", [[row[0], row[1] if i in (0, 60) else "", *row[2:]] for i, row in enumerate(self.rows)])
        said = self.imported("t.csv")
        self.assertIn("warning: each base model is named in one row only, with rows without one below it", said)
        self.assertIn("fewer than two base models are large enough, whatever benchmarks are chosen", said)
        self.assertNotIn("is constant within", said)
        # Headings of groups in rows of their own.
        rows = [cells for i, row in enumerate(self.rows) for cells in ([[row[1], "", *[""] * 5]] if i in (0, 60) else []) + [[row[0], "", *row[2:]]]]
        self.write("t.csv", rows)
        said = self.imported("t.csv")
        self.assertIn("dropped for having no score at all: 2 rows (g one, g/two)\n", said)
        self.assertIn("if the rows without any score (g one, g/two) are headings of groups", said)
        # A table on its side.
        self.write("t.csv", [[name, *(row[2 + j] for row in self.rows)] for j, name in enumerate(BENCHMARKS)], header=("benchmark", *(row[0] for row in self.rows)))
        self.assertIn("there are more benchmarks (120) than models (5)", self.imported("t.csv", "--model-column", "benchmark"))

    def test_columns_and_benchmarks_that_are_left_out(self):
        self.write("t.csv", [[row[0], "", row[1], "", *row[2:], i] for i, row in enumerate(self.rows)],
                   header=("model", "", "base_model", "", *BENCHMARKS, ""), delimiter=";")
        said = self.imported("t.csv")
        self.assertIn("columns without name and content: 2 (semicolons at the end of the rows, or written twice)\n", said)
        self.assertIn("columns not used, without a name: #10\n", said)
        self.write("l.csv", [[row[0], row[1], name, row[2 + j], "ms"] for row in self.rows for j, name in enumerate(BENCHMARKS)],
                   header=("model", "base_model", "benchmark", "score", "unit"))
        words = ("l.csv", "--long", "model,benchmark,score", "--exclude", "B,E")
        said = self.imported(*words)
        self.assertIn("benchmarks not used, left out by --exclude: B, E\n", said)
        self.assertIn("columns not used, beside those that --long names: unit\n", said)
        told = json.loads(self.imported(*words, "--json"))
        self.assertEqual(told["benchmarks_not_used"], [{"name": name, "reason": "left out by --exclude"} for name in "BE"])
        self.assertIn("benchmarks not used, not named by --scores: B, D, E\n", self.imported(*words[:3], "--scores", "A,C"))

    def test_marks_of_notes_are_told(self):
        marks = ["*", "†", "¹", " ‡"]
        rows = [[*row[:3], f"{row[3]}{marks[i]}" if i < 4 else row[3], *row[4:]] for i, row in enumerate(self.rows)]
        rows[9][5] = "n/a*"
        self.write("t.csv", rows)
        said = self.imported("t.csv")
        self.assertIn(f'numbers in B are written with marks of notes behind some of them (left out): "{rows[0][3]}" is read as {self.rows[0][3]:.10g}\n', said)
        self.assertIn('what stands for a missing score: "n/a*" 1\n', said)
        scores = self.scores()
        self.assertTrue(numpy.isnan(scores[9, 3]))
        wanted = self.wanted()
        wanted[9, 3] = scores[9, 3]
        numpy.testing.assert_array_equal(scores, wanted)
        self.assertEqual(json.loads(self.imported("t.csv", "--json"))["benchmarks"][1]["written_with"], "marks of notes behind some of them (left out)")

    def test_one_code_in_several_columns_is_one_sentence(self):
        rows = [list(row) for row in self.rows]
        rows[0][3] = rows[1][3] = rows[2][5] = -999
        self.write("t.csv", rows)
        said = self.imported("t.csv")
        self.assertRegex(said, r"-999 stands apart from all other scores, in B 2 times \(otherwise \S+ to \S+\) and in D once \(otherwise")
        self.assertEqual(said.count("--na"), 1)

    def test_a_family_of_codes_is_one_sentence(self):
        codes = {0: 97, 1: 98, 2: 98, 3: 99}
        rows = [[*row, codes.get(i, i % 5 + 1)] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "item"))
        said = self.imported("t.csv")
        self.assertIn("warning: 97, 98 and 99 stand apart from all other scores, in item 97 once, 98 2 times and 99 once (otherwise 1 to 5): "
                      "if they stand for missing scores, import with --na 97 --na 98 --na 99\n", said)
        self.assertNotIn("stand apart", self.imported("t.csv", "--na", "97", "--na", "98", "--na", "99"))
        self.assertEqual(numpy.isnan(self.scores()).sum(), 4)
        # 98 of another benchmark is a score.
        rows[7][2] = 98
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "item"))
        self.assertIn("import with --na 97 --na item=98 --na 99\n", self.imported("t.csv"))
        self.imported("t.csv", "--na", "97", "--na", "item=98", "--na", "99")
        self.assertEqual((numpy.isnan(self.scores()).sum(), self.scores()[7, 0]), (4, 98))

    def test_codes_are_no_end_of_a_scale(self):
        for code in (998, 9997, 99.99, 32767, 1e10, -1e30):
            rows = [[*row, code if i < 8 else round(0.5 + 0.4 * numpy.sin(i), 4)] for i, row in enumerate(self.rows)]
            self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "item"))
            said = self.imported("t.csv")
            self.assertIn("stands apart from all other scores, in item 8 times", said)
            self.assertNotIn("ceiling", said)
            self.assertNotIn("floor", said)

    def test_base_models_from_elsewhere(self):
        self.write("t.csv", header=("model", "site", *BENCHMARKS))
        self.write("m.csv", [[row[0], "group " + row[1][2]] for row in self.rows[:-1]], header=("model", "base_model"), delimiter=";")
        self.assertIn("without a base model: 1 row,", self.imported("t.csv", "--domains-from-file", "m.csv"))
        self.assertEqual(self.groups(), ["group " + row[1][2] for row in self.rows[:-1]] + [""])
        self.imported("t.csv", "--domain-pattern", "^(g.[a-z]+) m")
        self.assertEqual(self.groups(), [row[1] for row in self.rows])
        self.imported("t.csv", "--domain-column", "site", "--domain-pattern", "[a-z]+$")
        self.assertEqual(self.groups(), [row[1][2:] for row in self.rows])
        names = ["org/Llama-3-8B-x", "org/Qwen2.5-7B-y", "org/unknown"]
        self.write("t.csv", [[names[i % 3] + str(i), row[1], *row[2:6], 8] for i, row in enumerate(self.rows)],
                   header=("model", "site", *BENCHMARKS[:4], "params_b"))
        said = self.imported("t.csv", "--domain-rule", "open-llm")
        self.assertEqual(self.groups()[:3], ["llama-3-8b", "qwen2.5-7b", ""])
        self.assertIn("4 benchmarks (A, B, C, D), 2 base models", said)
        self.fail_with(2, "contradict", "import", "t.csv", "-o", "n.h5", "--domain-rule", "open-llm", "--domain-pattern", "x")
        self.fail_with(2, "no regular expression", "import", "t.csv", "-o", "n.h5", "--domain-pattern", "(")

    def test_a_long_table(self):
        with open(self.path("l.csv"), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, delimiter="\t")
            table.writerow(["id", "task", "value", "site"])
            for j, benchmark in enumerate(BENCHMARKS):
                for row in self.rows:
                    table.writerow([row[0], benchmark, row[2 + j], row[1]])
        said = self.imported("l.csv", "--long", "id,task,value", "--domain-column", "site")
        self.assertIn("read from l.csv: 600 scores of 120 models", said)
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        self.assertEqual(self.groups(), [row[1] for row in self.rows])

    def write_long(self, name, metrics):
        """Two metrics: the second is the first plus 1."""
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["model", "base_model", "task", "score", "stderr", "metric"])
            for row in self.rows:
                for benchmark, score in zip(BENCHMARKS, row[2:]):
                    for m, metric in enumerate(metrics):
                        table.writerow([*row[:2], benchmark, score + m, 0.5, metric])

    def test_what_tells_repeated_scores_apart(self):
        self.write_long("l.csv", ("acc", "acc_norm"))
        said = self.imported("l.csv", "--long", "model,task,score")
        self.assertIn("warning: scores of a model and a benchmark that had one already: 600 (their mean is taken)\n"
                      "    column metric tells them apart (acc, acc_norm): for a benchmark of each, --long model,task+metric,score\n", said)
        numpy.testing.assert_allclose(self.scores(), self.wanted() + 0.5, rtol=1e-12)
        said = self.imported("l.csv", "--long", "model,task+metric,score", "--exclude", "* acc")
        self.assertNotIn("had one already", said)
        self.assertIn("5 benchmarks (A acc_norm, B acc_norm,", said)
        numpy.testing.assert_allclose(self.scores(), self.wanted() + 1, rtol=1e-12)
        found = json.loads(self.imported("l.csv", "--long", "model,task,score", "--json"))
        self.assertEqual(found["scores_repeated"], {"count": 600, "taken": "mean", "column_that_tells_them_apart": "metric"})
        self.fail_with(3, 'no column "kind"', "import", "l.csv", "-o", "n.h5", "--long", "model,task+kind,score")

    def test_three_columns_together_tell_repeated_scores_apart(self):
        rows = [[f"run {number}", row[0], row[1], name, split, metric, shift, row[2 + j] + (metric == "f1")]
                for number, (row, (j, name), split, metric, shift) in enumerate(itertools.product(
                    self.rows, enumerate(BENCHMARKS), ("valid", "test"), ("em", "f1"), ("", "typos")))]
        self.write("l.csv", rows, header=("run", "model", "base_model", "task", "split", "metric", "shift", "score"))
        said = self.imported("l.csv", "--long", "model,task,score")
        self.assertIn("    columns split, metric and shift tell them apart together (valid em, valid em typos, valid f1): for a benchmark of "
                      "each, --long model,task+split+metric+shift,score\n", said)
        found = json.loads(self.imported("l.csv", "--long", "model,task,score", "--json"))
        self.assertEqual(found["scores_repeated"]["column_that_tells_them_apart"], "split+metric+shift")
        said = self.imported("l.csv", "--long", "model,task+split+metric+shift,score", "--scores", ",".join(f"{b} test em typos" for b in BENCHMARKS))
        self.assertNotIn("had one already", said)
        numpy.testing.assert_allclose(self.scores(), self.wanted(), rtol=1e-12)

    def test_a_step_that_completes_no_model_is_told_with_the_next(self):
        # Every model misses two of A, B, C.
        self.write("t.csv", [[*row[:2], *(x if j > 2 or (i + j) % 3 == 0 else "" for j, x in enumerate(row[2:]))] for i, row in enumerate(self.rows)])
        said = self.imported("t.csv")
        self.assertRegex(said, r"leaving out [ABC] and [ABC] keeps 40 models with all of 3 scores, of 120 \(80 scores missing still\)")
        self.assertNotIn("keeps 0 models", said)

    def test_rows_without_names_are_numbered(self):
        self.write("t.csv", [row[1:] for row in self.rows], header=("base_model", *BENCHMARKS))
        self.fail_with(3, "('' where rows have no names: then they are numbered)", "import", "t.csv", "-o", "n.h5")
        self.imported("t.csv", "--model-column", "")
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        with h5py.File(self.path("s.h5")) as file:
            self.assertEqual([name.decode() for name in file["model"][:2]], ["row 1", "row 2"])
        self.fail_with(2, "--domains-from-file joins tables by names", "import", "t.csv", "-o", "n.h5", "--model-column", "", "--domains-from-file", "t.csv")

    def test_a_long_table_taken_for_a_wide_one(self):
        self.write_long("l.csv", ("acc",))
        said = self.imported("l.csv")
        self.assertIn('warning: is this a table with one score a line, of the benchmark in column task ("A")? Then import it with --long model,task,score\n', said)
        self.assertEqual(json.loads(self.imported("l.csv", "--json"))["perhaps_long_table_with_benchmarks_in"], "task")
        self.write("t.csv")
        self.assertNotIn("--long", self.imported("t.csv"))

    def test_every_key_of_the_json_is_in_the_user_guide(self):
        names = {row[0] for row in self.rows} | {row[1] for row in self.rows} | set(BENCHMARKS)

        def keys(value):
            if isinstance(value, list):
                return set().union(*map(keys, value)) if value else set()
            return set(value) | keys(list(value.values())) if isinstance(value, dict) else set()

        self.write("t.csv", [[*row[:2], row[2] / 100, "n/a" if i % 7 == 0 else row[3], *row[4:]] for i, row in enumerate(self.rows)])
        found = keys(json.loads(self.imported("t.csv", "--json"))) - names - {"n/a"}
        self.assertGreater(len(found), 30)
        with open(os.path.join(os.path.dirname(__file__), "..", "..", "docs", "user_guide.md"), encoding="utf-8") as file:
            guide = file.read()
        self.assertEqual([key for key in sorted(found) if f"`{key}`" not in guide and f"`{key}[]`" not in guide], [])

    def test_another_unit_in_one_base_model_is_named(self):
        self.write("t.csv", [[*row[:2], row[2], row[3] / (100 if row[1] == "g/two" else 1), *row[4:]] for row in self.rows])
        said = self.imported("t.csv")
        self.assertRegex(said, r"warning: scores of B are from 0\.\d+ to 0\.\d+ for g/two and from [\d.]+ to [\d.]+ for the others")
        self.assertEqual(json.loads(self.imported("t.csv", "--json"))["benchmarks"][1]["perhaps_other_unit_in"], ["g/two"])
        warned = self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 20, "--estimator", "published", "--factors", 2, "-q").stderr
        self.assertIn("for g/two and from", warned)
        self.assertIn("for g/two and from", self.succeed("show", "r.h5").stdout.replace("\n             ", " "))

    def test_points_times_ten_in_one_base_model_are_named(self):
        self.write("t.csv", [[*row[:2], row[2], row[3] * (10 if row[1] == "g/two" else 1), *row[4:]] for row in self.rows])
        said = self.imported("t.csv")
        self.assertRegex(said, r"warning: scores of B are from [\d.]+ to [\d.]+ for g/two and from [\d.]+ to [\d.]+ for the others "
                               r"\(nine of ten of them\): if they are in another unit there, write them alike \(no score in per cent is so large\)")
        self.assertEqual(json.loads(self.imported("t.csv", "--json"))["benchmarks"][1]["perhaps_other_unit_in"], ["g/two"])

    def test_zeros_that_stand_apart_are_no_floor(self):
        self.write("t.csv", [[*row[:6], 0.0 if i < 12 else max(row[6], 30.0 + i / 100)] for i, row in enumerate(self.rows)])
        said = self.imported("t.csv")
        self.assertRegex(said, r"warning: 0 stands apart from all other scores, in E 12 times \(otherwise [34]\d[.\d]* to [\d.]+\): if it means a missing score or a run that failed, import with --na E=0; "
                               r"if it is the lowest score possible, with --floor E=0; until then no floor is stored\n")
        self.assertNotIn("has a floor", said)
        column = json.loads(self.imported("t.csv", "--json"))["benchmarks"][4]
        self.assertEqual(column["perhaps_missing"], [{"value": 0.0, "count": 12, "or_end_of_scale": True}])
        self.assertIsNone(column["floor"])
        # What is said is not asked again.
        said = self.imported("t.csv", "--floor", "E=0")
        self.assertNotIn("stands apart", said)
        self.assertIn("E has a floor at 0: 12 of 120 scores (10.0 %)\n", said)
        self.assertNotIn("stands apart", self.imported("t.csv", "--na", "E=0"))
        # Real zeros of another benchmark stay.
        self.write("t.csv", [[*row[:2], max(0.0, row[2] - 50), *row[3:6], 0.0 if i < 12 else max(row[6], 30.0)] for i, row in enumerate(self.rows)])
        self.imported("t.csv", "--na", "E=0")
        scores = self.scores()
        self.assertEqual((numpy.isnan(scores[:, 4]).sum(), numpy.isnan(scores[:, 0]).sum()), (12, 0))
        self.fail_with(2, "--na F=0: t.csv has no such benchmark", "import", "t.csv", "-o", "n.h5", "--na", "F=0")

    def test_a_base_model_called_na(self):
        self.write("t.csv", [[row[0], "NA" if row[1] == "g one" else row[1], *row[2:]] for row in self.rows])
        self.assertIn('what stands for no base model: "NA" 60; if one is called so, give it another name', self.imported("t.csv"))

    def test_base_models_of_other_models(self):
        self.write("t.csv")
        with open(self.path("d.csv"), "w", encoding="utf-8") as file:
            file.write("model,base_model\nOther,x\n")
        self.fail_with(3, "d.csv names none of the 120 models (the first model is g one m0, the first in that file Other)", "import", "t.csv", "-o", "n.h5", "--domains-from-file", "d.csv")
        self.assertFalse(os.path.exists(self.path("n.h5")))
        with open(self.path("d.csv"), "a", encoding="utf-8") as file:
            file.write("g one m0,x\n")
        self.assertIn("d.csv names 1 model not in the table (the first is Other)", self.imported("t.csv", "--domains-from-file", "d.csv"))

    def test_json_on_standard_input(self):
        rows = [{"model": row[0], "base_model": row[1], **dict(zip(BENCHMARKS, row[2:]))} for row in self.rows]
        harness = {"model_name": "m", "results": {name: {"acc,none": 0.5} for name in BENCHMARKS}}
        for name, text in (("lines", "".join(json.dumps(row) + "\n" for row in rows)), ("array", json.dumps(rows, indent=1)), ("table", None)):
            with self.subTest(name):
                if text is None:
                    self.write("t.csv")
                    with open(self.path("t.csv"), encoding="utf-8") as file:
                        text = file.read()
                done = subprocess.run([PROGRAM, "import", "-", "-o", "s.h5", "--overwrite"], input=text.encode(), cwd=self.folder, env=environment(), capture_output=True, check=False)
                self.assertEqual(done.returncode, 0, done.stderr)
                numpy.testing.assert_array_equal(self.scores(), self.wanted())
        done = subprocess.run([PROGRAM, "import", "-", "-o", "s.h5", "--overwrite"], input=json.dumps(harness, indent=1).encode(), cwd=self.folder, env=environment(), capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"files of lm-evaluation-harness: 1", done.stdout)
        # What does not go together is refused as for files.
        for text, words, said in (("model,base_model,A,B\na,x,1,2\n", ("--metric", "acc"), b"--metric chooses among results in JSON"), (json.dumps(harness, indent=1), ("--long", "a,b,c"), b"--long does not fit standard input")):
            done = subprocess.run([PROGRAM, "import", "-", "-o", "n.h5", *words], input=text.encode(), cwd=self.folder, env=environment(), capture_output=True, check=False)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn(said, done.stderr)

    def test_names_as_lists_show_them(self):
        self.write("t.csv", header=("model", "base_model", "A, 25", *BENCHMARKS[1:]))
        for name in ('"A, 25"', "A, 25"):
            self.assertIn('"A, 25" has a floor at 20', self.imported("t.csv", "--floor", f"{name}=20"))

    def test_rows_in_json(self):
        rows = [{"model": row[0], "base_model": row[1], "scores": dict(zip(BENCHMARKS, row[2:])), "tags": ["x"], "note": 'a "b", c'} for row in self.rows]
        rows[0]["scores"] = {**rows[0]["scores"], "C": None}
        rows[1]["scores"] = {**rows[1]["scores"], "D": float("nan")}
        wanted = self.wanted()
        wanted[0, 2] = wanted[1, 3] = float("nan")
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        with gzip.open(self.path("r.jsonl.gz"), "wt", encoding="utf-8") as file:
            file.write(lines)
        with open(self.path("r.jsonl"), "w", encoding="utf-8") as file:
            file.write(lines)
        with open(self.path("r.json"), "w", encoding="utf-8") as file:
            json.dump(rows, file)
        for name in ("r.jsonl", "r.jsonl.gz", "r.json"):
            with self.subTest(name):
                said = self.imported(name)
                self.assertIn("120 models, 5 benchmarks (scores.A, scores.B, scores.C, scores.D, scores.E), 2 base models", said)
                numpy.testing.assert_array_equal(self.scores(), wanted)
                self.assertEqual(self.groups(), [row[1] for row in self.rows])
        with open(self.path("b.jsonl"), "w", encoding="utf-8") as file:
            file.write(lines + "[1, 2]\n")
        self.fail_with(3, "b.jsonl line 121 is no object in braces", "import", "b.jsonl", "-o", "n.h5")
        with open(self.path("b.jsonl"), "w", encoding="utf-8") as file:
            file.write(lines + '{"model": \n')
        self.fail_with(3, "b.jsonl line 121 is not valid JSON", "import", "b.jsonl", "-o", "n.h5")
        self.assertFalse(os.path.exists(self.path("n.h5")))

    def test_a_folder_of_results(self):
        for i, row in enumerate(self.rows):
            folder = self.path(f"results/model{i}")
            os.makedirs(folder)
            results = {name: {"alias": name, "acc,none": score / 100, "acc_stderr,none": 0.01} for name, score in zip(BENCHMARKS, row[2:])}
            with open(os.path.join(folder, "results_2026-01-01T00-00-00.json"), "w", encoding="utf-8") as file:
                json.dump({"model_name": row[0], "date": 1.5, "results": results}, file)
        said = self.imported("results", "--domain-pattern", "^(.*) m[0-9]+$")
        self.assertIn("files of lm-evaluation-harness: 120", said)
        self.assertIn("scores from 0 to 1 are stored in per cent: 5 benchmarks", said)
        with h5py.File(self.path("s.h5")) as file:
            places = {name.decode(): i for i, name in enumerate(file["model"][:])}
        numpy.testing.assert_allclose(self.scores()[[places[row[0]] for row in self.rows]], self.wanted(), rtol=1e-12)
        self.fail_with(2, "--long does not fit", "import", "results", "-o", "n.h5", "--long", "a,b,c")
        with open(self.path("results/broken.json"), "w", encoding="utf-8") as file:
            file.write('{"results": ')
        self.fail_with(3, "broken.json is not valid JSON", "import", "results", "-o", "n.h5")
        self.assertFalse(os.path.exists(self.path("n.h5")))

    def test_patterns_of_base_models(self):
        self.write("t.csv", self.rows + [[f"s{i}", "small", *self.rows[i][2:]] for i in range(12)])
        self.imported("t.csv")
        common = ("search", "s.h5", "-o", "r.h5", "--overwrite", "-q", "--estimator", "published", "--factors", 2, "--restarts", 2)
        self.succeed(*common, "--domains", "g*", "--min-models", 20)
        self.assertEqual([d["name"] for d in self.shown("r.h5")["settings"][0]["domains"]], ["g one", "g/two"])
        self.succeed(*common, "--domains", "small,g?o*", "--min-models", 20)
        self.assertEqual([d["name"] for d in self.shown("r.h5")["settings"][0]["domains"]], ["small", "g one"])
        self.fail_with(2, "fits s* (1 smaller ones do)", *common, "--domains", "s*,g one", "--min-models", 20)
        self.fail_with(2, "fits x*", *common, "--domains", "x*", "--min-models", 20)


    def test_the_example_from_outside_language_models(self):
        example = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "examples", "patients.py")
        with open(self.path("p.csv"), "w", encoding="utf-8") as file:
            subprocess.run([sys.executable, example], stdout=file, timeout=60, check=True)
        words = ("p.csv", "--model-column", "patient", "--domain-column", "site")
        said = self.imported(*words)
        with open(self.path("p.csv"), encoding="utf-8", newline="") as file:
            header, *cells = csv.reader(file, delimiter=";")
        times = {name: sum(row[j] == "-9" for row in cells) for j, name in enumerate(header)}
        for name in header[2:]:
            self.assertIn(f"in {name} {times[name]} times (otherwise", said)
        self.assertIn("benchmarks are not on one scale", said)
        said = self.imported(*words, "--na", "-9")
        self.assertNotIn("-9 stands apart", said)
        self.assertIn(f"tapping per s is missing: Evora {len(cells) // 5} of {len(cells) // 5}", said)
        self.assertRegex(said, rf"symptoms has a floor at 0: \d+ of {len(cells) - times['symptoms']}")
        self.assertIn("no model of Evora has every score", said)
        # Speed acts on memory, says the example; reaction time and words recalled are each one's own test.
        self.succeed("search", "s.h5", "-o", "r.h5", "--factors", 2, "-q")
        self.assertIn("Direction    reaction ms → words recalled", self.succeed("show", "r.h5", "--brief").stdout)


class RuleTest(ProgramTest):
    """The rule of the Open LLM Leaderboard is the one of jobs/base_model.py."""

    def test_names_made_of_what_the_rule_knows(self):
        sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "jobs"))
        sys.dont_write_bytecode = True
        from base_model import base_model

        draw = random.Random(3)
        parts = ["llama", "Llama-3", "llama_3.1", "llama3.2", "llama-2", "mistral", "Mixtral", "gemma-2", "gemma", "qwen2.5", "Qwen-2", "qwen2.",
                 "qwen", "yi-1.5", "yi_1", "phi-3", "phi-3.5", "phi-2", "phi1.5", "falcon", "mpt", "deepseek", "bloom", "-7b", "8B", "-8x7b",
                 "2x7b", "-1.5b", "_", "-", ".", "x", "72b", "instruct", "v0.1", "/", "14B"]
        architectures = ["", "LlamaForCausalLM", "MistralForCausalLM", "Gemma2ForCausalLM", "Qwen2ForCausalLM", "Other"]
        sizes = ["", "-1", "8.03", "7.242", "6.738", "14.77", "7.616", "0.494", "1.544", "46.7", "3.8", "13.96", "9.24", "12.9", "70.554"]
        rows = []
        for i in range(3000):
            name = f"o{i}/" + "".join(draw.choices(parts, k=draw.randint(1, 5)))
            rows.append([name, "".join(draw.choices(parts, k=draw.randint(0, 3))), draw.choice(architectures), draw.choice(sizes), i % 97 + 0.5, i % 89 + 0.25])
        with open(self.path("t.csv"), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(["model", "Base Model", "Architecture", "#Params (B)", "A", "B"])
            table.writerows(rows)
        self.succeed("import", "t.csv", "-o", "s.h5", "--domain-rule", "open-llm")
        with h5py.File(self.path("s.h5")) as file:
            ours = [name.decode() for name in file["base_model"][:]]
        theirs = [base_model(row[0], row[1], row[2], float(row[3] or -1)) for row in rows]
        self.assertEqual(ours, theirs)
        self.assertGreater(len(set(theirs)), 60)


if __name__ == "__main__":
    from unittest_main import main

    main()
