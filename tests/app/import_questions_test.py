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


if __name__ == "__main__":
    from unittest_main import main

    main()
