"""The checker of catch clauses finds what it should."""

import os
import tempfile
import unittest

from check_catches import breaches


class CatchesTest(unittest.TestCase):
    def found(self, clause, name="src/model/x.cpp"):
        with tempfile.TemporaryDirectory() as root:
            path = os.path.join(root, name)
            os.makedirs(os.path.dirname(path))
            with open(path, "w", encoding="utf-8") as file:
                file.write("void f()\n{\n    try {\n        g();\n    } " + clause + "\n}\n")
            return list(breaches(root))

    def test_broad_clauses_that_swallow(self):
        for kind in ("...", "std::exception const& e", "std::logic_error const&", "std::out_of_range const&",
                     "CheckFailed const&", "const std::runtime_error &e"):
            self.assertEqual(len(self.found(f"catch ({kind}) {{ if (x) {{ y(); }} }}")), 1, kind)

    def test_clauses_that_pass_on_or_are_narrow(self):
        for clause in ("catch (...) { free(p); throw; }", "catch (...) { kept = std::current_exception(); }",
                       "catch (InvalidInput const&) { }", "catch (std::bad_alloc const&) { }"):
            self.assertEqual(self.found(clause), [], clause)

    def test_places_that_end_a_process(self):
        self.assertEqual(self.found("catch (std::exception const&) { }", "src/app/run_main.cpp"), [])


if __name__ == "__main__":
    unittest.main()
