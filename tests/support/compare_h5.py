#!/usr/bin/python3
"""Compares two HDF5 files outside /provenance without any code of the program: names and their order, types, shapes,
dimensions, attributes and the bytes of every value.

usage: compare_h5.py A B; prints one line per difference; exit status 0 equal, 1 different, 77 no h5py.
"""
import sys

try:
    import h5py
    import numpy
except ImportError:
    print("skipped: Python has no h5py")
    sys.exit(77)

# Attributes that hold addresses inside the file; what they say is compared through the names of the dimensions.
BOOKKEEPING = {"DIMENSION_LIST", "REFERENCE_LIST"}


def content(value):
    """Something comparable that keeps type, shape and bits."""
    array = numpy.asarray(value)
    if array.dtype.kind == "O":
        texts = [item if isinstance(item, bytes) else str(item).encode() for item in array.ravel()]
        return ("text", array.shape, texts)
    return (array.dtype.str, array.shape, array.tobytes())


def attributes_of(item):
    return {name: content(value) for name, value in item.attrs.items() if name not in BOOKKEEPING}


def dimensions_of(dataset):
    return [[scale.name for scale in dimension.values()] for dimension in dataset.dims]


def differences(a, b, path=""):
    names = {}
    for side, group in (("first", a), ("second", b)):
        names[side] = [name for name in group if not (path == "" and name == "provenance")]
    if names["first"] != names["second"]:
        yield f"{path or '/'}: members {names['first']} against {names['second']}"
    if attributes_of(a) != attributes_of(b):
        yield f"{path or '/'}: attributes"
    for name in names["first"]:
        if name not in names["second"]:
            continue
        x, y, place = a[name], b[name], f"{path}/{name}"
        if isinstance(x, h5py.Group) != isinstance(y, h5py.Group):
            yield f"{place}: a group against a dataset"
        elif isinstance(x, h5py.Group):
            yield from differences(x, y, place)
        else:
            if attributes_of(x) != attributes_of(y):
                yield f"{place}: attributes"
            if dimensions_of(x) != dimensions_of(y):
                yield f"{place}: dimensions"
            if (x.dtype, x.shape, x.maxshape, x.chunks) != (y.dtype, y.shape, y.maxshape, y.chunks):
                yield f"{place}: type or shape"
            elif content(x[()]) != content(y[()]):
                yield f"{place}: values"


def compare(path_a, path_b):
    with h5py.File(path_a, "r", track_order=True) as a, h5py.File(path_b, "r", track_order=True) as b:
        return list(differences(a, b))


if __name__ == "__main__":
    found = compare(*sys.argv[1:3])
    for line in found:
        print(line)
    sys.exit(1 if found else 0)
