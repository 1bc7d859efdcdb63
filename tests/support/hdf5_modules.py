"""h5py and numpy for tests that look into files with them: from hdf5_modules import h5py, numpy. On a machine without
them the test program ends as skipped."""

import sys

try:
    import h5py
    import numpy
except ImportError:
    print("skipped: Python has no module h5py")
    sys.exit(77)

__all__ = ["h5py", "numpy"]
