"""Tables as they leave pages, papers, surveys and spreadsheets: what is left out, read otherwise, or asked about."""

import csv
import json
import random
import subprocess

from table_program import BENCHMARKS, TableTest

from hdf5_modules import h5py, numpy


class OddTablesTest(TableTest):
    def models(self):
        with h5py.File(self.path("s.h5")) as file:
            return [name.decode() for name in file["model"][:]]

    def told(self, *words):
        return json.loads(self.imported(*words, "--json"))

    def write_json(self, name, content):
        with open(self.path(name), "w", encoding="utf-8") as file:
            json.dump(content, file)

    def test_what_typesetting_adds_is_left_out(self):
        dresses = {
            "HTML": (lambda x: f"<b>{x}</b>", lambda x: f'<span style="color: red">{x}</span>&nbsp;', lambda x: f"{x}<br>±0.5"),
            "LaTeX": (lambda x: f"\\textbf{{{x}}}", lambda x: f"${x}$", lambda x: f"${x}_{{\\pm 0.5}}$", lambda x: f"\\textcolor{{red}}{{{x}}}",
                      lambda x: f"\\cellcolor{{gray!20}}{x}"),
            "pictures or arrows": (lambda x: f"{x} \U0001f947", lambda x: f"\U0001f7e2 {x}", lambda x: f"{x}\u2191", lambda x: f"{x} \u2b06\ufe0f"),
        }
        for said, all_of_one in dresses.items():
            for dress in all_of_one:
                # All cells, or the best ones alone.
                for some in (lambda i: True, lambda i: i % 9 == 0):
                    if "0.5" in dress(1) and not some(1):
                        continue  # a spread beside few numbers is a mistake
                    rows = [[*row[:6], dress(row[6]) if some(i) else row[6]] for i, row in enumerate(self.rows)]
                    self.write("t.csv", rows)
                    self.assertIn(f'numbers in E are written with {said} (left out): "{rows[0][6]}" is read as {self.rows[0][6]:.10g}\n', self.imported("t.csv"))
                    numpy.testing.assert_array_equal(self.scores(), self.wanted())
        self.assertEqual(self.told("t.csv")["benchmarks"][4]["written_with"], "pictures or arrows (left out)")
        # In a long table, too.
        self.write("l.csv", [[row[0], row[1], name, f"<i>{row[2 + j]}</i>"] for row in self.rows for j, name in enumerate(BENCHMARKS)],
                   header=("model", "base_model", "benchmark", "score"))
        self.assertIn("numbers in score are written with HTML (left out)", self.imported("l.csv", "--long", "model,benchmark,score"))
        numpy.testing.assert_array_equal(self.scores(), self.wanted())

    def test_numbers_in_a_dress_that_is_not_read_are_named(self):
        for dress in (lambda x: f"<b>{x} ms</b>", lambda x: f"USD {x}", lambda x: f"acc: {x}", lambda x: f"\u25bc {x}", lambda x: f"{x}<sup>2</sup>",
                      lambda x: f"\\frac{{{x}}}{{2}}"):
            self.write("t.csv", [[*row[:6], dress(row[6])] for row in self.rows])
            self.assertIn("warning: E is not used: 120 of its 120 cells cannot be read as numbers, such as ", self.imported("t.csv"))

    def test_names_that_are_links_are_their_text(self):
        def html(name):
            return f'<a target="_blank" href="https://example.org/{name}" style="color: red">{name}</a>'
        for link in (html, lambda name: f"[{name}](https://example.org/x)", lambda name: f"<b>{name}</b>", lambda name: f"**[{name}](#x)**", lambda name: f"`{name}`"):
            self.write("t.csv", [[link(row[0]), link(row[1]), *row[2:]] for row in self.rows])
            said = self.imported("t.csv")
            self.assertIn("of names that are links or typeset the text is taken: 240 (", said)
            self.assertIn(" is read as g one m0)\n", said)
            self.assertEqual(self.models(), [row[0] for row in self.rows])
            self.assertEqual(self.groups(), [row[1] for row in self.rows])
            # Joined with a table that has no links.
            self.write("t.csv", [[link(row[0]), *row[2:]] for row in self.rows], header=("model", *BENCHMARKS))
            self.write("d.csv", [row[:2] for row in self.rows], header=("model", "base_model"))
            self.imported("t.csv", "--domains-from-file", "d.csv")
            self.assertEqual(self.groups(), [row[1] for row in self.rows])
            self.write("l.csv", [[link(row[0]), link(row[1]), link(name), row[2 + j]] for row in self.rows for j, name in enumerate(BENCHMARKS)],
                       header=("model", "base_model", "benchmark", "score"))
            self.assertIn("5 benchmarks (A, B, C, D, E), 2 base models", self.imported("l.csv", "--long", "model,benchmark,score"))
            self.assertEqual(self.models(), [row[0] for row in self.rows])
        # So are names of columns.
        self.write("t.csv", header=("**model**", "[base_model](#x)", "**A**", "<b>B</b>", "`C`", "D<br>(5-shot)", "**E** \u2191"))
        said = self.imported("t.csv")
        self.assertIn("5 benchmarks (A, B, C, D (5-shot), E \u2191), 2 base models", said)
        self.assertIn("of names of columns that are links or typeset the text is taken\n", said)
        # As they stand in the file they may be given, too.
        self.imported("t.csv", "--model-column", "**model**", "--domain-column", "[base_model](#x)", "--scores", "**A**,<b>B</b>", "--keep", "`C`")
        self.imported("t.csv", "--exclude", "**A**")
        numpy.testing.assert_array_equal(self.scores(), self.wanted()[:, 1:])
        # What only looks so stays.
        names = ["<unk>", "[a](b) c", "[x]", "a <b> c", "<b>", "x</b>"]
        self.write("t.csv", [[names[i] if i < len(names) else row[0], *row[1:]] for i, row in enumerate(self.rows)])
        self.assertNotIn("are links", self.imported("t.csv"))
        self.assertEqual(self.models()[:len(names)], names)

    def test_rows_of_units_and_second_headers_are_left_out(self):
        tops = {
            "units": [["", "", "%", "", "kg", "mg/L", "10^9/L"]],
            "named units": [["unit", "", "%", "%", "%", "%", "%"]],
            "a second header": [["Name", "Family", "reading", "writing", "counting", "drawing", "singing"]],
            "what surveys write": [["Response ID", "Country", *(f"Do you like {name}?" for name in BENCHMARKS)],
                                   ['{"ImportId":"id"}', '{"ImportId":"c"}', *(f'{{"ImportId":"Q{name}"}}' for name in BENCHMARKS)]],
        }
        for what, rows in tops.items():
            with self.subTest(what):
                self.write("t.csv", [*rows, *self.rows])
                said = self.imported("t.csv")
                self.assertIn("read from t.csv: 120 rows\n", said)
                for i in range(len(rows)):
                    self.assertRegex(said, rf'line {i + 2} has text where other rows have numbers \(.*"\): taken for units or a second header, and left out\n')
                numpy.testing.assert_array_equal(self.scores(), self.wanted())
                self.assertEqual(len([note for note in self.told("t.csv")["notes"] if "second header" in note]), len(rows))

    def test_headers_in_two_lines_are_refused_with_one(self):
        self.write("t.csv", [["", "", "Reading", "Maths", "Reading", "Maths", ""], *self.rows], header=("model", "base_model", "spring", "", "autumn", "", "E"))
        said = self.fail_with(3, "t.csv line 2 goes on with the header (some columns have a name there alone, as where cells are merged): put one line in the place of both, such as ",
                              "import", "t.csv", "-o", "n.h5").stderr
        header = said.split("such as ")[1].strip()
        self.assertEqual(header, "model,base_model,spring Reading,spring Maths,autumn Reading,autumn Maths,E")
        self.write("t.csv", header=header.split(","))
        self.imported("t.csv")
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        self.write("t.csv", [["", "", "Reading", "Maths", "Reading", "Maths", ""], *self.rows], header=("model", "base_model", "spring", "", "autumn", "", "E"), delimiter=";")
        self.fail_with(3, "such as " + header.replace(",", ";"), "import", "t.csv", "-o", "n.h5")

    def test_rows_of_models_without_numbers_are_no_header(self):
        # Words for what happened come again, or are all the same.
        for cells, others in ((["DNF", "DNS", "NM", "DNF", "DNS"], ["DNF", "DNS", "NM", "DNS", "DNF"]), (["pending"] * 5, None)):
            rows = [[*self.rows[0][:2], *cells], *self.rows[1:]]
            if others:
                rows[7] = [*rows[7][:2], *others]
            self.write("t.csv", rows)
            self.fail_with(3, f'line 2, column A: "{cells[0]}" is not a number', "import", "t.csv", "-o", "n.h5")
        # Limits of what can be measured, and parts of the row.
        self.write("t.csv", [[*self.rows[0][:2], "<0.5", "", "", "", ""], *self.rows[1:]])
        self.fail_with(3, 'line 2, column A: "<0.5" is not a number', "import", "t.csv", "-o", "n.h5")
        # Rows may have no names.
        self.write("t.csv", [["", "", *["lost"] * 5], *self.rows])
        self.fail_with(3, 'line 2, column A: "lost" is not a number', "import", "t.csv", "-o", "n.h5", "--model-column", "")
        # Of a few rows nothing can be told.
        self.write("t.csv", [["", "", *("%" * 5)], *self.rows[:5]])
        self.fail_with(3, "line 2, column model: the model has no name", "import", "t.csv", "-o", "n.h5")

    def test_labelled_steps_are_read_by_their_numbers(self):
        labels = {1: "Disagree", 2: "Rather disagree", 3: "Neither", 4: "Agree", 5: "Strongly agree"}
        rows = [[*row[:2], *(1 + (int(cell) + i * j) % 5 for j, cell in enumerate(row[2:]))] for i, row in enumerate(self.rows)]
        wanted = numpy.array([row[2:] for row in rows], dtype=float)
        ends = (1, 5)
        for dress in (lambda x: f"{x} - {labels[x]}", lambda x: f"{x}: {labels[x]}", lambda x: f"{labels[x]} ({x})", lambda x: f"{x} – {labels[x]}",
                      lambda x: f"{x} - {labels[x]}" if x in ends else x):
            self.write("t.csv", rows, dress=dress)
            self.assertRegex(self.imported("t.csv"), r'numbers in A, B, C, D, E are written with labels beside them \(left out\): ".*" is read as \d\n')
            numpy.testing.assert_array_equal(self.scores(), wanted)
        # In another language the labels of several columns are the same; those of one may be categories.
        german = dict(zip(labels, ("lehne ab", "lehne eher ab", "weder noch", "stimme zu", "stimme voll zu")))
        self.write("t.csv", rows, dress=lambda x: f"{x} - {german[x]}")
        self.imported("t.csv")
        numpy.testing.assert_array_equal(self.scores(), wanted)
        self.write("t.csv", [[*row[:6], f"{i % 3} - {('north', 'south', 'west')[i % 3]}"] for i, row in enumerate(self.rows)])
        self.assertIn('warning: E is not used: 120 of its 120 cells cannot be read as numbers, such as "0 - north"', self.imported("t.csv"))
        # What has no number, or says that it is no answer, ends the import, for it may be missing.
        self.write("t.csv", [*rows[:-1], [*rows[-1][:2], "8 - Don't know", *rows[-1][3:]]], dress=lambda x: x if isinstance(x, str) else f"{x} - {labels[x]}")
        self.fail_with(3, "\"8 - Don't know\" is not a number", "import", "t.csv", "-o", "n.h5")
        self.imported("t.csv", "--na", "8 - Don't know")
        self.write("t.csv", [[*rows[0][:2], "Don't know", *rows[0][3:]], *rows[1:]], dress=lambda x: x if isinstance(x, str) else f"{x} - {labels[x]}")
        self.fail_with(3, "\"Don't know\" is not a number", "import", "t.csv", "-o", "n.h5")
        self.imported("t.csv", "--na", "Don't know")
        # Numbers that mean several things are no steps.
        self.write("t.csv", [[*row[:6], f"{i % 5} - {'abcdefg'[i % 7]}"] for i, row in enumerate(self.rows)])
        self.assertIn('warning: E is not used: 120 of its 120 cells cannot be read as numbers, such as "0 - a"', self.imported("t.csv"))

    def test_words_that_may_be_steps_are_named(self):
        columns = {"q": ("Agree", "Strongly agree", "Neither", "Disagree"), "how often": ("never", "sometimes", "often", "always"), "grade": ("A", "B+", "B", "C"),
                   "stars": ("★", "★★", "★★★"), "section": ("A", "B", "C"), "lab": ("meta", "google", "mistral")}
        self.write("t.csv", [[*row, *(texts[i % len(texts)] for texts in columns.values())] for i, row in enumerate(self.rows)],
                   header=("model", "base_model", *BENCHMARKS, *columns))
        said = self.imported("t.csv")
        self.assertIn('columns not used, of words that may be steps of a scale: q ("Agree"), how often ("never"), grade ("A") and stars ("★"); '
                      "to use one, write each step as a number, 1 for the lowest\n", said)
        self.assertIn('columns not used, for they hold text: section ("A") and lab ("meta")\n', said)
        # Statistics offices write ".." and ":" for what is missing.
        self.write("u.csv", [[*row[:6], ".." if i % 9 == 0 else ":" if i % 9 == 1 else row[6]] for i, row in enumerate(self.rows)])
        self.assertIn('what stands for a missing score: ".." 14 and ":" 14\n', self.imported("u.csv"))
        told = {column["name"]: column["reason"] for column in self.told("t.csv")["columns_not_used"]}
        self.assertEqual((told["q"], told["lab"]), ("words that may be steps of a scale", "text"))

    def test_two_dresses_in_one_column_are_named(self):
        self.write("t.csv", [[*row[:6], f"{row[6]}%" if i % 2 else round(row[6] / 100, 4)] for i, row in enumerate(self.rows)])
        said = self.imported("t.csv")
        self.assertIn(f'warning: E is not used, for its 120 cells are written in two ways: per cent signs on 60 ("{self.rows[1][6]}%"), none on 60 ("{round(self.rows[0][6] / 100, 4)}")\n'
                      "    if it is a benchmark, write all of them alike, on one scale, and import again; if not, --exclude E says so\n", said)
        self.assertIn("per cent signs on 60", self.told("t.csv")["columns_not_used"][0]["mixture"])
        self.write("t.csv", [[*row[:6], str(row[6]).replace(".", ",") if i % 2 else row[6]] for i, row in enumerate(self.rows)])
        self.assertRegex(self.imported("t.csv"), r'written in two ways: decimal commas in \d+ \("[\d,]+"\), points in \d+ \("[\d.]+"\)\n')
        # Whichever is rarer, nothing is read as if on one scale.
        for few in (lambda i: i % 10 == 0, lambda i: i % 10 != 0):
            self.write("t.csv", [[*row[:6], f"{row[6]}%" if few(i) else round(row[6] / 100, 4)] for i, row in enumerate(self.rows)])
            self.fail_with(3, "is not a number", "import", "t.csv", "-o", "n.h5")

    def test_tables_in_json_objects(self):
        by_name = {row[0]: {"base_model": row[1], "scores": dict(zip(BENCHMARKS, row[2:]))} for row in self.rows}
        records = [{"model": row[0], "base_model": row[1], "scores": dict(zip(BENCHMARKS, row[2:]))} for row in self.rows]
        columns = {"model": {str(i): row[0] for i, row in enumerate(self.rows)}, "base_model": {str(i): row[1] for i, row in enumerate(self.rows)},
                   **{name: {str(i): row[2 + j] for i, row in enumerate(self.rows)} for j, name in enumerate(BENCHMARKS)}}
        key = "is a row, and its key the model's name"
        for content, note in ((by_name, f"each member {key}"), ({"version": 2, "models": by_name}, f"each member of models {key}"),
                              ({"date": "2026", "data": records}, "its rows are those of member data"), (columns, "its members are columns, with numbered rows"),
                              ({str(i): row for i, row in enumerate(records)}, "each member is a row")):
            self.write_json("t.json", content)
            self.assertIn(note + "\n", self.imported("t.json"))
            self.assertEqual(self.models(), [row[0] for row in self.rows])
            self.assertEqual(self.groups(), [row[1] for row in self.rows])
            numpy.testing.assert_array_equal(self.scores(), self.wanted())
        # Objects of lines, whatever the file is called.
        with open(self.path("t.json"), "w", encoding="utf-8") as file:
            file.writelines(json.dumps(record) + "\n" for record in records)
        self.imported("t.json")
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        for content in ({"a": 1}, {"a": [1, 2]}, {"a": records, "b": records}):
            self.write_json("n.json", content)
            self.fail_with(3, 'rows by name, {"a": {"IFEval": 45.1}, ...}', "import", "n.json", "-o", "n.h5")

    def write_transposed(self, name, header=("dataset", "metric"), rows=(), **options):
        with open(self.path(name), "w", encoding="utf-8", newline="") as file:
            table = csv.writer(file, **options)
            table.writerow([*header, *(row[0] for row in self.rows)])
            for row in rows:
                table.writerow(row)
            for j, benchmark in enumerate(BENCHMARKS):
                table.writerow([benchmark, "acc", *(row[2 + j] for row in self.rows)])

    def test_a_table_on_its_side_is_put_upright(self):
        self.write_transposed("t.csv", rows=[["base_model", "", *(row[1] for row in self.rows)]])
        self.fail_with(3, "or, where each row is a benchmark and each column a model, import with --transposed dataset", "import", "t.csv", "-o", "n.h5")
        said = self.imported("t.csv", "--transposed", "dataset")
        self.assertIn("120 models, 5 benchmarks (A, B, C, D, E), 2 base models", said)
        self.assertIn("columns that hold no scores and are no models: metric\n", said)
        self.assertEqual(self.models(), [row[0] for row in self.rows])
        self.assertEqual(self.groups(), [row[1] for row in self.rows])
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        # Decimal commas, and base models from elsewhere.
        self.write("d.csv", [row[:2] for row in self.rows], header=("model", "base_model"))
        self.write_transposed("t.csv", delimiter=";")
        self.imported("t.csv", "--transposed", "dataset", "--domains-from-file", "d.csv")
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        # The warning names the same way.
        self.assertIn("there are more benchmarks (120) than models (5): if each column is a model, import with --transposed dataset\n", self.imported("t.csv", "--model-column", "dataset"))
        self.assertEqual(self.told("t.csv", "--model-column", "dataset")["perhaps_import_with"], "--transposed dataset")
        self.write("u.csv")
        self.assertIsNone(self.told("u.csv")["perhaps_import_with"])

    def test_the_remedy_for_a_table_in_latex(self):
        with open(self.path("t.tex"), "w", encoding="utf-8") as file:
            file.write("\\toprule\nmodel & base_model & " + " & ".join(BENCHMARKS) + " \\\\ \\hline\n\\midrule\n")
            file.writelines(" & ".join([*row[:2], *(f"\\textbf{{{cell}}}" if i % 7 == 0 else str(cell) for cell in row[2:])]) + " \\\\\n" for i, row in enumerate(self.rows))
        said = self.fail_with(3, "table in LaTeX", "import", "t.tex", "-o", "n.h5").stderr
        command = said.split("keep its rows alone (")[1].split(")")[0].replace("FILE", "t.tex").replace("NEW", "t.csv")
        subprocess.run(["bash", "-c", command], cwd=self.folder, check=True)
        self.imported("t.csv", "--delimiter", "&")
        numpy.testing.assert_array_equal(self.scores(), self.wanted())

    def test_benchmarks_of_one_name_on_the_side(self):
        twice = [["A", "f1", *(row[2] + 1 for row in self.rows)]]
        self.write_transposed("t.csv", rows=twice)
        self.fail_with(3, "t.csv line 3: benchmark A is in line 2, too: where another column tells them apart, name both, as in --transposed dataset+metric",
                       "import", "t.csv", "-o", "n.h5", "--transposed", "dataset")
        self.assertIn("6 benchmarks (A f1, A acc, B acc,", self.imported("t.csv", "--transposed", "dataset+metric"))
        self.fail_with(3, 'no column "task"', "import", "t.csv", "-o", "n.h5", "--transposed", "task")
        self.fail_with(2, "--transposed puts a table", "import", "t.csv", "-o", "n.h5", "--transposed", "dataset", "--long", "a,b,c")
        self.fail_with(2, "--transposed takes models' names from the header", "import", "t.csv", "-o", "n.h5", "--transposed", "dataset", "--model-column", "")
        with open(self.path("w.csv"), "w", encoding="utf-8") as file:
            file.write("dataset,a,b\nA,x,y\nB,x,y\n")
        self.fail_with(3, "no column of w.csv holds numbers", "import", "w.csv", "-o", "n.h5", "--transposed", "dataset")

    def test_rows_that_sum_up_others_make_no_twins_and_go_by_name(self):
        draw = random.Random(8)
        # Two columns that have nothing to do with each other but in the row of sums.
        rows = [[*row[:2], draw.uniform(10, 90), draw.uniform(20, 30), *row[4:]] for row in self.rows]
        total = ["TOTAL", "", *(sum(row[j] for row in rows) for j in range(2, 7))]
        self.write("t.csv", [*rows, total])
        said = self.imported("t.csv")
        self.assertIn("warning: is this a model? TOTAL is called like a sum, a mean or another fact of the columns: it counts as one unless left out with --exclude-models TOTAL\n", said)
        self.assertNotIn("says almost the same as", said)
        self.assertNotIn("not on one scale", said)
        said = self.imported("t.csv", "--exclude-models", "TOTAL")
        self.assertIn("left out by --exclude-models: 1 row (TOTAL)\n", said)
        self.assertNotIn("is this a model?", said)
        self.assertEqual(self.models(), [row[0] for row in rows])
        self.assertEqual(self.told("t.csv", "--exclude-models", "TOTAL")["rows"]["excluded"], 1)
        self.imported("t.csv", "--exclude-models", "TOT*", "--exclude-models", "g one m1,g one m2")
        self.assertEqual(len(self.models()), 118)
        self.fail_with(3, 't.csv has no model "Total": give --exclude-models names', "import", "t.csv", "-o", "n.h5", "--exclude-models", "Total")
        self.write("l.csv", [[row[0], row[1], name, row[2 + j]] for row in [*rows, total] for j, name in enumerate(BENCHMARKS)], header=("model", "base_model", "benchmark", "score"))
        self.imported("l.csv", "--long", "model,benchmark,score", "--exclude-models", "TOTAL")
        self.assertEqual(self.models(), [row[0] for row in rows])

    def test_two_numbers_in_a_cell_are_two_columns(self):
        rows = [[*row[:6], f"{row[6]} ± 1.0 / {row[5]} ± 0.9"] for row in self.rows]
        self.write("t.csv", rows)
        said = self.imported("t.csv")
        self.assertIn("  its cells hold two numbers each: make two columns of them, and import again; if it is not a benchmark, --exclude E says so\n", said)
        self.write("t.csv", [[*row[:6], "10/07/2024"] for row in self.rows])
        self.assertNotIn("two numbers each", self.imported("t.csv"))

    def test_a_title_above_a_header_in_capitals(self):
        with open(self.path("t.csv"), "w", encoding="utf-8") as file:
            file.write("Results of the third quarter,,,\n,,,\nModel,base_model,A,B\nm1,x,1.5,2\n")
        self.fail_with(3, "take out what stands above line 3, which seems to be the header (tail -n +3 FILE > NEW)", "import", "t.csv", "-o", "n.h5")

    def test_names_that_say_two_things(self):
        draw = random.Random(12)
        # An air's share of carbon dioxide and what the World Bank calls by its codes are measures.
        rows = [[*row, sum(row[2:]) * draw.uniform(1.9, 2.1), round(sum(row[2:]) / 5 + draw.uniform(-9, 9), 1)] for row in self.rows]
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, "co2_ppm", "Literacy [SE.ADT.LITR.ZS]"))
        self.assertNotIn("by its name", self.imported("t.csv"))

    def test_a_first_column_without_a_name_names_the_models(self):
        rows = [[row[0], *row[2:], row[1]] for row in self.rows]
        self.write("t.csv", rows, header=("", *BENCHMARKS, "base_model"))
        self.fail_with(3, "('' is the first one, which has no name)", "import", "t.csv", "-o", "n.h5")
        said = self.imported("t.csv", "--model-column", "")
        self.assertIn("models are named by the first column, which has no name\n", said)
        self.assertEqual(self.models(), [row[0] for row in rows])

    def test_several_links_of_a_model_are_the_first_ones_text(self):
        rows = [[f'<a target="_blank" href="https://x.org/{row[0]}">{row[0]}</a>  <a target="_blank" href="https://x.org/d">\U0001f4d1</a>', *row[1:]] for row in self.rows]
        self.write("t.csv", rows)
        self.imported("t.csv")
        self.assertEqual(self.models(), [row[0] for row in self.rows])

    def test_words_of_steps_are_named_where_nothing_else_is_left(self):
        words = ["Strongly agree", "Somewhat agree", "Neutral", "Somewhat disagree", "Prefer not to say", "I am happy"]
        rows = [[row[0], row[1], words[i % 6], words[i // 6 % 5], "2024-03-01 10:00"] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows, header=("model", "base_model", "Q1", "Q2", "date"))
        self.fail_with(3, "words that may be steps of a scale are in Q1 and Q2): write each step as a number", "import", "t.csv", "-o", "n.h5")

    def test_columns_that_are_no_scores_are_asked_about_by_name(self):
        draw = random.Random(11)
        named = {"W_FSTUWT": (lambda: draw.uniform(5, 60), "a weight"), "lat": (lambda: draw.uniform(40, 50), "a place"), "lon": (lambda: draw.uniform(5, 15), "a place"),
                 "Age": (lambda: draw.randint(18, 80), "an age"), "seed": (lambda: draw.randint(1, 99), "a seed of random numbers"),
                 "year": (lambda: draw.randint(2019, 2024), "a date"), "n": (lambda: draw.randint(100, 400), "a number of cases"),
                 "number_of_shots": (lambda: draw.randint(0, 5), "a setting of training or testing"), "standard_error": (lambda: draw.uniform(1, 2), "an uncertainty of another column"),
                 "avg_length": (lambda: draw.randint(900, 2400), "a length"), "n_draws": (lambda: draw.randint(300, 900), "a number of cases"),
                 "Rating Footnote": (lambda: draw.choice((1, 5, 19)), "a number of a note"), "Duration (in seconds)": (lambda: draw.randint(90, 900), "a time or another cost")}
        numbers = iter(draw.sample(range(1000, 99999), len(self.rows)))
        rows = [[*row, *(make() for make, _ in named.values()), next(numbers), 500 + i] for i, row in enumerate(self.rows)]
        self.write("t.csv", rows, header=("model", "base_model", *BENCHMARKS, *named, "Roll No", "line"))
        said = self.imported("t.csv")
        for name, (_, meaning) in named.items():
            self.assertIn(f"is this a benchmark? {name} is {meaning}, judging by its name\n", said)
        self.assertIn("is this a benchmark? Roll No is a number that names the row, judging by its name\n", said)
        self.assertIn("is this a benchmark? line numbers the rows of the table: each is one more than the one before\n", said)
        self.assertIn("--exclude 'W_FSTUWT,lat,lon,Age,seed,year,n,number_of_shots,standard_error,avg_length,n_draws,Rating Footnote,Duration (in seconds),Roll No,line'\n", said)
        # Numbers outweigh names: a benchmark goes with the others.
        for name in ("Age", "weight", "Rank-1 accuracy", "year", "seed", "Duration"):
            self.write("t.csv", header=("model", "base_model", "A", "B", name, "D", "E"))
            self.assertNotIn("is this a benchmark?", self.imported("t.csv"))
        # And a rank is one in spite of what its name says beside.
        order = sorted(range(120), key=lambda i: -sum(self.rows[i][2:]))
        places = {row: place + 1 for place, row in enumerate(order)}
        self.write("t.csv", [[*row[:5], places[i] * 1000, row[6]] for i, row in enumerate(self.rows)], header=("model", "base_model", "A", "B", "C", "Rank 1 of 2", "E"))
        self.assertIn("is this a benchmark? Rank 1 of 2 is a rank, judging by its name\n", self.imported("t.csv"))

    def test_a_constant_column_has_one_message(self):
        self.write("t.csv", [[*row, 0] for row in self.rows], header=("model", "base_model", *BENCHMARKS, "zero"))
        said = self.imported("t.csv")
        self.assertIn("warning: zero is constant within every base model\n", said)
        self.assertNotIn("not on one scale", said)
        self.assertNotIn("scale", self.told("t.csv")["benchmarks"][5])

    def test_codes_of_missing_scores_are_no_other_scale(self):
        self.write("t.csv", [[*row[:6], -999 if i % 9 == 0 else row[6]] for i, row in enumerate(self.rows)])
        said = self.imported("t.csv")
        self.assertIn("-999 stands apart", said)
        self.assertNotIn("not on one scale", said)
        self.assertEqual(self.told("t.csv")["benchmarks"][4]["scale"], "percent")

    def test_the_columns_of_a_long_table_are_named(self):
        for score in ("score", "value", "mean"):
            self.write("l.csv", [[row[0], 3, name, row[2 + j], 0.5] for row in self.rows for j, name in enumerate(BENCHMARKS)],
                       header=("who", "fold", "scenario", score, "stderr"))
            said = self.imported("l.csv", "--model-column", "who")
            self.assertIn(f'of the benchmark in column scenario ("A")? Then import it with --long who,scenario,{score}\n', said)
            self.assertEqual(self.told("l.csv", "--model-column", "who")["perhaps_import_with"], f"--long who,scenario,{score}")
            self.imported("l.csv", "--long", f"who,scenario,{score}")
            numpy.testing.assert_array_equal(self.scores(), self.wanted())

    def test_columns_that_a_long_table_needs_are_proposed_at_once(self):
        rows = [[row[0], row[1], name, split, metric, row[2 + j] + 7 * (split == "test") - 9 * (metric == "f1"), 0.5]
                for row in self.rows for j, name in enumerate(BENCHMARKS) for split in ("valid", "test") for metric in ("acc", "f1")]
        self.write("l.csv", rows, header=("model", "base_model", "scenario", "split", "metric_name", "score", "stderr"))
        said = self.imported("l.csv")
        proposed = "--long model,scenario+split+metric_name,score"
        self.assertIn(f'of the benchmark in column scenario ("A")? Then import it with {proposed}\n'
                      "    without columns split and metric_name (valid acc, valid f1, test acc) a model would have several scores on a benchmark, of which the mean would be taken; "
                      "leave out what is not a score with --exclude '* NAME'\n", said)
        self.assertEqual(self.told("l.csv")["perhaps_import_with"], proposed)
        said = self.imported("l.csv", *proposed.split(), "--exclude", "* test *", "--exclude", "* f1")
        self.assertNotIn("had one already", said)
        numpy.testing.assert_array_equal(self.scores(), self.wanted())
        # Over repetitions the mean is meant.
        self.write("r.csv", [[*row[:3], seed, row[5] + seed, 0.5] for row in rows[::4] for seed in (-1, 0, 1)], header=("model", "base_model", "scenario", "seed", "score", "stderr"))
        said = self.imported("r.csv")
        self.assertIn("Then import it with --long model,scenario,score\n"
                      "    of scores that column seed (-1, 0, 1) tells apart the mean is taken then; for a benchmark of each, --long model,scenario+seed,score\n", said)
        self.imported("r.csv", "--long", "model,scenario,score")
        numpy.testing.assert_allclose(self.scores(), self.wanted(), rtol=1e-12)
        self.write("r.csv", [[*row[:5], seed, row[5] + seed, 0.5] for row in rows for seed in (-1, 0, 1)], header=("model", "base_model", "scenario", "split", "metric", "run", "score", "stderr"))
        said = self.imported("r.csv")
        self.assertIn("Then import it with --long model,scenario+split+metric,score\n", said)
        self.assertIn("of which the mean would be taken, as it is over column run; leave out what is not a score", said)
        # Where nothing tells them apart, or a model has two base models, the shorter one stays.
        for change in (lambda row: [*row[:3], "valid", *row[4:]], lambda row: [row[0], row[3], *row[2:]]):
            self.write("l.csv", [change(row) for row in rows], header=("model", "base_model", "scenario", "split", "metric_name", "score", "stderr"))
            self.assertIn("import it with --long model,scenario,score\n", self.imported("l.csv"))

    def test_numbers_below_no_name_are_no_small_matter(self):
        # Decimal commas that are separators, too, and a header that was filled up.
        with open(self.path("t.csv"), "w", encoding="utf-8") as file:
            file.write("model,base_model,A,B,,\n")
            file.writelines(f"{row[0]},{row[1]},{row[2]:.1f},{row[3]:.1f}\n".replace(".", ",") for row in self.rows)
        self.assertIn("warning: #5 and #6 hold numbers and have no name: give them some in the header, if these are scores; where numbers have decimal commas, "
                      "which cut them in two here, write the table with other separators\n", self.imported("t.csv"))
        with open(self.path("t.csv"), "w", encoding="utf-8") as file:
            file.write("model,base_model,A,B\n")
            file.writelines(f"{row[0]},{row[1]},{row[2]:.1f},{row[3]:.1f}\n".replace(".", ",") for row in self.rows)
        self.fail_with(3, "numbers with decimal commas need other separators, or quotation marks", "import", "t.csv", "-o", "n.h5")
        # What numbers the rows, or is text, is no score.
        self.write("t.csv", [[i, *row[:7], "x"] for i, row in enumerate(self.rows)], header=("", "model", "base_model", *BENCHMARKS, ""))
        self.assertNotIn("hold", self.imported("t.csv").replace("threshold", ""))

    def test_limits_in_a_long_table_have_their_remedy(self):
        self.write("l.csv", [[row[0], row[1], name, "<0.5" if i == 3 and j == 2 else row[2 + j]] for i, row in enumerate(self.rows) for j, name in enumerate(BENCHMARKS)],
                   header=("model", "base_model", "benchmark", "score"))
        self.fail_with(3, "write the limit of what can be measured in its place and import with --floor C=0.5", "import", "l.csv", "-o", "n.h5", "--long", "model,benchmark,score")

    def test_single_numbers_below_0_may_be_scores(self):
        def said(cells):
            self.write("t.csv", [[*row[:6], cell] for row, cell in zip(self.rows, cells)])
            return self.imported("t.csv")
        degrees = [(7 * i) % 31 for i in range(120)]
        self.assertNotIn("stands apart", said([-1, *degrees[1:]]))
        self.assertNotIn("stand apart", said([-1, -2, *degrees[2:]]))
        self.assertNotIn("stands apart", said([-3, *(4 * degree + 1 for degree in degrees[1:])]))
        # Far away, several times, or where the scale ends at 0 or is per cent, they are no scores.
        self.assertIn("-9 stands apart", said([-9, *degrees[1:]]))
        self.assertIn("-1 stands apart", said([-1, -1, *degrees[2:]]))
        self.assertIn("-1 stands apart", said([-1, *(max(0, d - 12) for d in degrees[1:])]))
        self.assertIn("-1 stands apart", said([-1, 100, *(3 * d for d in degrees[2:])]))
        self.assertIn("-1 stands apart", said([-1, *(d + 0.5 for d in degrees[1:])]))


if __name__ == "__main__":
    from unittest_main import main

    main()
