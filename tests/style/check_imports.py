#!/usr/bin/env python3
"""Checks what Python scripts import: check_imports.py ROOT

A machine that was set up for the tests has Python and its library, no further modules. What else a script imports when it
starts it imports inside try, or it leaves as skipped by importing hdf5_modules. Prints one line per breach.
"""

import ast
import os
import sys


def scripts(root):
    for folder in ("jobs", "tests"):
        for place, _, names in os.walk(os.path.join(root, folder)):
            yield from (os.path.join(place, name) for name in sorted(names) if name.endswith(".py"))


def unguarded(tree):
    """(line, module) of imports at the start of a script that are not inside try."""
    pending = [tree]
    while pending:
        node = pending.pop()
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            continue
        if isinstance(node, ast.Try) and any("ImportError" in ast.dump(handler) for handler in node.handlers):
            continue
        if isinstance(node, ast.Import):
            yield from ((node.lineno, name.name.split(".")[0]) for name in node.names)
        if isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.lineno, node.module.split(".")[0]
        pending.extend(ast.iter_child_nodes(node))


def breaches(root):
    paths = list(scripts(root))
    known = set(sys.stdlib_module_names) | {os.path.basename(path)[:-3] for path in paths}
    for path in paths:
        with open(path, encoding="utf-8") as file:
            imports = list(unguarded(ast.parse(file.read())))
        # These two leave where the modules are not there.
        if any(module in ("hdf5_modules", "compare_h5") for _, module in imports):
            continue
        for line, module in sorted(imports):
            if module not in known:
                yield f"{os.path.relpath(path, root)}:{line}: imports {module}, which a machine need not have"


if __name__ == "__main__":
    found = list(breaches(sys.argv[1]))
    print("\n".join(found) or "scripts run with Python's own library")
    sys.exit(1 if found else 0)
