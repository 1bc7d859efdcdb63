#!/usr/bin/env python3
"""Checks who catches what: check_catches.py ROOT

A clause that catches a broad type takes bugs for the failure it expects. It is allowed where it throws on or keeps what
it caught (for another thread, or until a C library's frames are left), and in the places named here. Prints one line
per breach.
"""

import os
import re
import sys

BROAD = re.compile(r"^\.\.\.$|\bstd::(exception|runtime_error|logic_error|out_of_range|invalid_argument|length_error|"
                   r"domain_error|range_error|system_error)\b|\bCheckFailed\b")
CLAUSE = re.compile(r"\bcatch\s*\(([^)]*)\)\s*\{")
PASSES_ON = re.compile(r"\bthrow;|\bstd::current_exception\(\)|\breport_and_abort\(|\bthrow RunnerFailure\(")
PLACES = {
    "src/app/run_main.cpp": "the end of the process",
    "src/parallel/errors.cpp": "the text of what ends all ranks",
    "src/parallel/mpi_session.cpp": "a destructor, which ends all ranks",
    "src/app/results_input.hpp": "tables of a file that are too short; the message says that it may be a fault of ours",
    "src/io/check_file.cpp": "the end of the child process, which hands the text to its parent",
}


def handlers(text):
    """(line, type, body) of every catch clause."""
    for clause in CLAUSE.finditer(text):
        depth, end = 1, clause.end()
        while depth > 0 and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        yield text.count("\n", 0, clause.start()) + 1, clause.group(1).strip(), text[clause.end():end - 1]


def breaches(root):
    for folder in ("include", "src"):
        for place, _, names in os.walk(os.path.join(root, folder)):
            for name in sorted(names):
                path = os.path.relpath(os.path.join(place, name), root).replace(os.sep, "/")
                if not name.endswith((".hpp", ".cpp", ".inl")) or path in PLACES:
                    continue
                with open(os.path.join(root, path), encoding="utf-8") as file:
                    text = file.read()
                for line, kind, body in handlers(text):
                    if BROAD.search(kind) and not PASSES_ON.search(body):
                        yield f"{path}:{line}: catches {kind} and does not throw it on"


if __name__ == "__main__":
    found = list(breaches(sys.argv[1]))
    print("\n".join(found) or "every broad catch clause passes on what it caught")
    sys.exit(1 if found else 0)
