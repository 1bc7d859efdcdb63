#!/usr/bin/env python3
"""The download of LiveBench against a local server of made-up tables, damaged and refused ones among them."""

import csv
import io
import os
import shlex
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "..", "..", "jobs"), os.path.join(here, "..", "support")]
sys.dont_write_bytecode = True

import fetch_livebench as fetch  # noqa: E402
import unittest_main  # noqa: E402
from fetch_case import FetchCase, QuietHandler  # noqa: E402

TASKS = ["math", "typos", "summarize", "connections", "spatial", "puzzle"]


def made_up_table(end="\n"):
    rows = [["model", *TASKS]] + [[f"maker{i}-1.5", *(f"{i + j}.25" for j in range(6))] for i in range(20)]
    rows[3][2] = "N/A"
    rows[5][6] = ""
    return "\n".join(",".join(row) for row in rows) + end


class Site(QuietHandler):
    """Serves server.table; the n-th request meets server.faults[n], where there is one: a status with headers, or a body."""

    def do_GET(self):
        self.server.requests.append(self.path)
        fault = self.server.faults.get(len(self.server.requests) - 1)
        status, headers, body = 200, {}, self.server.table
        if isinstance(fault, tuple):
            (status, headers), body = fault, "made up"
        elif fault is not None:
            body = fault
        self.answer(status, body.encode(), headers)


class LiveBenchTest(FetchCase):
    handler, script = Site, fetch

    def setUp(self):
        super().setUp()
        self.server.table = made_up_table()

    def assert_complete(self):
        with open(self.output, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        wanted = list(csv.reader(io.StringIO(made_up_table())))
        wanted[3][2] = ""
        self.assertEqual(rows, wanted)
        self.assertEqual(os.listdir(self.folder.name), ["scores.csv"])

    def test_writes_the_table_and_prints_the_command_for_it(self):
        self.assertEqual(self.run_fetch("--release", "2026-01-08"), 0)
        self.assertEqual(self.server.requests, ["/table_2026_01_08.csv"])
        self.assert_complete()
        self.assertIn("20 models, 6 tasks, 2 scores are missing", self.messages.getvalue())
        self.assertEqual(shlex.split(self.printed.getvalue()),
                         ["exahca", "import", self.output, "-o", self.output[:-4] + ".h5", "--domain-pattern", "^[a-z]+"])
        self.assertEqual(self.run_fetch(), 2)

    def test_survives_every_passing_fault(self):
        for fault in ((500, {}), (429, {"Retry-After": "17"}), made_up_table(end="")[:-3]):
            with self.subTest(fault=fault):
                self.server.requests.clear()
                self.server.faults = {0: fault}
                self.assertEqual(self.run_fetch("--overwrite"), 0, self.messages.getvalue())
                self.assertEqual(len(self.server.requests), 2)
                self.assert_complete()
        self.assertEqual(self.waits, [2.0, 17.0, 2.0])

    def test_gives_up_with_status_75(self):
        self.server.faults = {attempt: (503, {}) for attempt in range(4)}
        self.assertEqual(self.run_fetch(), 75)
        self.assertFalse(os.path.exists(self.output))

    def test_what_makes_no_sense_is_refused(self):
        faults = [(404, {}), "<html>\n", made_up_table().replace("5.25", "x"), made_up_table() + "short,1\n"]
        for fault in faults:
            with self.subTest(fault=fault):
                self.server.requests.clear()
                self.server.faults = {0: fault}
                self.assertEqual(self.run_fetch(), 3)
                self.assertFalse(os.path.exists(self.output))


if __name__ == "__main__":
    unittest_main.main()
