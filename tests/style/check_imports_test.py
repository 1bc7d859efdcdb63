"""The checker of imports finds what it should."""

import os
import tempfile
import unittest

from check_imports import breaches


class ImportsTest(unittest.TestCase):
    def found(self, text):
        with tempfile.TemporaryDirectory() as root:
            os.makedirs(os.path.join(root, "tests", "app"))
            for name, content in (("program.py", ""), ("x.py", text)):
                with open(os.path.join(root, "tests", "app", name), "w", encoding="utf-8") as file:
                    file.write(content)
            return list(breaches(root))

    def test_modules_that_a_machine_need_not_have(self):
        for text in ("import h5py", "import numpy.linalg as la", "from pandas import DataFrame",
                     "if True:\n    import h5py", "try:\n    import h5py\nexcept OSError:\n    pass"):
            self.assertEqual(len(self.found(text)), 1, text)

    def test_modules_that_are_there_or_asked_for(self):
        for text in ("import os, sys", "from program import ProgramTest", "from hdf5_modules import h5py\nimport numpy",
                     "try:\n    import h5py\nexcept ImportError:\n    h5py = None",
                     "try:\n    import h5py\nexcept (ImportError, OSError):\n    pass", "def f():\n    import h5py"):
            self.assertEqual(self.found(text), [], text)


if __name__ == "__main__":
    unittest.main()
