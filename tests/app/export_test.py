"""exahca graph and exahca export: other programs read what show --json says."""

import csv
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as ET

from program import ProgramTest
from report_test import HOSTILE_BENCHMARKS, HOSTILE_DOMAINS, write_scores


class TakeOnTest(ProgramTest):
    def setUp(self):
        super().setUp()
        write_scores(self.path("t.csv"), HOSTILE_BENCHMARKS, HOSTILE_DOMAINS, 3, 120)
        self.succeed("import", "t.csv", "-o", "s.h5")
        done = self.run_program("search", "s.h5", "-o", "r.h5", "--estimator", "published", "--factors", "2,3", "--min-models", 50, "--bootstrap", 20)
        self.assertIn(done.returncode, (0, 5), done.stderr)

    def rows(self, table):
        with open(self.path(f"tables/{table}.csv"), encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file))

    def test_tables_hold_the_numbers_of_the_summary(self):
        self.succeed("export", "r.h5", "-o", "tables", "--json")
        shown = self.shown("r.h5")
        with open(self.path("tables/summary.json"), encoding="utf-8") as file:
            self.assertEqual(json.load(file), shown)
        effects = {(r["setting"], r["domain"], r["cause"], r["effect"]): r for r in self.rows("effects")}
        loadings = {(r["setting"], r["benchmark"], r["factor"]): r for r in self.rows("loadings")}
        support = {r["setting"]: r for r in self.rows("settings")}
        pairs = 0
        for setting in shown["settings"]:
            name, factors = setting["name"], setting["factors"]
            self.assertEqual(float(support[name]["support"]), setting["support"]["share"])
            self.assertEqual(support[name]["settled"], str(setting["settled"]).lower())
            for domain in setting["domains"]:
                for cause in range(factors):
                    for effect in range(cause + 1, factors):
                        row = effects[name, domain["name"], str(cause + 1), str(effect + 1)]
                        self.assertEqual(float(row["weight"]), domain["coefficients"][effect][cause])
                        self.assertEqual(float(row["total"]), domain["total_effects"][effect][cause])
                        pairs += 1
            for benchmark, line in zip(shown["benchmarks"], setting["loadings"]):
                for factor, value in enumerate(line, 1):
                    self.assertEqual(float(loadings[name, benchmark, str(factor)]["loading"]), value)
        self.assertEqual(pairs, len(effects))
        self.assertEqual(pairs, len(HOSTILE_DOMAINS) * (1 + 3))

    def test_tables_are_rectangular_and_join_by_setting(self):
        self.succeed("export", "r.h5", "-o", "tables")
        names = {setting["name"] for setting in self.shown("r.h5")["settings"]}
        for file_name in os.listdir(self.path("tables")):
            with open(self.path("tables/" + file_name), encoding="utf-8", newline="") as file:
                head, *rows = csv.reader(file)
            self.assertEqual(head[0], "setting")
            self.assertTrue(rows, file_name)
            self.assertEqual({len(row) for row in rows}, {len(head)}, file_name)
            self.assertLessEqual({row[0] for row in rows}, names)
        self.fail_with(2, "exists", "export", "r.h5", "-o", "tables")
        self.succeed("export", "r.h5", "-o", "tables", "--overwrite")
        self.fail_with(4, "cannot be made", "export", "r.h5", "-o", "t.csv/tables")

    def tables(self):
        """Name, lines, columns and settings of each table, as Python's csv reads them."""
        self.succeed("export", "r.h5", "-o", "tables", "--overwrite")
        for name in sorted(os.listdir(self.path("tables"))):
            with open(self.path("tables/" + name), encoding="utf-8", newline="") as file:
                head, *rows = csv.reader(file)
            yield name, len(rows), len(head), {row[0] for row in rows}

    def test_pandas_reads_every_table(self):
        python = "/usr/bin/python3"
        if subprocess.run([python, "-c", "import pandas"], capture_output=True, check=False).returncode != 0:
            self.skipTest("Python has no module pandas")
        script = ("import json, pandas, sys\n"
                  "for path in sys.argv[1:]:\n"
                  "    table = pandas.read_csv(path)\n"
                  "    numbers = sorted(c for c in table if pandas.api.types.is_numeric_dtype(table[c]))\n"
                  "    print(json.dumps([len(table), len(table.columns), sorted(set(table['setting'])), numbers]))\n")
        tables = list(self.tables())
        paths = [self.path("tables/" + name) for name, *_ in tables]
        done = subprocess.run([python, "-c", script, *paths], capture_output=True, text=True, timeout=120, check=True)
        for (name, rows, columns, settings), line in zip(tables, done.stdout.splitlines(), strict=True):
            read_rows, read_columns, read_settings, numbers = json.loads(line)
            self.assertEqual((read_rows, read_columns, set(read_settings)), (rows, columns, settings), name)
            if name == "effects.csv":
                self.assertLessEqual({"weight", "total", "cause", "effect"}, set(numbers))

    def test_r_reads_every_table(self):
        if shutil.which("Rscript") is None:
            self.skipTest("R is not installed")
        script = ('for (path in commandArgs(TRUE)) { table <- read.csv(path, encoding = "UTF-8"); '
                  'cat(nrow(table), ncol(table), length(unique(table$setting)), sum(sapply(table, is.numeric)), "\\n") }')
        tables = list(self.tables())
        paths = [self.path("tables/" + name) for name, *_ in tables]
        done = subprocess.run(["Rscript", "-e", script, *paths], capture_output=True, text=True, timeout=120, check=True)
        for (name, rows, columns, settings), line in zip(tables, done.stdout.splitlines(), strict=True):
            read = [int(word) for word in line.split()]
            self.assertEqual(read[:3], [rows, columns, len(settings)], name)
            if name == "loadings.csv":
                self.assertGreaterEqual(read[3], 2)

    def test_graphviz_draws_the_graph(self):
        self.succeed("graph", "r.h5", "-o", "g.dot")
        with open(self.path("g.dot"), encoding="utf-8") as file:
            self.assertEqual(file.read(), self.succeed("graph", "r.h5").stdout)
        self.fail_with(2, "both input and output", "graph", "r.h5", "-o", "r.h5", "--overwrite")
        if shutil.which("dot") is None:
            self.skipTest("Graphviz is not installed: the graph was not drawn")
        done = subprocess.run(["dot", "-Tsvg", self.path("g.dot")], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        root = ET.fromstring(done.stdout)
        kinds = [group.get("class") for group in root.iter("{http://www.w3.org/2000/svg}g")]
        self.assertEqual(kinds.count("edge"), len(HOSTILE_DOMAINS) * (1 + 3))
        self.assertEqual(kinds.count("node"), len(HOSTILE_DOMAINS) * (2 + 3))
        text = " ".join(root.itertext())
        for name in HOSTILE_DOMAINS + HOSTILE_BENCHMARKS[4:5]:
            if name in text or name in HOSTILE_DOMAINS:
                self.assertIn(name, text)


if __name__ == "__main__":
    from unittest_main import main

    main()
