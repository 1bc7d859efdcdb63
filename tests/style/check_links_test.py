#!/usr/bin/env python3
"""The check of libraries finds what is defined above, and nothing else."""

import os
import sys
import unittest

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "..", "support")]

import unittest_main  # noqa: E402
from check_links import breaches  # noqa: E402

BELOW = {"core": set(), "text": {"core"}, "page": {"core", "text"}}


class CheckLinksTest(unittest.TestCase):
    def test_what_is_defined_below_or_beside_is_no_breach(self):
        defined = {"core": {"a"}, "text": {"b"}, "page": {"c"}}
        self.assertEqual(breaches(defined, {"core": set(), "text": {"a"}, "page": {"a", "b"}}, BELOW), [])

    def test_what_is_defined_above_is_one(self):
        defined = {"core": {"a"}, "text": {"b"}, "page": {"c"}}
        self.assertEqual(breaches(defined, {"core": {"b"}, "text": {"c"}, "page": set()}, BELOW),
                         [("core", "b", ["text"]), ("text", "c", ["page"])])

    def test_a_template_that_several_hold_is_found_in_any(self):
        self.assertEqual(breaches({"core": {"a"}, "text": set(), "page": {"a"}}, {"text": {"a"}}, BELOW), [])

    def test_other_libraries_are_nobodys_business(self):
        self.assertEqual(breaches({"core": set(), "text": set(), "page": set()}, {"text": {"printf"}}, BELOW), [])


if __name__ == "__main__":
    unittest_main.main()
