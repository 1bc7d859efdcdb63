#!/usr/bin/python3
"""The independent comparison (support/compare_h5.py) finds equal what is equal, and each kind of difference.

usage: compare_h5_test.py WRITER
"""
import os
import shutil
import subprocess
import sys
import tempfile
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "..", "support"))
import compare_h5  # noqa: E402  (leaves with 77 where there is no h5py)
import h5py  # noqa: E402

WRITER = sys.argv.pop()


def set_value(dataset, index, value):
    dataset[index] = value


class Compare(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.first, self.second = (os.path.join(directory.name, name) for name in ("a.h5", "b.h5"))
        subprocess.run([WRITER, self.first], check=True)
        shutil.copy(self.first, self.second)

    def changed(self, change):
        with h5py.File(self.second, "r+") as file:
            change(file)
        return compare_h5.compare(self.first, self.second)

    def test_equal_files_and_provenance(self):
        self.assertEqual(compare_h5.compare(self.first, self.second), [])
        self.assertEqual(self.changed(lambda f: f.create_group("provenance").attrs.create("host", "x")), [])

    def test_each_difference(self):
        mic = "estimate/published/mic"
        cases = {
            "value": (lambda f: set_value(f[mic], 0, 0.5), f"/{mic}: values"),
            "sign": (lambda f: set_value(f["estimate/published/unmixing"], (0, 0, 0), -1.0), "/estimate/published/unmixing: values"),
            "text": (lambda f: set_value(f["benchmark"], 1, "x"), "/benchmark: values"),
            "attribute": (lambda f: f[mic].attrs.modify("units", "s"), f"/{mic}: attributes"),
            "root attribute": (lambda f: f.attrs.create("more", 1), "/: attributes"),
        }
        for name, (change, wanted) in cases.items():
            with self.subTest(name):
                shutil.copy(self.first, self.second)
                self.assertEqual(self.changed(change), [wanted])

    def test_missing_type_and_shape(self):
        self.assertEqual(len(self.changed(lambda f: f.__delitem__("seed"))), 1)
        shutil.copy(self.first, self.second)

        def retype(file):
            del file["seed"]
            file["seed"] = 2.0 ** 52
        self.assertIn("/seed: type or shape", self.changed(retype))


if __name__ == "__main__":
    unittest.main()
