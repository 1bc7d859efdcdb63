#!/usr/bin/env python3
"""Download the public Open LLM Leaderboard (second version) as a CSV file for `exahca import`.

Reads the leaderboard's contents page by page from the row interface of the Hugging Face datasets server, adds the base
model of each entry (base_model.py) and writes the columns model, base_model, params_b and the six scores in per cent.
Prints the `exahca import` command for it, with the number of items of each benchmark.
An interrupted download goes on where it stopped when the same command is given again.

Exit status: 0 done; 2 usage, or the output exists; 3 the server's answer makes no sense; 4 the output cannot be written;
75 the server could not be reached, give the same command again later.
"""

import argparse
import csv
import json
import os
import shlex
import sys
import urllib.parse

from base_model import base_model
from fetching import BadAnswer, BadPage, get, number, parse_with_patience, run_download, say, with_patience

DATASET = "open-llm-leaderboard/contents"
SCORES = ["IFEval", "BBH", "MATH Lvl 5", "GPQA", "MUSR", "MMLU-PRO"]
# Questions that each score is the mean of (GPQA's three nested sets count once), the share of their binomial variance that
# is taken for noise, and the share of them that guessing solves, where normalised scores are 0; what `exahca import --items`
# is told. BBH and MUSR are means of tests with 2 to 19 choices: c/(1 - c) is the mean of theirs, since at a score q the
# variance of an item is (c/(1 - c) + q) (1 - q).
ITEMS = {
    "IFEval": "541:0.5:0",
    "BBH": "5761:0.5:0.33",
    "MATH Lvl 5": "1324:0.5:0",
    "GPQA": "1192:0.5:0.25",
    "MUSR": "756:0.5:0.37",
    "MMLU-PRO": "12032:0.5:0.1",
}
COLUMNS = ["fullname", "Base Model", "Architecture", "#Params (B)"] + SCORES
PAGE_ROWS = 100  # the most that the server gives at once
LONGEST_WAIT = 300.0


def ask(url, timeout):
    """The decoded answer to one request. Raises BadPage where asking again may help."""
    try:
        return json.loads(get(url, timeout, "application/json", "the dataset or the interface may have moved",
                              "--base-url and --dataset"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        raise BadPage("cut or damaged answer", 0.0) from None


def checked_rows(answer, offset):
    """The wanted columns of a page's rows, in order, and the number of rows that there are in all."""
    if not isinstance(answer, dict) or not isinstance(answer.get("rows"), list):
        raise BadPage("an answer without rows", 0.0)
    total = answer.get("num_rows_total")
    if not isinstance(total, int) or total < 1:
        raise BadAnswer(f"the number of rows is {total!r} (a positive number was expected): the interface has changed")
    rows = []
    for position, entry in enumerate(answer["rows"]):
        row = entry.get("row") if isinstance(entry, dict) else None
        if not isinstance(row, dict) or entry.get("row_idx") != offset + position:
            raise BadPage(f"row {offset + position} is missing", 0.0)
        absent = [column for column in COLUMNS if column not in row]
        if absent:
            raise BadAnswer(f"no column {', '.join(absent)} in row {offset + position}: the leaderboard has changed")
        cut = sorted(set(entry.get("truncated_cells") or []) & set(COLUMNS))
        if cut:
            raise BadAnswer(f"the server shortened {', '.join(cut)} in row {offset + position}")
        rows.append({column: row[column] for column in COLUMNS})
    expected = min(PAGE_ROWS, max(total - offset, 0))
    if len(rows) != expected:
        raise BadPage(f"{len(rows)} rows instead of {expected}", 0.0)
    return rows, total


def fetch_page(options, offset):
    """One page, asked for again with growing pauses until it is whole or the patience is used up."""
    query = urllib.parse.urlencode({"dataset": options.dataset, "config": "default", "split": "train",
                                    "offset": offset, "length": PAGE_ROWS})
    return with_patience(options, f"rows from {offset}: ", lambda: checked_rows(
        ask(f"{options.base_url.rstrip('/')}/rows?{query}", options.timeout), offset))


class Progress:
    """One line that is redrawn on a terminal; elsewhere a line per tenth."""

    def __init__(self):
        self.terminal = sys.stderr.isatty()
        self.tenth = -1

    def show(self, done, total):
        text = f"{100 * done // total:3d} %  {done} of {total} rows"
        if self.terminal:
            print("\r" + text, end="\n" if done == total else "", file=sys.stderr, flush=True)
        elif 10 * done // total != self.tenth:
            self.tenth = 10 * done // total
            say(text)


def read_partial(path, source):
    """Rows of an earlier, interrupted download of the same source, and their total (0: nothing known).

    One JSON value a line: the source, then one page each. A line cut by the interruption is ignored.
    """
    rows, total = [], 0
    try:
        with open(path, encoding="utf-8") as lines:
            if json.loads(lines.readline()) != source:
                return [], 0
            for line in lines:
                page = json.loads(line)
                rows += page["rows"]
                total = page["total"]
    except FileNotFoundError:
        pass
    except (ValueError, KeyError, TypeError):
        pass
    return rows, total


def write_partial(path, source, rows, total):
    """Replaces the partial file by a whole one with these rows."""
    with open(path + ".tmp", "w", encoding="utf-8") as file:
        file.write(json.dumps(source) + "\n")
        if rows:
            file.write(json.dumps({"total": total, "rows": rows}) + "\n")
    os.replace(path + ".tmp", path)


def download(options, partial):
    """All rows. Keeps what has come in the file `partial`."""
    source = {"dataset": options.dataset, "base_url": options.base_url, "columns": COLUMNS}
    rows, total = read_partial(partial, source)
    if rows:
        say(f"going on after row {len(rows)} of {total}")
    write_partial(partial, source, rows, total)
    progress = Progress()
    while not total or len(rows) < total:
        page, total_now = fetch_page(options, len(rows))
        if total and total_now != total:
            say(f"the leaderboard has changed ({total} rows before, {total_now} now): from the beginning")
            rows, total = [], 0
            write_partial(partial, source, rows, total)
            continue
        rows, total = rows + page, total_now
        with open(partial, "a", encoding="utf-8") as file:
            file.write(json.dumps({"total": total, "rows": page}) + "\n")
        progress.show(len(rows), total)
    return rows


def table(rows):
    """The lines of the CSV file after its header. A score that is not a number becomes an empty cell."""
    for row in rows:
        params = number(row["#Params (B)"])
        params = -1.0 if params is None else params
        name = str(row["fullname"] or "")
        origin = base_model(name, str(row["Base Model"] or ""), str(row["Architecture"] or ""), params)
        scores = [number(row[score]) for score in SCORES]
        yield [name, origin, f"{params:g}"] + ["" if score is None else repr(score) for score in scores]


def write_csv(path, rows):
    """Writes the whole table, or leaves nothing. Returns it."""
    lines = list(table(rows))
    unfinished = path + ".tmp"
    try:
        with open(unfinished, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(["model", "base_model", "params_b"] + SCORES)
            writer.writerows(lines)
            file.flush()
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except OSError:
        if os.path.exists(unfinished):
            os.remove(unfinished)
        raise
    return lines


def report(path, lines):
    without_domain = sum(not line[1] for line in lines)
    gaps = sum("" in line[3:] for line in lines)
    say(f"{path}: {len(lines)} rows, {len({line[0] for line in lines})} models, {without_domain} rows without base model")
    if gaps:
        say(f"{gaps} rows lack a score: exahca import keeps them, or leaves them out with --missing drop")
    items = " ".join(f"--items {shlex.quote(f'{name}={numbers}')}" for name, numbers in ITEMS.items())
    names = shlex.quote(",".join(SCORES))
    print(f"exahca import {shlex.quote(path)} -o {shlex.quote(os.path.splitext(path)[0] + '.h5')} --scores {names} {items}")


def parse(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0], epilog=__doc__.split("\n\n", 1)[1],
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("-o", "--output", default="open_llm_leaderboard.csv", help="CSV file to write (%(default)s)")
    parser.add_argument("--overwrite", action="store_true", help="replace the output if it exists")
    parser.add_argument("--base-url", default="https://datasets-server.huggingface.co", help="server (%(default)s)")
    parser.add_argument("--dataset", default=DATASET, help="dataset on that server (%(default)s)")
    return parse_with_patience(parser, arguments)


def main(arguments=None):
    options = parse(arguments)
    partial = options.output + ".partial"

    def fetch():
        report(options.output, write_csv(options.output, download(options, partial)))
        os.remove(partial)

    return run_download(options, fetch, resumes=True)


if __name__ == "__main__":
    sys.exit(main())
