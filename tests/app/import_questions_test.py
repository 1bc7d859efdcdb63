"""What `exahca import` asks about columns and rows, and that it names no score, average or code that is none."""

import csv
import json
import random
import subprocess

from table_program import BENCHMARKS, TableTest


class ImportQuestionsTest(TableTest):
    def long_rows(self):
        """One score a line, with a date, and a mark of passing, before it."""
        return [{"question_id": f"q{j}", "model": row[0], "date": 1683331200000 + 604800000 * j, "difficulty": ("easy", "hard")[j % 2],
                 "pass@1": row[2 + j]} for row in self.rows for j in range(len(BENCHMARKS))]

    def test_members_of_json_that_are_tables_are_named(self):
        content = {"performances": self.long_rows(), "models": [{"model_name": row[0], "link": "https://a.b"} for row in self.rows], "date_marks": [1, 2]}
        with open(self.path("p.json"), "w", encoding="utf-8") as file:
            json.dump(content, file)
        said = self.fail_with(3, "holds no results of a known kind", "import", "p.json", "-o", "n.h5").stderr
        self.assertIn("some of its members are rows, performances (600 rows) and models (120 rows): take out the one with the scores, jq .performances FILE > NEW, and import that", said)
        # Neither rows nor names of rows: nothing is proposed.
        with open(self.path("p.json"), "w", encoding="utf-8") as file:
            json.dump({"marks": [1, 2]}, file)
        self.assertNotIn("jq", self.fail_with(3, "write a table of the scores", "import", "p.json", "-o", "n.h5").stderr)

    def test_dates_are_no_scores_of_a_long_table(self):
        rows = self.long_rows()
        with open(self.path("p.json"), "w", encoding="utf-8") as file:
            json.dump(rows, file)
        with open(self.path("p.csv"), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file)
            table.writerow(rows[0])
            table.writerows(row.values() for row in rows)
        for name in ("p.json", "p.csv"):
            self.assertIn("Then import it with --long model,question_id,pass@1\n", self.imported(name))
        self.imported("p.csv", "--long", "model,question_id,pass@1")
        self.assertTrue((self.scores() == self.wanted()).all())

    def test_values_overrule_a_word_for_parameters(self):
        # A benchmark about parameters of calls: its scores are like those of its neighbours.
        self.write("t.csv", header=("model", "base_model", *BENCHMARKS[:4], "Multi Turn Miss Param"))
        self.assertNotIn("number of parameters", self.imported("t.csv"))
        sizes = [round(1.5 * 1.9 ** (i * 7 % 6) + i % 3 / 10, 1) for i in range(len(self.rows))]  # within 0 to 100, with decimals
        for name in ("params", "#Params (B)", "Number of parameters", "param (B)", "param_count", "Active Params (billions)"):
            self.write("t.csv", [[*row, size] for row, size in zip(self.rows, sizes)], header=("model", "base_model", *BENCHMARKS, name))
            self.assertIn(f"is this a benchmark? {name} is a number of parameters, judging by its name\n", self.imported("t.csv"))

    def test_what_is_asked_about_may_be_part_of_an_average(self):
        rows = [[*row[:6], round(row[6] / 10, 2)] for row in self.rows]  # the last one is called a latency
        header = ("model", "base_model", *BENCHMARKS[:4], "Latency Test", "Multi Turn Acc")
        rows = [[*row, round(sum(row[4:7]) / 3, 2)] for row in rows]
        self.write("t.csv", rows, header=header)
        self.assertIn("warning: Multi Turn Acc is the mean of C, D, Latency Test\n", self.imported("t.csv"))

    def test_too_few_complete_rows_for_averages_are_said(self):
        # 9 of the models have all scores, and it takes twice the number of benchmarks, one more for the second base model.
        rows = [[*row[:2], *("" if i >= 9 and i % 5 == j else score for j, score in enumerate(row[2:]))] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows)
        said = "averages and other combinations of benchmarks were looked for only where columns are called so: 9 of 120 models have every score, and to look among all columns takes 11\n"
        self.assertIn(said, self.imported("t.csv"))
        self.write("t.csv")
        self.assertNotIn("were looked for", self.imported("t.csv"))

    def test_numbers_of_groups_are_proposed_as_base_models(self):
        rows = [[row[0], (44, 73, 91, 1048)[i % 4], *row[2:]] for i, row in enumerate(self.rows)]
        for name in ("STATIONS_ID", "plantId", "station id"):
            self.write("t.csv", rows, header=("model", name, *BENCHMARKS))
            said = self.imported("t.csv")
            self.assertIn(f"if column {name} tells them, import again with --domain-column ", said)
            self.assertNotIn("names the row", said)
        for name, numbers in (("STATIONS_ID", range(120)), ("Covid", [i % 4 for i in range(120)])):  # each row its own; no number of anything
            self.write("t.csv", [[row[0], number, *row[2:]] for row, number in zip(self.rows, numbers)], header=("model", name, *BENCHMARKS))
            self.assertNotIn(f"if column {name} tells them", self.imported("t.csv"))

    def test_a_code_beside_one_value_shows_no_end_of_a_scale(self):
        # Elsewhere, too, the number stands apart, and is asked about.
        rows = [[*row[:2], -999 if i % 11 == 0 else row[2], *row[3:], -999 if i % 12 == 0 else 0] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "SHK_TAG"))
        said = self.imported("t.csv")
        self.assertIn("warning: -999 stands apart from all other scores, in A 11 times", said)
        self.assertNotIn("SHK_TAG has", said)
        self.assertIn("SHK_TAG has a ceiling at 55: ", self.ceiling_of(rows))

    def ceiling_of(self, rows):
        """What is said where a column has more values than a code and one other."""
        self.write("t.csv", [[*row[:-1], min(55, row[6]) if i % 12 else -999] for i, row in enumerate(rows)], header=("model", "base_model", *BENCHMARKS, "SHK_TAG"))
        return self.imported("t.csv")

    def test_rows_with_texts_for_missing_scores_are_no_headings(self):
        rows = [[f"school {i}", *(("s",) * 5 if i % 7 == 3 else row[2:])] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows, header=("model", *BENCHMARKS))
        said = self.imported("t.csv", "--na", "s")
        self.assertIn("dropped for having no score at all: 17 rows (school 3, ", said)
        self.assertNotIn("headings of groups", said)
        self.write("t.csv", [["" if cell == "s" else cell for cell in row] for row in rows], header=("model", *BENCHMARKS))
        self.assertIn("are headings of groups", self.imported("t.csv"))

    def test_numbers_of_people_are_asked_about(self):
        draw = random.Random(6)
        rows = [[*row, draw.randrange(200, 1300)] for row in self.rows]
        for name in ("Num of SAT Test Takers", "Number of students"):
            self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, name))
            self.assertIn(f"is this a benchmark? {name} is a number of cases, judging by its name\n", self.imported("t.csv"))
        for name, number in (("Number of tasks solved", rows[0][-1]), ("Number of dots, accuracy", None)):
            self.write("t.csv", [[*row[:7], row[7] if number else row[6] + 1.5] for row in rows], header=("model", "base_model", *BENCHMARKS, name))
            self.assertNotIn("a number of cases", self.imported("t.csv"))

    def test_identifiers_and_versions_are_no_scores(self):
        self.write("t.csv", [[f"{i % 32 + 1:02d}{'XKMQR'[i % 5]}{100 + i}", *row] for i, row in enumerate(self.rows)], header=("DBN", "model", "base_model", *BENCHMARKS))
        said = self.imported("t.csv")
        self.assertIn('columns not used, for they look like identifiers: DBN ("01X100")\n', said)
        self.assertIn("  if a part of it names a group of models, --domain-column DBN --domain-pattern REGEX takes it\n", said)
        self.assertNotIn("60.03", said)
        # What is proposed works.
        self.imported("t.csv", "--domain-column", "DBN", "--domain-pattern", "^..([A-Z])")
        self.assertEqual(set(self.groups()), set("XKMQR"))
        self.write("t.csv", [[*row, f"{12 + i % 3}.{i % 2}.1"] for i, row in enumerate(self.rows)], header=("model", "base", *BENCHMARKS, "dansk_version"))
        said = self.imported("t.csv")
        self.assertIn('columns not used, for they look like versions: dansk_version ("12.0.1")\n', said)
        self.assertIn("if column base tells them, import again with --domain-column base\n", said)
        self.assertNotIn("60.03", said)
        # A size of pictures is neither.
        self.write("t.csv", [[*row, "224X224"] for row in self.rows], header=("model", "base_model", *BENCHMARKS, "size"))
        self.assertNotIn("identifiers", self.imported("t.csv"))

    def test_one_cell_far_off_hides_no_average_and_is_named(self):
        draw = random.Random(7)
        rows = [[*row[:2], *(round(score / 200, 4) for score in row[2:])] for row in self.rows]
        rows = [[*row, round(sum(row[2:]) / 5 + draw.gauss(0, 0.001), 5)] for row in rows]
        rows[28][-1] = 30282.63
        header = ("model", "base_model", *BENCHMARKS, "Average perf. on 38 datasets")
        self.write("t.csv", rows, header=header)
        said = self.imported("t.csv")
        self.assertIn("is this a benchmark? Average perf. on 38 datasets is an average of others, judging by its name\n", said)
        most = max(row[-1] for i, row in enumerate(rows) if i != 28)
        self.assertIn(f"t.csv line 30, column Average perf. on 38 datasets: 30282.63 is more than 100 times as large as every other score of the column (at most {most}): ", said)
        # Two such cells are a scale; a hundred times as large is none yet.
        rows[29][-1] = 30001.5
        self.write("t.csv", rows, header=header)
        self.assertNotIn("more than 100 times", self.imported("t.csv"))
        rows[28][-1] = 99 * max(row[-1] for row in rows[:28])
        self.write("t.csv", rows[:29], header=header)
        self.assertNotIn("more than 100 times", self.imported("t.csv"))

    def test_numbers_in_parentheses(self):
        # Names in parentheses are not to change, nor is what is beside the scores.
        rows = [[f"({i})", f"base ({row[1]})", *row[2:5], f"({row[5]})" if i % 9 == 4 else row[5], row[6]] for i, row in enumerate(self.rows)]
        told = 'take parentheses off that only mark a number ("({})"; in accounts they mean below 0) '.format(self.rows[4][5])
        for way in ({}, {"delimiter": ";"}, {"delimiter": "\t"}, {"quoting": csv.QUOTE_ALL}, {"lineterminator": "\n"}):
            self.write("t.csv", rows, **way)
            said = self.fail_with(3, told + "with awk ", "import", "t.csv", "-o", "n.h5").stderr
            line = said.split(told + "with ")[1].split(" FILE > NEW")[0]
            with open(self.path("u.csv"), "w", encoding="utf-8") as file:
                subprocess.run(["sh", "-c", f"{line} {self.path('t.csv')}"], stdout=file, check=True)
            self.imported("u.csv")
            self.assertTrue((self.scores() == self.wanted()).all(), way)
            self.assertEqual(set(self.groups()), {"base (g one)", "base (g/two)"})
        self.write("t.csv", [[f"{row[0]}, fried", *row[1:]] for row in rows])
        self.fail_with(3, told + "from the numbers of D alone", "import", "t.csv", "-o", "n.h5")

    def test_names_that_most_rows_share_are_perhaps_groups(self):
        rows = [[f"ViT {i % 8}", *row[2:]] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows, header=("name", *BENCHMARKS))
        said = self.imported("t.csv", "--model-column", "name")
        self.assertIn("warning: most rows repeat a name: if column name names groups of models, import with --domain-column name, ", said)
        self.imported("t.csv", "--domain-column", "name", "--model-column", "")
        self.assertEqual(set(self.groups()), {f"ViT {i}" for i in range(8)})
        self.assertNotIn("most rows repeat", self.imported("t.csv", "--model-column", ""))

    def test_a_table_below_lines_about_it(self):
        for above, line in (('"Data Source","World Indicators",\n\n"Last Updated Date","2025-04-15",\n\n', 5), ("A title, of two parts\n", 2)):
            self.write("t.csv", header=("Country", "base_model", *BENCHMARKS))
            with open(self.path("t.csv"), encoding="utf-8") as file:
                table = file.read()
            with open(self.path("t.csv"), "w", encoding="utf-8") as file:
                file.write(above + table)
            said = self.fail_with(3, 'has no column "model"', "import", "t.csv", "-o", "n.h5").stderr
            self.assertIn(f"take out what stands above line {line}, which seems to be the header (tail -n +{line} FILE > NEW)", said)
            with open(self.path("u.csv"), "w", encoding="utf-8") as file:
                subprocess.run(["tail", "-n", f"+{line}", self.path("t.csv")], stdout=file, check=True)
            self.imported("u.csv", "--model-column", "Country")
            self.assertTrue((self.scores() == self.wanted()).all())
        # A table whose header is its first line has none further below.
        self.write("t.csv", header=("Country", "base_model", *BENCHMARKS))
        self.assertNotIn("tail", self.fail_with(3, 'has no column "model"', "import", "t.csv", "-o", "n.h5").stderr)


if __name__ == "__main__":
    from unittest_main import main

    main()
