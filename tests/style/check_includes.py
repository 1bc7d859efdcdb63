#!/usr/bin/env python3
"""Checks the include rules of docs/architecture.md over a source tree: check_includes.py ROOT

Modules may include only what stands below them; each of MPI, HDF5 and other libraries has one place; a header has
an include guard; includes of our own headers name files that exist. Prints one line per breach.
"""

import os
import re
import sys

# On which modules each stands; it may include these and what they stand on.
STANDS_ON = {
    "core": [],
    "numerics": ["core"],
    "model": ["numerics"],
    "search": ["model"],
    "simulate": ["model"],
    "estimate": ["search"],
    "experiment": ["estimate"],
    "results": ["experiment"],
    "profile": ["results"],
    "work": ["simulate", "profile"],
    "parallel": ["work"],
    "io": ["results"],
    "run": ["io", "parallel"],
    "plan": ["parallel"],
    "read": ["results"],
    "text": ["profile", "read"],
    "figure": ["text"],
    "page": ["figure"],
    "app": ["run", "plan", "page"],
}


def modules_below(module):
    below = set(STANDS_ON[module])
    for lower in STANDS_ON[module]:
        below |= modules_below(lower)
    return below


# What each module may include besides itself.
BELOW = {module: modules_below(module) for module in STANDS_ON}

# Header (a regular expression), the only files that may include it (a regular expression on the path).
PLACES = [
    (r"mpi\.h", r"src/parallel/mpi_[^/]*"),
    (r"(H5[A-Z]*public|hdf5|hdf5_hl)\.h", r"src/io/.*"),
    (r"boost/program_options.*", r"src/app/.*"),
    (r"boost/math/.*", r"src/(numerics|estimate)/.*"),
    (r"csv\.h", r"src/io/.*"),
    (r"LBFGS.*\.h|LBFGSpp/.*", r"src/numerics/lbfgs[^/]*"),
    (r"nlohmann/.*", r"src/(plan|text|app)/.*|src/io/json_.*"),
]

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')
OURS = re.compile(r"exahca/([a-z_0-9]+)/")
SOURCE = re.compile(r"\.(hpp|cpp|h|cc)$")


def source_files(root):
    for folder in ("include", "src"):
        for place, _, names in os.walk(os.path.join(root, folder)):
            for name in sorted(names):
                if SOURCE.search(name):
                    yield os.path.relpath(os.path.join(place, name), root).replace(os.sep, "/")


def module_of(path):
    parts = path.split("/")
    if parts[0] == "include":
        return parts[2] if len(parts) > 3 else ""
    return parts[1] if len(parts) > 2 else "app"  # src/main.cpp


def breaches_of_include(root, path, quote, header):
    module = module_of(path)
    for pattern, place in PLACES:
        if re.fullmatch(pattern, header) and not re.fullmatch(place, path):
            yield f"<{header}> is only for {place}"
    ours = OURS.match(header)
    if ours:
        if ours[1] != module and ours[1] not in BELOW[module]:
            yield f"{module} may not include {ours[1]} (includes point down only)"
        if not os.path.exists(os.path.join(root, "include", header)):
            yield f"{header} does not exist in include/"
    elif quote == '"':
        beside = os.path.join(root, os.path.dirname(path), header)
        below_src = os.path.join(root, "src", header)
        if os.path.exists(below_src) and "/" in header and not os.path.exists(beside):
            other = header.split("/")[0]
            if other != module:
                yield f"{header} is private to {other}"
        elif not os.path.exists(beside):
            yield f"{header} is not beside the file (headers of libraries go in <>)"


def breaches_of_file(root, path):
    module = module_of(path)
    if module not in BELOW:
        yield f"{path}:1: unknown module {module}"
        return
    with open(os.path.join(root, path), encoding="utf-8") as file:
        lines = file.read().splitlines()
    if path.endswith(".hpp") and not any(line.strip() == "#pragma once" for line in lines):
        yield f"{path}:1: a header without #pragma once"
    for number, line in enumerate(lines, 1):
        found = INCLUDE.match(line)
        if found:
            for breach in breaches_of_include(root, path, found[1], found[2]):
                yield f"{path}:{number}: {breach}"


def check(root):
    files = list(source_files(root))
    return files, [breach for path in files for breach in breaches_of_file(root, path)]


def main():
    files, breaches = check(sys.argv[1])
    for breach in breaches:
        print(breach)
    print(f"{len(files)} files, {len(breaches)} breaches")
    return 1 if breaches or not files else 0


if __name__ == "__main__":
    sys.exit(main())
