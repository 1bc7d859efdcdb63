"""What `exahca import` says about columns: averages, forms of one benchmark, ends of scales, and options without effect."""

import csv
import gzip
import random
import re
import subprocess

from table_program import BENCHMARKS, TableTest

from hdf5_modules import h5py


class ImportHintsTest(TableTest):
    def test_names_that_begin_as_averages_do_are_averages(self):
        draw = random.Random(3)
        for name in ("Mean (Task)", "Mean_Task", "Average (5 datasets)", "Avg. (5)", "Overall (all)", "Mean of all"):
            # Close to the mean, and no combination; beside sizes in other units.
            rows = [[*row, 1000 + 37 * i % 911, round(sum(row[2:]) / 5 + draw.gauss(0, 0.6), 2)] for i, row in enumerate(self.rows)]
            self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "Memory Usage (MB)", name))
            said = self.imported("t.csv")
            self.assertIn(f"is this a benchmark? {name} is an average of others, judging by its name\n", said)
            self.assertIn("is this a benchmark? Memory Usage (MB) is a size, judging by its name\n", said)
        # What is measured as a mean, or does not go with the others, is none.
        for name, number in (("Average Precision", lambda row: sum(row[2:]) / 5 + draw.gauss(0, 2)), ("Mean (Task)", lambda row: draw.uniform(20, 80)),
                             ("Mean reciprocal distance", lambda row: sum(row[2:]) / 5 + draw.gauss(0, 2))):
            self.write("t.csv", [[*row, round(number(row), 2)] for row in self.rows], header=("model", "base_model", *BENCHMARKS, name))
            self.assertNotIn("is an average", self.imported("t.csv"))
        # Tests of memory are benchmarks.
        self.write("t.csv", header=("model", "base_model", "Working Memory", *BENCHMARKS[1:]))
        self.assertNotIn("is this a benchmark?", self.imported("t.csv"))

    def test_exact_means_are_found_beside_other_units_and_few_complete_rows(self):
        # Forty benchmarks, so that 50 complete models are too few for a regression.
        draw = random.Random(4)
        names = [f"task {j}" for j in range(40)]
        rows = []
        for i, row in enumerate(self.rows):
            scores = [round(50 + (row[2 + j % 5] - 50) / 2 + draw.gauss(0, 5), 2) for j in range(40)]
            mean = round(sum(scores) / 40, 2)
            if i >= 50:
                scores[i % 40], mean = "", ""
            rows.append([row[0], row[1], i * 7919 % 30011, 2 ** (i * 5 % 4 + 9), mean, *scores])
        self.write("t.csv", rows, header=("model", "base_model", "Memory Usage (MB)", "Max Tokens", "Mean (Task)", *names))
        said = self.imported("t.csv")
        self.assertIn(f"warning: Mean (Task) is the mean of {', '.join(names)}\n", said)
        self.assertIn("leave it out with --exclude 'Mean (Task)'\n", said)
        # By any name and rounded to whole numbers, where a large number has no part in it.
        names = [f"task {j}" for j in range(14)]
        rows = []
        for i, row in enumerate(self.rows):
            scores = [round(row[2 + j % 5] + draw.gauss(0, 5), 2) for j in range(14)]
            rows.append([*row[:2], *scores, round(sum(scores) / 14), 1000 + 37 * i % 911])
        self.write("t.csv", rows, header=("model", "base_model", *names, "F", "G"))
        self.assertIn(f"warning: F is the mean of {', '.join(names)}\n", self.imported("t.csv"))

    def test_of_raw_and_normalised_scores_the_raw_ones_go(self):
        # Scores below chance are 0 when normalised, so that the two agree less.
        def cut(score):
            return round(max(0, (score - 48) / 0.52), 2)
        for raw, normalised in (("A Raw", "A"), ("A (raw)", "A"), ("A", "A normalized"), ("acc", "acc_norm"), ("A unnormalised", "A")):
            for is_first in (True, False):
                names = (raw, normalised) if is_first else (normalised, raw)
                rows = [[*row[:2], *((row[2], cut(row[2])) if is_first else (cut(row[2]), row[2])), *row[3:]] for row in self.rows]
                self.write("t.csv", rows, header=("model", "base_model", *names, *BENCHMARKS[1:]))
                self.assertRegex(self.imported("t.csv"), rf"is this a benchmark\? {re.escape(raw)} (and|says almost the same as) {normalised} ")
        # Not cut off it is a linear function, and of that the raw one goes, too.
        self.write("t.csv", [[*row[:2], row[2] / 100, *row[2:]] for row in self.rows], header=("model", "base_model", "A Raw", *BENCHMARKS))
        said = self.imported("t.csv")
        self.assertIn("warning: A Raw is a linear function of A\n", said)
        self.assertIn("leave it out with --exclude 'A Raw'\n", said)
        # Names alone do not make twins of what does not go together.
        self.write("t.csv", [[*row[:3], 37 * i % 41 + 20, *row[3:]] for i, row in enumerate(self.rows)], header=("model", "base_model", "A", "A Raw", *BENCHMARKS[1:]))
        self.assertNotIn("A Raw and A", self.imported("t.csv"))

    def test_an_end_counts_the_scores_of_single_models_too(self):
        rows = [[row[0], row[1] if i >= 60 else row[0], *row[2:6], 0.0 if i % 20 == 0 else row[6] - min(one[6] for one in self.rows) + 0.1]
                for i, row in enumerate(self.rows)]
        self.write("t.csv", rows)
        self.assertIn("E has a floor at 0: 6 of 120 scores (5.0 %)\n", self.imported("t.csv"))

    def test_a_column_of_base_models_beside_a_pattern_is_named(self):
        self.write("t.csv", header=("model", "Base Model", *BENCHMARKS))
        note = "base models are parts of the models' names, by --domain-pattern, and column Base Model is not used: --domain-column 'Base Model' takes them from there"
        self.assertIn(note, self.imported("t.csv", "--domain-pattern", "^g.(one|two)"))
        self.assertEqual(set(self.groups()), {"one", "two"})
        self.assertNotIn("is not used: --domain", self.imported("t.csv", "--domain-column", "Base Model", "--domain-pattern", "(one|two)"))
        self.write("l.csv", [[row[0], row[1], name, row[2 + j]] for row in self.rows for j, name in enumerate(BENCHMARKS)], header=("model", "Base Model", "benchmark", "score"))
        self.assertIn(note, self.imported("l.csv", "--long", "model,benchmark,score", "--domain-pattern", "(one|two)"))

    def test_options_for_what_is_left_out_have_no_effect(self):
        self.write("t.csv")
        said = self.imported("t.csv", "--exclude", "E", "--na", "E=0", "--floor", "E=0", "--ceiling", "E=100", "--items", "E=100", "--floor", "A=1")
        for option in ("--na E=0", "--floor E=0", "--ceiling E=100", "--items E=100"):
            self.assertIn(f"  {option} has no effect: E is left out by --exclude\n", said)
        self.assertNotIn("--floor A", said)
        self.assertIn("--floor E=0 has no effect: E is not named by --scores\n", self.imported("t.csv", "--scores", "A,B,C,D", "--floor", "E=0"))
        # What the rule for base models reads, or what is kept beside the scores, is as little a benchmark.
        self.write("t.csv", [[*row, 7] for row in self.rows], header=("model", "base_model", *BENCHMARKS, "#Params (B)"))
        for words, why in ((("--domain-rule", "open-llm"), "read by --domain-rule"), (("--domain-rule", "open-llm", "--exclude", "#Params*"), "read by --domain-rule"),
                           (("--keep", "#Params (B)"), "kept beside the scores by --keep")):
            said = self.imported("t.csv", *words, *(word for option, value in (("--na", "=0"), ("--floor", "=0"), ("--ceiling", "=9"), ("--items", "=99"))
                                                    for word in (option, "#Params (B)" + value)))
            for option in ("--na #Params (B)=0", "--floor #Params (B)=0", "--ceiling #Params (B)=9", "--items #Params (B)=99"):
                self.assertIn(f"  {option} has no effect: #Params (B) is {why}\n", said)
        self.write("t.csv")
        self.fail_with(2, '--floor names "F", which is no benchmark', "import", "t.csv", "-o", "n.h5", "--exclude", "E", "--floor", "F=0")
        self.fail_with(2, "--na F=0: t.csv has no such benchmark", "import", "t.csv", "-o", "n.h5", "--exclude", "E", "--na", "F=0")
        self.write("l.csv", [[row[0], row[1], name, row[2 + j]] for row in self.rows for j, name in enumerate(BENCHMARKS)], header=("model", "base_model", "benchmark", "score"))
        said = self.imported("l.csv", "--long", "model,benchmark,score", "--exclude", "E", "--na", "E=0", "--floor", "E=0")
        self.assertIn("--na E=0 has no effect: E is left out by --exclude\n", said)
        self.assertIn("--floor E=0 has no effect: E is left out by --exclude\n", said)

    def refused_for_letters(self, name, *words):
        """Imports a table with 12 numbers that end in PB and 12 that end in w; returns the line that is to help."""
        refused = self.fail_with(3, 'take letters off that only mark a number ("PB" behind 12, "w" behind 12; units have to be converted) ', "import", name, "-o", "n.h5", *words)
        return refused.stderr.split("units have to be converted) ")[1]

    def run_on(self, line, name):
        """Does what a message says, with a table in the place of FILE and u.csv in that of NEW."""
        command = line.split("with ", 1)[1].split(" > NEW")[0] + " > NEW"
        self.assertIn(" FILE > NEW", command)
        command = command.replace(" FILE > NEW", f" {self.path(name)} > {self.path('u.csv')}")
        subprocess.run(["sh", "-c", command], check=True)

    def test_letters_behind_numbers(self):
        def marked(i, score):
            return f"{score} PB" if i % 10 == 0 else f"{score}w" if i % 10 == 5 else score
        # Names that end like such numbers, which are not to change.
        names = [f"llama-{i} PB" if i % 3 == 0 else f"{i}w" for i in range(len(self.rows))]
        rows = [[names[i], f"base 7{'w' if row[1] == 'g one' else 'PB'}", *row[2:5], marked(i, row[5]), row[6]]
                for i, row in enumerate(self.rows)]
        wanted = self.wanted()
        for way in ({}, {"delimiter": ";"}, {"delimiter": "\t"}, {"delimiter": "|"}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\n"}):
            self.write("t.csv", rows, **way)
            self.run_on(self.refused_for_letters("t.csv"), "t.csv")
            self.imported("u.csv")
            self.assertTrue((self.scores() == wanted).all(), way)
            with h5py.File(self.path("s.h5")) as file:
                self.assertEqual([name.decode() for name in file["model"][:]], names)
            self.assertEqual(set(self.groups()), {"base 7w", "base 7PB"})
        # In two columns.
        self.write("t.csv", [[*row[:5], row[5] if i % 10 == 0 else self.rows[i][5], f"{row[6]}w" if i % 10 == 5 else row[6]] for i, row in enumerate(rows)])
        line = self.refused_for_letters("t.csv")
        self.assertIn("{ bare(6); bare(7) }", line)
        self.run_on(line, "t.csv")
        self.imported("u.csv")
        self.assertTrue((self.scores() == wanted).all())
        # Of a long table the scores are one column.
        self.write("l.csv", [[row[0], row[1], name, row[2 + j]] for row in rows for j, name in enumerate(BENCHMARKS)], header=("model", "base_model", "benchmark", "score"))
        line = self.refused_for_letters("l.csv", "--long", "model,benchmark,score")
        self.run_on(line, "l.csv")
        self.imported("u.csv", "--long", "model,benchmark,score")
        self.assertTrue((self.scores() == wanted).all())

    def test_letters_where_awk_parts_no_fields_as_import_does(self):
        rows = [[*row[:6], f"{row[6]} PB" if i % 10 == 0 else f"{row[6]}w" if i % 10 == 5 else row[6]] for i, row in enumerate(self.rows)]
        self.write("t.csv", [[f"{row[0]}, tuned", *row[1:]] for row in rows])
        self.assertTrue(self.refused_for_letters("t.csv").startswith("from the numbers of E alone"))
        self.write("t.csv", rows, lineterminator="\r")
        self.assertTrue(self.refused_for_letters("t.csv").startswith("from the numbers of E alone"))
        self.write("t.csv", rows)
        with open(self.path("t.csv"), "rb") as file, gzip.open(self.path("t.csv.gz"), "wb") as packed:
            packed.write(file.read())
        self.assertTrue(self.refused_for_letters("t.csv.gz").startswith("from the numbers of E alone"))

    def test_columns_of_what_is_no_number(self):
        def said(cell):
            self.write("t.csv", [[*row, cell(i)] for i, row in enumerate(self.rows)], header=("model", "base_model", *BENCHMARKS, "X"))
            return self.imported("t.csv")
        for cell in (lambda i: f"2024-0{i % 9 + 1}-1{i % 10}", lambda i: f"202{i % 4}/1{i % 3}", lambda i: f"{i % 28 + 1}.3.2024", lambda i: f"2024-05-01T1{i % 10}:00:00Z"):
            self.assertIn(f'columns not used, for they look like dates: X ("{cell(0)}")\n', said(cell))
        self.assertIn('columns not used, for they look like dates: X ("12/2023")\n', said(lambda i: f"{12 - i % 12}/202{3 + i % 2}"))
        for season in (lambda y: f"20{y}-{y + 1}", lambda y: f"20{y}/{y + 1}", lambda y: f"20{y}\u2013{y + 1}", lambda y: f"20{y}/20{y + 1}",
                       lambda y: f"20{y}-20{y + 1}", lambda y: f"{y}/{y + 1}"):
            self.assertIn(f'columns not used, for they look like seasons: X ("{season(20)}")\n', said(lambda i, season=season: season(20 + i % 5)))
        # What is no month and no season is a score, or two numbers.
        for whole in (20, 2000):
            self.assertIn('the whole behind a slash (read as a share, in per cent)', said(lambda i, whole=whole: f"{i % 17}/{whole}"))
        self.assertIn("two numbers", said(lambda i: f"2{i % 10}/1{i % 10}"))
        self.assertIn("columns not used, for they look like hashes: X (", said(lambda i: f"{i * 7919 % 97:02d}d0859982ec53{i:04x}"))
        self.assertIn('columns not used, for they look like addresses of the internet: X ("10.0.0.1")\n', said(lambda i: f"10.0.{i}.1"))
        times = said(lambda i: f"4:{i % 60:02d}.50")
        self.assertIn("  its cells are times: write them in one unit, such as 240.5 seconds for 4:00.50, and import again", times)
        self.assertNotIn("60.03", times)
        # Numbers among which dates are may be scores that a spreadsheet has changed.
        self.assertIn("warning: X is not used: 80 of its 120 cells cannot be read as numbers", said(lambda i: i + 0.5 if i % 3 == 0 else "2024-05-31"))

    def test_codes_of_missing_scores_with_pictures_and_in_german(self):
        codes = ("\u26a0\ufe0f NA", "\U0001f534 n/a", "k. A.", "k.A.", "keine Angabe", "k.\u00a0A.", "NA \u26a0\ufe0f")
        rows = [[*row[:2], codes[i] if i < len(codes) else row[2], *row[3:]] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows)
        said = self.imported("t.csv")
        for code in codes:
            self.assertIn(f'"{code}" 1', said)
        self.assertIn("models that miss scores: 7 of 120 (A 7)\n", said)


if __name__ == "__main__":
    from unittest_main import main

    main()
