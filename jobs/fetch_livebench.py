#!/usr/bin/env python3
"""Download a release of LiveBench, a living table of models and tasks, as a CSV file for `exahca import`.

Each release is one table on the project's site: a model per line, a task per column, scores in per cent, some of them missing.
It is checked and written as it is, with empty cells where scores are missing. Prints the `exahca import` command for it, which
takes the maker's word at the beginning of a model's name as its base model: LiveBench does not say what a model was made from.

Exit status: 0 done; 2 usage, or the output exists; 3 the server's answer makes no sense; 4 the output cannot be written;
75 the server could not be reached, give the same command again later.
"""

import argparse
import csv
import io
import os
import shlex
import sys

from fetching import BadAnswer, BadPage, get, number, parse_with_patience, run_download, say, with_patience

RELEASE = "2026-01-08"  # the site names later ones
FEWEST_TASKS = 5  # with fewer columns it is another page
MISSING = {"", "N/A", "NA", "-"}


def ask(url, timeout):
    """The text at an address. Raises BadPage where asking again may help."""
    try:
        return get(url, timeout, "text/csv", "there may be no such release", "--release and --base-url").decode("utf-8-sig")
    except UnicodeDecodeError:
        raise BadPage("damaged answer", 0.0) from None


def checked_table(text):
    """Header and rows, every score a number or empty. A table without a line end at its end was cut."""
    if not text.endswith("\n"):
        raise BadPage("the table is cut off", 0.0)
    rows = [row for row in csv.reader(io.StringIO(text)) if row]
    if len(rows) < 2 or rows[0][0] != "model" or len(rows[0]) <= FEWEST_TASKS:
        raise BadAnswer("the answer is no table of models and tasks: the site has changed")
    for line, row in enumerate(rows[1:], 2):
        if len(row) != len(rows[0]):
            raise BadAnswer(f"line {line} has {len(row)} fields where the header has {len(rows[0])}")
        for task, cell in zip(rows[0][1:], row[1:]):
            if cell.strip() not in MISSING and number(cell) is None:
                raise BadAnswer(f"line {line}, {task}: {cell!r} is no number")
        row[1:] = ["" if cell.strip() in MISSING else cell.strip() for cell in row[1:]]
    return rows


def download(options):
    url = f"{options.base_url.rstrip('/')}/table_{options.release.replace('-', '_')}.csv"
    return with_patience(options, "", lambda: checked_table(ask(url, options.timeout)))


def write_csv(path, rows):
    """Writes the whole table, or leaves nothing."""
    unfinished = path + ".tmp"
    try:
        with open(unfinished, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError:
        if os.path.exists(unfinished):
            os.remove(unfinished)
        raise


def report(path, rows):
    gaps = sum(cell == "" for row in rows[1:] for cell in row[1:])
    say(f"{path}: {len(rows) - 1} models, {len(rows[0]) - 1} tasks, {gaps} scores are missing")
    print(f"exahca import {shlex.quote(path)} -o {shlex.quote(os.path.splitext(path)[0] + '.h5')} --domain-pattern '^[a-z]+'")


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog=__doc__.split("\n\n", 1)[1],
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", default="livebench.csv", help="CSV file to write (%(default)s)")
    parser.add_argument("--overwrite", action="store_true", help="replace the output if it exists")
    parser.add_argument("--release", default=RELEASE, metavar="DATE", help="release of the table (%(default)s)")
    parser.add_argument("--base-url", default="https://livebench.ai", help="site (%(default)s)")
    return parse_with_patience(parser, arguments)


def main(arguments=None):
    options = parse(arguments)

    def fetch():
        rows = download(options)
        write_csv(options.output, rows)
        report(options.output, rows)

    return run_download(options, fetch)


if __name__ == "__main__":
    sys.exit(main())
