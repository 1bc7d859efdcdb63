"""Gives a file the digest that exahca asks for, after it was changed with h5py (docs/file_format.md, "Trailer")."""

import ctypes
import ctypes.util
import unittest

MAGIC = b"\nEXAHCA-XXH3-128"
SIZE = len(MAGIC) + 8 + 16


class Hash128(ctypes.Structure):
    _fields_ = [("low", ctypes.c_uint64), ("high", ctypes.c_uint64)]


def digest(content):
    """128 bits of XXH3, big-endian. The program links the library, so it is there."""
    name = ctypes.util.find_library("xxhash") or "libxxhash.so.0"
    try:
        library = ctypes.CDLL(name)
    except OSError:
        raise unittest.SkipTest("libxxhash is not installed") from None
    library.XXH3_128bits.restype = Hash128
    library.XXH3_128bits.argtypes = [ctypes.c_char_p, ctypes.c_size_t]
    value = library.XXH3_128bits(content, len(content))
    return value.high.to_bytes(8, "big") + value.low.to_bytes(8, "big")


def without_trailer(content):
    return content[:-SIZE] if content[-SIZE:].startswith(MAGIC) else content


def seal(path):
    """Replaces the trailer, if there is one, by the right one."""
    with open(path, "rb") as file:
        content = without_trailer(file.read())
    with open(path, "wb") as file:
        file.write(content + MAGIC + len(content).to_bytes(8, "little") + digest(content))
