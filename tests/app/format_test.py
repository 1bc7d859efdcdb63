"""docs/file_format.md describes what is in the files: every dataset with its dimensions, type and units, every attribute."""

import os
import re

from program import ProgramTest

try:
    import h5py
except ImportError:
    h5py = None

DOCUMENT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..", "docs", "file_format.md")
# What HDF5 and netCDF keep for themselves, and the two attributes that every dataset may have.
BOOKKEEPING = {"CLASS", "NAME", "DIMENSION_LIST", "REFERENCE_LIST", "_Netcdf4Dimid", "_Netcdf4Coordinates", "_NCProperties",
               "_nc3_strict", "units", "long_name"}
KINDS = {"f": "float", "i": "int", "O": "text"}


def rows(lines):
    """Cells of the lines of Markdown tables, with the head of their table."""
    head = None
    for line in lines:
        if not line.startswith("|"):
            head = None
        elif head is None:
            head = [cell.strip() for cell in line.strip("|\n").split("|")]
        elif not line.startswith("|---"):
            yield head, [cell.strip() for cell in line.strip().strip("|").split("|")]


class Section:
    """What one part of the document says of some groups."""

    def __init__(self, lines):
        self.datasets, self.attributes, self.coordinates = {}, set(), {}
        for head, cells in rows(lines):
            names = re.findall(r"`([^`]+)`", cells[0])
            for name in names:
                if head[0] == "dataset":
                    dims = [dim for dim in re.split(r" x ", cells[1]) if dim]
                    # Tables of results files have units; those of score files have not.
                    units = cells[3] if len(cells) > 4 else None
                    assert name not in self.datasets, f"{name} is listed twice"
                    self.datasets[name] = (dims, cells[2], units)
                elif head[0] == "attribute":
                    self.attributes.add(name)
                elif head[0] == "dimension":
                    self.coordinates[name] = cells[1]


def sections():
    """Headings of the document with what stands below them, up to the next heading."""
    with open(DOCUMENT, encoding="utf-8") as file:
        parts = re.split(r"^#+ (.*)$", file.read(), flags=re.MULTILINE)
    return {head: Section(text.splitlines()) for head, text in zip(parts[1::2], parts[2::2])}


def fits(pattern, path):
    wanted, found = pattern.split("/"), path.split("/")
    return len(wanted) == len(found) and all(w in ("SETTING", f) for w, f in zip(wanted, found))


class FormatTest(ProgramTest):
    def setUp(self):
        super().setUp()
        if h5py is None:
            self.skipTest("Python has no module h5py")
        self.sections = sections()
        self.coordinates = self.sections["Coordinates"].coordinates
        self.by_path = {}
        for head, section in self.sections.items():
            for pattern in re.findall(r"`(/[^`]*)`", head):
                self.by_path[pattern] = section
        self.seen = {}

    def section_of(self, path):
        # A name that is written out comes before a wildcard: /aggregate/across-settings is no setting.
        for pattern in sorted(self.by_path, key=lambda p: p.count("SETTING")):
            if fits(pattern, path):
                return pattern, self.by_path[pattern]
        return None, None

    def check_dataset(self, path, dataset):
        group, name = path.rsplit("/", 1)
        pattern, section = self.section_of(group or "/")
        dims = [dim[0].name.rsplit("/", 1)[1] for dim in dataset.dims if len(dim)]
        kind = KINDS[dataset.dtype.kind]
        units = dataset.attrs.get("units", "")
        extra = set(dataset.attrs) - BOOKKEEPING
        if extra:
            yield f"{path}: attributes {extra}"
        if h5py.h5ds.is_scale(dataset.id):
            if self.coordinates.get(name) != kind:
                yield f"{path}: | `{name}` | {kind} | {dataset.attrs.get('long_name', '')} |"
            if "This is a netCDF dimension" in str(dataset.attrs.get("NAME", b"")):
                yield f"{path}: a dimension without coordinate"
            return
        self.seen.setdefault(pattern, set()).add(name)
        line = f"| `{name}` | {' x '.join(dims)} | {kind} | {units} | {dataset.attrs.get('long_name', '')} |"
        if section is None or name not in section.datasets:
            yield f"{path} is not described: {line}"
        elif section.datasets[name][:2] != (dims, kind) or units not in section.datasets[name][2].split(" or "):
            yield f"{path} is described as {section.datasets[name]}: {line}"

    def check_group(self, path, group):
        _, section = self.section_of(path)
        own = {name for name in group.attrs if name not in BOOKKEEPING}
        if (own or len(group)) and section is None and any(isinstance(member, h5py.Dataset) for member in group.values()):
            yield f"{path}: a group that no heading names"
        if own - (section.attributes if section else set()):
            yield f"{path}: attributes {sorted(own - (section.attributes if section else set()))} are not described"
        scales = {name for name in group if isinstance(group[name], h5py.Dataset) and h5py.h5ds.is_scale(group[name].id)}
        for name, member in group.items():
            below = f"{path.rstrip('/')}/{name}"
            if isinstance(member, h5py.Group):
                yield from self.check_group(below, member)
            else:
                yield from self.check_dataset(below, member)
                used = {dim[0].name.rsplit("/", 1)[1] for dim in member.dims if len(dim)}
                if used - scales:
                    yield f"{below}: coordinates {used - scales} are not in its group"

    def check_file(self, name):
        with h5py.File(self.path(name)) as file:
            return list(self.check_group("/", file))

    def give_items(self, scores, copy):
        """A copy whose benchmarks are the means of known numbers of items."""
        with h5py.File(self.path(scores)) as file, h5py.File(self.path(copy), "w") as other:
            for name in ("model", "benchmark", "base_model"):
                other[name] = file[name][()]
            other["scores"] = file["scores"][()] / 2  # simulated scores know no upper end, means of items do
            other["items"] = [500.0] * len(file["benchmark"])

    def test_results_files(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "160,150", "--factors", "2")
        common = ["--orders", 3, "--restarts", 3, "--quiet", "--density", "sas"]
        replicates = ["--bootstrap", 3, "--parametric", 2, "--calibrate", 2, "--placebo", 2, "--no-control", 2]
        if "--influence" in self.succeed("search", "--help").stdout:
            replicates += ["--influence", 3]
        self.succeed("search", "s.h5", "-o", "both.h5", "--estimator", "published,joint", "--factors", "1,2", *replicates, *common)
        self.succeed("search", "s.h5", "-o", "all.h5", "--factors", "2", "--orders", "all", "--quiet", "--density", "extended")
        self.succeed("search", "s.h5", "-o", "noisy.h5", "--factors", "2", "--orders", "all", "--quiet", "--density", "mog2",
                     "--bootstrap", 2, "--influence", 2)  # fmt: skip
        with open(self.path("m.txt"), "w", encoding="utf-8") as file:
            file.write("2 2 3\n1 0.5 0\n0 1 0\n0 2 0\n3 -1 0\n")
        self.succeed("search", "m.txt", "--orders-only", "-o", "orders.h5", "--quiet")
        self.succeed("search", "m.txt", "--orders-only", "-o", "flags.h5", "--quiet", "--objective", "flag-max")
        self.succeed("simulate", "-o", "long.h5", "--sizes", ",".join(["40"] * 18))
        self.stop_inside_search("search", "long.h5", "-o", "interim.h5", "--min-models", 2, "--estimator", "published",
                                "--restarts", 1, "--prove")  # fmt: skip
        self.give_items("s.h5", "items.h5")
        self.succeed("search", "items.h5", "-o", "known.h5", "--factors", "1", "--orders", 2, "--quiet", "--density", "mog2",
                     "--missing-shift", -5)
        self.succeed("search", "s.h5", "-o", "anchored.h5", "--factors", "2", "--orders", 2, "--quiet", "--density", "mog2",
                     "--anchor", "1=BBH")  # fmt: skip
        self.succeed("search", "s.h5", "-o", "many.h5", "--estimator", "published,joint", "--factors", "1,2", "--keep-details", 2,
                     *common)  # fmt: skip
        self.succeed("simulate", "-o", "three.h5", "--sizes", "60,60,60", "--factors", "2")
        self.succeed("search", "three.h5", "-o", "choice.h5", "--estimator", "published", "--factors", "2", "--domains-from",
                     "llama-3-8b,qwen2.5-14b,llama-3.1-8b", "--subset-sizes", 2, "--choice-placebo", 2, *common)  # fmt: skip
        self.succeed("models", "noisy.h5", "--store")
        files = ("both.h5", "many.h5", "choice.h5", "all.h5", "noisy.h5", "known.h5", "anchored.h5", "orders.h5", "flags.h5", "interim.h5")
        problems = [f"{name} {problem}" for name in files for problem in self.check_file(name)]
        self.assertEqual(problems, [], "\n" + "\n".join(problems))
        for pattern, section in self.by_path.items():
            unseen = set(section.datasets) - set().union(*(self.seen.get(p, set()) for p in self.by_path if self.by_path[p] is section))
            self.assertEqual(unseen, set(), f"{pattern}: described, but in no file")

    def score_datasets(self, file, described):
        """Datasets of a score file, each with the dimensions that it is described with."""
        paths = []
        file.visit(paths.append)
        found = {path: file[path] for path in paths if isinstance(file[path], h5py.Dataset)}
        for path, dataset in found.items():
            if path not in described.datasets:
                self.assertTrue(h5py.h5ds.is_scale(dataset.id), path)
                self.assertIn(path.rsplit("/", 1)[-1], self.coordinates)
                continue
            dims = [dim[0].name.rsplit("/", 1)[1] for dim in dataset.dims if len(dim)]
            if dims:
                self.assertEqual(described.datasets[path][0], dims, path)
        return found

    def test_score_files(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "20,20")
        with open(self.path("t.csv"), "w", encoding="utf-8") as table:
            table.write("model,base_model,A,B,type,size\n")
            table.write("".join(f"m{i},{'xy'[i % 2]},{i * 7 % 31},{i * 11 % 29},{'ab'[i % 3 > 0]},{i % 5}\n" for i in range(40)))
        self.succeed("import", "t.csv", "-o", "text.h5", "--keep", "type", "--exclude", "size")
        self.succeed("import", "t.csv", "-o", "number.h5", "--keep", "size", "--exclude", "type")
        described = self.sections["Score files"]
        found = {}
        for name in ("s.h5", "text.h5", "number.h5"):
            with h5py.File(self.path(name)) as file:
                found.update(self.score_datasets(file, described))
                self.assertLessEqual(set(file.attrs) - BOOKKEEPING, self.by_path["/"].attributes)
        self.assertEqual(set(described.datasets) - set(found), {"items", "item_share", "item_chance"})
        # Nobody knows the items of a simulation.
        with open(self.path("t.csv"), "w", encoding="utf-8") as file:
            file.write("model,base_model,A,B\nx,m,1,2\ny,m,2,3\n")
        self.succeed("import", "t.csv", "-o", "t.h5", "--items", "A=541:0.5:0.25")
        with h5py.File(self.path("t.h5")) as file:
            for name in ("items", "item_share", "item_chance"):
                self.assertEqual(described.datasets[name][0], [dim[0].name[1:] for dim in file[name].dims])
                self.assertIn("units", file[name].attrs)


if __name__ == "__main__":
    import unittest_main

    unittest_main.main()
