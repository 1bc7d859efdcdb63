#!/usr/bin/env python3
"""The include checker finds each kind of breach in a tree made for it, and none in a tree without."""

import os
import sys
import tempfile
import unittest

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [here, os.path.join(here, "..", "support")]

import unittest_main  # noqa: E402
from check_includes import check  # noqa: E402


class CheckIncludesTest(unittest.TestCase):
    def breaches(self, **files):
        with tempfile.TemporaryDirectory() as root:
            for path, text in {"include/exahca/core/id.hpp": "#pragma once\n", **files.get("files", {})}.items():
                os.makedirs(os.path.dirname(os.path.join(root, path)), exist_ok=True)
                with open(os.path.join(root, path), "w", encoding="utf-8") as file:
                    file.write(text)
            return check(root)[1]

    def test_a_clean_tree(self):
        self.assertEqual(self.breaches(files={
            "include/exahca/search/best.hpp": '#pragma once\n#include "exahca/core/id.hpp"\n#include <vector>\n',
            "src/search/best.cpp": '#include "exahca/search/best.hpp"\n#include "pairs.hpp"\n',
            "src/search/pairs.hpp": "#pragma once\n",
            "src/parallel/mpi_world.cpp": "#include <mpi.h>\n",
            "src/io/file.cpp": "#include <hdf5.h>\n#include <csv.h>\n",
            "src/app/run.cpp": '#include <boost/program_options.hpp>\n#include "exahca/core/id.hpp"\n',
            "src/main.cpp": '#include "exahca/core/id.hpp"\n'}), [])

    def test_each_breach_is_found_with_its_place(self):
        header = {"include/exahca/io/file.hpp": "#pragma once\n", "src/model/fit.hpp": "#pragma once\n"}
        for path, line, words in [
                ("src/core/a.cpp", '#include "exahca/io/file.hpp"', "core may not include io"),
                ("src/parallel/a.cpp", '#include "exahca/io/file.hpp"', "parallel may not include io"),
                ("src/parallel/world.cpp", "#include <mpi.h>", "<mpi.h> is only for"),
                ("src/app/a.cpp", "#  include <hdf5.h>", "<hdf5.h> is only for"),
                ("src/io/a.cpp", "#include <boost/program_options/option.hpp>", "is only for src/app"),
                ("src/io/a.cpp", '#include "exahca/core/gone.hpp"', "does not exist"),
                ("src/search/a.cpp", '#include "model/fit.hpp"', "is private to model"),
                ("src/search/a.cpp", '#include "Eigen/Core"', "go in <>"),
                ("src/search/a.hpp", '#include <vector>', "without #pragma once")]:
            with self.subTest(path=path, line=line):
                found = self.breaches(files={**header, path: "\n" + line + "\n"})
                self.assertEqual(len(found), 1, found)
                self.assertTrue(found[0].startswith(path + ":"), found)
                self.assertIn(words, found[0])


if __name__ == "__main__":
    unittest_main.main()
