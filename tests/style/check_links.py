#!/usr/bin/env python3
"""Checks that each library needs nothing of those that stand above it: check_links.py BUILD_FOLDER

Includes alone do not show it: what a header below declares may be defined above, and the order of linking hides it. Uses nm
(Debian package binutils). Prints one line per symbol that is not defined where it may be."""

import collections
import os
import subprocess
import sys

sys.path[:0] = [os.path.dirname(os.path.abspath(__file__))]

from check_includes import BELOW  # noqa: E402

# Those of ours: in namespace exahca (mangled names hold its length before it).
OURS = "6exahca"


def symbols(archive, *options):
    done = subprocess.run(["nm", "--format=posix", *options, archive], check=True, capture_output=True, text=True)
    lines = (line.split() for line in done.stdout.splitlines())
    return {words[0]: words[1] for words in lines if len(words) > 1 and OURS in words[0]}


def breaches(defined, needed, below):
    """Symbols that a module needs, and where they are defined instead of in it or below it.

    defined, needed: sets of symbols by module; below: modules by module.
    """
    places = collections.defaultdict(list)
    for module, names in sorted(defined.items()):
        for name in names:
            places[name].append(module)
    found = []
    for module, names in sorted(needed.items()):
        allowed = {module, *below[module]}
        for name in sorted(names):
            where = places.get(name, [])
            if where and not allowed & set(where):
                found.append((module, name, where))
    return found


def main():
    build = sys.argv[1]
    defined, needed = {}, {}
    for module in BELOW:
        archive = os.path.join(build, "src", module, f"libexahca_{module}.a")
        if not os.path.exists(archive):
            print(f"{archive} is not there: build the program first")
            return 1
        defined[module] = set(symbols(archive, "--defined-only"))
        # A weak one may stay without a definition.
        needed[module] = {name for name, kind in symbols(archive, "--undefined-only").items() if kind == "U"} - defined[module]
    found = breaches(defined, needed, BELOW)
    for module, name, where in found:
        print(f"{module} needs {name}, which only {' and '.join(where)} has")
    print(f"{len(defined)} libraries, {sum(map(len, needed.values()))} symbols of others, {len(found)} breaches")
    return 1 if found or not any(needed.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
