"""Manual pages, completion and documentation say what the program can do: the same commands and the same options."""

import glob
import os
import re
import shutil
import subprocess
import unittest

from program import PROGRAM, ProgramTest

TOP = os.path.abspath(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))


def commands(overview):
    block = overview.split("Commands:\n")[1].split("\n\n")[0]
    return [line.split()[0] for line in block.splitlines()]


def options(help_text):
    """Names of the options that a help text lists."""
    return set(re.findall(r"^\s+(?:-\w \[ )?--([a-z][a-z0-9-]*)", help_text, re.MULTILINE))


def shell_lines(text):
    """Command lines in code blocks, continued lines joined."""
    for block in re.findall(r"```[a-z]*\n(.*?)```", text, re.DOTALL):
        for line in block.replace("\\\n", " ").splitlines():
            yield line.split("#")[0].strip()
    yield from re.findall(r"`([^`\n]+)`", text)


class ManualTest(ProgramTest):
    def setUp(self):
        super().setUp()
        self.overview = self.succeed("--help").stdout
        self.help = {name: self.succeed(name, "--help").stdout for name in commands(self.overview)}
        self.assertGreater(len(self.help), 5)

    def documents(self):
        paths = [os.path.join(TOP, "README.md"), *glob.glob(os.path.join(TOP, "docs", "**", "*.md"), recursive=True)]
        for path in sorted(paths):
            with open(path, encoding="utf-8") as file:
                yield path, file.read()

    def test_pages_list_every_option(self):
        self.succeed("--write-manual", self.folder)
        with open(self.path("exahca.1"), encoding="utf-8") as file:
            overview = file.read()
        for name, text in self.help.items():
            with open(self.path(f"exahca-{name}.1"), encoding="utf-8") as file:
                page = file.read().replace("\\-", "-")
            self.assertIn(f"exahca\\-{name}", overview)
            for option in options(text):
                self.assertIn(f"--{option}", page, name)

    def test_pages_are_sound_roff(self):
        if shutil.which("groff") is None:
            self.skipTest("groff is not installed")
        self.succeed("--write-manual", self.folder)
        for path in glob.glob(self.path("*.1")):
            shown = subprocess.run(["groff", "-man", "-Tutf8", "-ww", path], capture_output=True, text=True, check=True)
            self.assertEqual(shown.stderr, "", path)
            self.assertIn("SEE ALSO", re.sub(r"\x1b\[[0-9;]*m|.\x08", "", shown.stdout))

    def test_completion_offers_commands_and_options(self):
        self.succeed("--write-manual", self.folder)

        def complete(*words):
            script = (f'source "{self.path("exahca")}"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _exahca; '
                      'printf "%s\\n" "${COMPREPLY[@]}"')
            done = subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True, check=True)
            return done.stdout.split()

        self.assertEqual(complete("exahca", "sea"), ["search"])
        for name in self.help:
            self.assertIn(name, complete("exahca", ""))
        self.assertEqual(complete("exahca", "search", "--boot"), ["--bootstrap"])
        self.assertIn("-o", complete("exahca", "report", "-"))
        self.assertEqual(complete("exahca", "search", "scores"), [])

    def test_a_folder_that_is_not_there(self):
        self.fail_with(4, "cannot", "--write-manual", "nowhere")
        self.fail_with(2, "--write-manual takes a directory", "--write-manual")

    def test_every_option_is_documented(self):
        with open(os.path.join(TOP, "docs", "user_guide.md"), encoding="utf-8") as file:
            guide = file.read()
        for name, text in self.help.items():
            self.assertIn(f"exahca {name}", guide)
            positional = {"scores", "results", "table", "other", "first", "second", "file", "parts"}
            missing = [o for o in options(text) - positional - {"help"} if not re.search(rf"--{o}(?![a-z-])", guide)]
            self.assertEqual(missing, [], f"exahca {name}: options that docs/user_guide.md does not mention")

    def test_documented_commands_and_options_exist(self):
        seen = 0
        for path, text in self.documents():
            for line in shell_lines(text):
                for call in re.findall(r"(?:^|[\s/])exahca ([a-z]+)\b([^|;&]*)", line):
                    name, rest = call
                    if name not in self.help:
                        self.fail(f"{path}: there is no command exahca {name} ({line})")
                    seen += 1
                    for option in re.findall(r"(?:^|\s)--([a-z][a-z-]*)", rest):
                        self.assertIn(option, options(self.help[name]), f"{path}: {line}")
        self.assertGreater(seen, 20)


class LinkTest(unittest.TestCase):
    def test_links_lead_somewhere(self):
        count = 0
        paths = [*glob.glob(os.path.join(TOP, "*.md")), *glob.glob(os.path.join(TOP, "docs", "**", "*.md"), recursive=True)]
        for path in paths:
            with open(path, encoding="utf-8") as file:
                text = re.sub(r"```.*?```", "", file.read(), flags=re.DOTALL)
            for target in re.findall(r"\]\(([^)\s]+)\)", text):
                if re.match(r"[a-z]+:", target):
                    continue
                name, _, anchor = target.partition("#")
                goal = os.path.normpath(os.path.join(os.path.dirname(path), name)) if name else path
                self.assertTrue(os.path.exists(goal), f"{path}: {target}")
                count += 1
                if anchor:
                    with open(goal, encoding="utf-8") as file:
                        heads = re.findall(r"^#+ (.+)$", file.read(), re.MULTILINE)
                    slugs = {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}
                    self.assertIn(anchor, slugs, f"{path}: {target}")
        self.assertGreater(count, 10)


if __name__ == "__main__":
    from unittest_main import main

    main()
