"""exahca report: the page says what the results say, never more, and is sound as HTML, as SVG and in a browser."""

import csv
import os
import random
import re
import xml.etree.ElementTree as ET

from program import ProgramTest
from report_page import SVG, Page, broken_pictures, chromium, contrast, measure, mix, palettes, rgb

HOSTILE_BENCHMARKS = ["<script>alert(1)</script>", "数学的推論能力のベンチマーク試験", "a\"b'c&d</title></svg>",
                      "--><svg onload=alert(2)>", "\\N{x}|é", "E" * 70]
HOSTILE_DOMAINS = ["<img src=x onerror=alert(3)>", "日本語モデル", "c\"; DROP & <b>"]
ALLOWED_TAGS = set("html head meta title style body main h1 h2 h3 p a div nav ul li strong em figure figcaption svg desc rect line circle path "
                   "text g table thead tbody tr th td dl dt dd pre code span".split())


def write_scores(path, benchmarks, domains, factors, models, seed=5):
    """Scores of a hierarchy with Laplace sources."""
    draw = random.Random(seed)
    loadings = [[draw.gauss(0, 3) for _ in range(factors)] for _ in benchmarks]
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["model", "base_model", *benchmarks])
        for domain in domains:
            weights = [[draw.gauss(0, 0.6) for _ in range(i)] for i in range(factors)]
            for row in range(models):
                z = []
                for i in range(factors):
                    noise = draw.expovariate(1) * draw.choice((-1, 1))
                    z.append(noise + sum(w * value for w, value in zip(weights[i], z)))
                scores = [50 + sum(a * b for a, b in zip(line, z)) + draw.gauss(0, 0.5) for line in loadings]
                writer.writerow([f"{domain}/{row}", domain, *(f"{score:.4f}" for score in scores)])


class ReportTest(ProgramTest):
    def report(self, results, *more):
        printed = self.succeed("report", results, "-o", "page.html", "--overwrite", *more).stdout
        with open(self.path("page.html"), encoding="utf-8") as file:
            page = Page(file.read())
        self.assertEqual(len(page.drawings), int(re.search(r"(\d+) figures", printed).group(1)))
        self.check_page(page)
        return page

    def check_page(self, page):
        """What holds for every page."""
        self.assertLessEqual(page.tags, ALLOWED_TAGS)
        self.assertIn("width=device-width", page.source)
        for tag, name, value in page.attributes:
            self.assertFalse(name.startswith("on"), (tag, name, value))
            self.assertNotIn(name, ("src", "srcset", "action", "style"), (tag, value))
            if name == "href":
                self.assertIn(value.removeprefix("#"), page.ids)
        for address in ("url(", "@import", "@font-face"):
            self.assertNotIn(address, page.source)
        self.assertEqual(set(re.findall(r"https?://[^\"]*", page.source)) - {"http://www.w3.org/2000/svg"}, set())
        for drawing in page.drawings:
            self.assertEqual(drawing.get("role"), "img")
            self.assertTrue(drawing.find(SVG + "title").text.strip())
            self.assertTrue(drawing.find(SVG + "desc").text.strip())
            self.assertNotRegex(ET.tostring(drawing, encoding="unicode"), r"\b(nan|inf)\b")
        captions = re.findall(r"<figcaption>(.*?)</figcaption>", page.source, re.S)
        for caption in captions:
            self.assertIn("Replicates:", caption)
            self.assertIn("<span>search</span>", caption)

    def check_in_browser(self, page, dark=False):
        """Nothing overflows, overlaps, is missing or pale, and the console is silent."""
        if chromium() is None:
            self.skipTest("Chromium is not installed: nothing was measured in a browser")
        measured = measure(self.path("page.html"), dark=dark)
        self.assertEqual(sorted(measured), [390, 1280])
        for width, found in measured.items():
            self.assertEqual(found["width"], width)
            self.assertLessEqual(found["scroll"], width, found["outside"])
            self.assertEqual(found["outside"], [])
            self.assertEqual(found["cut"], [], "text reaches out of its drawing")
            self.assertEqual(found["overlaps"], [], "texts of a drawing lie on each other")
            self.assertEqual(found["drawings"], len(page.drawings))
            self.assertEqual(found["empty"], 0)
            self.assertEqual(found["pale"], [], "contrast is below 4.5 (text) or 3 (shapes)")
            self.assertGreater(found["texts"], 30)
            self.assertEqual(found["shapes"] > 0, len(page.drawings) > 0)
            self.assertEqual(found["console"], [])
            self.assertEqual(found["paper"], "rgb(20, 23, 27)" if dark else "rgb(255, 255, 255)")
        return measured


class HostileNamesTest(ReportTest):
    def setUp(self):
        super().setUp()
        write_scores(self.path("t.csv"), HOSTILE_BENCHMARKS, HOSTILE_DOMAINS, 2, 120)
        self.succeed("import", "t.csv", "-o", "s.h5")
        done = self.run_program("search", "s.h5", "-o", "r.h5", "--estimator", "published", "--factors", "1,2,3", "--min-models", 50,
                                "--bootstrap", 20, "--placebo", 8, "--parametric", 5, "--no-control", 8)
        self.assertIn(done.returncode, (0, 5), done.stderr)

    def test_names_stay_text_and_nothing_overflows(self):
        page = self.report("r.h5", "--figures", "figures")
        for name in HOSTILE_BENCHMARKS[:2] + HOSTILE_DOMAINS:
            self.assertIn(name, page.text)
        self.assertNotIn("<script", page.source)
        self.assertNotIn("<img", page.source)
        files = sorted(os.listdir(self.path("figures")))
        self.assertEqual(len(files), len(page.drawings))
        for name in files:
            self.assertRegex(name, r"^[A-Za-z0-9.-]+\.svg$")
            root = ET.parse(self.path("figures/" + name)).getroot()
            self.assertEqual(root.tag, SVG + "svg")
            self.assertIsNotNone(root.find(SVG + "style"))
            self.assertEqual([e.tag for e in root.iter() if e.tag == SVG + "script"], [])
        self.check_across(page)
        # Every kind of drawing: graphs of two settings, support, directions, effects, heat maps, three histograms.
        kinds = {name.split("-", 1)[1] for name in files}
        for kind in ("support", "directions", "loadings", "rotated-sources", "Gaussian-data", "no-control"):
            for setting in (1, 2, 3):
                # One factor has no order that other data could lack.
                drawn = setting > 1 or kind in ("support", "directions", "loadings")
                self.assertEqual(f"setting-{setting}-{kind}.svg" in kinds, drawn, (setting, kind))
        self.assertIn("setting-3-effect-z2-z3.svg", kinds)
        self.assertEqual(sum("graph" in kind for kind in kinds), 2 * len(HOSTILE_DOMAINS))
        self.check_in_browser(page)
        self.check_in_browser(page, dark=True)
        self.assertEqual(broken_pictures(self.path("figures")), [])

    def check_across(self, page):
        """Every statement and every setting of the table across settings is on the page."""
        across = self.shown("r.h5")["across_settings"]
        self.assertIn("across", page.ids)
        for name in (row["name"] for row in across["settings"]):
            self.assertIn(name, page.text)


class ContentTest(ReportTest):
    def test_influence_names_the_models(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "120,90", "--factors", 2)
        done = self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published", "--influence", 5)
        self.assertIn(done.returncode, (0, 5), done.stderr)
        page = self.report("r.h5")
        words = page.words()
        self.assertIn("Which models decide the answer", words)
        influence = self.shown("r.h5")["settings"][0]["influence"]
        self.assertIn(f"without some of the {influence['models']} models", words)
        self.assertNotIn('id="across"', page.source)  # one setting: nothing to compare
        self.check_in_browser(page)

    def test_no_replicates_and_all_orders(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "90,80", "--factors", 2)
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--density", "sas", "--orders", "all")
        page = self.report("r.h5", "--figures", "figures")
        words = page.words()
        shown = self.shown("r.h5")["settings"][0]
        self.assertFalse(shown["settled"])
        self.assertIn("no resamples of the data were analysed", words)
        self.assertIn("do not quote", words)
        self.assertNotIn("can be quoted", words)
        for warning in shown["warnings"]:
            self.assertIn(warning, words)
        for coefficient in (domain["coefficients"][1][0] for domain in shown["domains"]):
            self.assertIn(f"{coefficient:+.2f}", words)
        files = os.listdir(self.path("figures"))
        self.assertTrue(any("landscape" in name for name in files) and any("optima" in name for name in files))
        self.assertIn("4 of 4 orders were fitted", words)
        self.assertIn("The scores are simulated", words)
        # Without an interval nothing is known to differ from zero: all arrows are dashed.
        graphs = [d for d in page.drawings if d.find(SVG + "title").text.startswith("Causal graph")]
        self.assertEqual(len(graphs), 2)
        for graph in graphs:
            arrows = [e for e in graph.iter() if e.get("class", "").split(" ")[0] in ("positive", "negative")]
            self.assertEqual(len(arrows), 1)
            self.assertIn("dashed", arrows[0].get("class"))
        self.check_in_browser(page, dark=True)

    def test_support_is_told_as_it_is(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "300,250,200", "--factors", 4, "--design", "none")
        done = self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", "2,4", "--estimator", "published", "--bootstrap", 30)
        self.assertIn(done.returncode, (0, 5), done.stderr)
        page = self.report("r.h5")
        words = page.words()
        for setting in self.shown("r.h5")["settings"]:
            support = setting["support"]
            told = f"{100 * support['share']:.0f} % of {support['replicates']} resamples"
            self.assertIn(("Resampling settles it: " if setting["settled"] else "It is not settled: ") + told, words)
            self.assertIn(f"{support['replicates']} resamples", words)
            agreeing = support["groups"][0]["members"]
            self.assertEqual(f"only {agreeing} resample" in words, agreeing < 20, "percentiles of a few are no interval")
            for domain in setting["domains"]:
                self.assertEqual("coefficients_low" in domain, agreeing >= 20, "nor are they one in JSON")
        intervals = any(setting["support"]["groups"][0]["members"] >= 20 for setting in self.shown("r.h5")["settings"])
        self.assertEqual("Intervals are in loadings.csv" in words, intervals)
        settled = sum(setting["settled"] for setting in self.shown("r.h5")["settings"])
        self.assertEqual("None of them is settled" in words, settled == 0)
        self.check_in_browser(page)

    def test_orders_of_given_matrices(self):
        with open(self.path("m.txt"), "w", encoding="utf-8") as file:
            file.write("2 2 3\n1 0 0\n0.2 1 0\n1 0.1 0\n0.5 1 0.2\n")
        self.succeed("search", "m.txt", "--orders-only", "-o", "r.h5")
        words = self.report("r.h5").words()
        mic = self.shown("r.h5")["settings"][0]["orders"][0]["mic"]
        self.assertIn(f"the best has a MIC of {mic:.4f} (optimum proven)", words)
        self.assertIn("Its certainty is unknown", words)
        self.assertIn("digraph", self.succeed("graph", "r.h5").stdout)
        self.succeed("export", "r.h5", "-o", "tables")
        self.assertIn("orders.csv", os.listdir(self.path("tables")))

    def test_many_factors_and_benchmarks(self):
        write_scores(self.path("t.csv"), [f"benchmark number {i}" for i in range(60)], ["base-a", "base-b"], 10, 300)
        self.succeed("import", "t.csv", "-o", "s.h5")
        done = self.run_program("search", "s.h5", "-o", "r.h5", "--estimator", "published", "--factors", 10, "--min-models", 50)
        self.assertEqual(done.returncode, 0, done.stderr)
        page = self.report("r.h5")
        graph = next(d for d in page.drawings if d.find(SVG + "title").text.startswith("Causal graph"))
        self.assertEqual(sum(e.get("class", "").startswith(("positive-fill", "negative-fill")) for e in graph.iter()), 45)
        self.check_in_browser(page)

    def test_everything_at_once(self):
        """Both estimators with every kind of replicate, in light and dark."""
        self.succeed("simulate", "-o", "s.h5", "--sizes", "140,120,100", "--factors", 2)
        done = self.run_program("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published,joint",
                                "--density", "sas", "--bootstrap", 24, "--placebo", 6, "--no-control", 6, "--parametric", 4, "--quiet")
        self.assertIn(done.returncode, (0, 5), done.stderr)
        page = self.report("r.h5", "--figures", "figures")
        words = page.words()
        across = self.shown("r.h5")["across_settings"]
        held = [level for level in across["levels"] if level["agreeing"] == level["compared"]]
        self.assertEqual("They agree on" in words or "All settings give the same order" in words, bool(held))
        joint = self.shown("r.h5")["settings"][1]["joint"]
        behind = sorted(optimum["behind"] for optimum in joint["optima"] if not optimum["answer"])
        if behind and joint["decided"]:
            self.assertIn(f"The next is {behind[0]:.1f} behind the one shown", words)
        self.assertEqual("NOT decided" in words, not joint["decided"])
        self.assertTrue(any("subspace-angles" in name for name in os.listdir(self.path("figures"))))
        self.assertEqual(broken_pictures(self.path("figures")) if chromium() else [], [])
        self.check_in_browser(page)
        self.check_in_browser(page, dark=True)

    def test_models_are_drawn_where_they_are_stored(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "110,90,80", "--factors", 3)
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 3, "--density", "mog2", "--bootstrap", 2)
        page = self.report("r.h5")
        self.assertIn("models", page.ids)
        self.assertIn("exahca models r.h5 --store", page.words())
        for said in ("independent searches", "standard deviations of the measurement noise", "taken as exact, the scores of"):
            self.assertIn(said, page.words(), "what only the noise-aware likelihood knows")
        drawings = len(page.drawings)
        self.succeed("models", "r.h5", "--store")
        page = self.report("r.h5", "--figures", "figures")
        self.assertEqual(len(page.drawings), drawings + 1)
        (drawing,) = [d for d in page.drawings if d.find(SVG + "title").text == "Models by their capabilities"]
        printed = self.succeed("models", "r.h5", "--csv").stdout
        names = {row["model"] for row in csv.DictReader(printed.splitlines())}
        marks = [mark for group in drawing.iter(SVG + "g") for mark in group]
        self.assertEqual({mark.find(SVG + "title").text.split(" ")[0] for mark in marks}, names)
        self.assertEqual(len(marks), len(names))
        for mark in marks:  # one dot in each of three planes
            self.assertRegex(mark.get("d"), r"^(M\d+ \d+h0){3}$")
        self.assertIn("Models that fit worst", page.words())
        self.check_in_browser(page)
        self.check_in_browser(page, dark=True)
        self.assertEqual(broken_pictures(self.path("figures")) if chromium() else [], [])

    def test_the_browser_finds_what_is_broken(self):
        if chromium() is None:
            self.skipTest("Chromium is not installed: nothing was measured in a browser")
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70", "--factors", 2)
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published")
        source = self.report("r.h5").source
        faults = {
            "scroll": lambda found: found["scroll"] > 390,
            "outside": lambda found: found["outside"],
            "cut": lambda found: "reaches out" in found["cut"],
            "overlaps": lambda found: "below / above" in found["overlaps"],
            "pale": lambda found: any(text.startswith("P pale words") for text in found["pale"]) and any("line .pale" in text for text in found["pale"]),
            "console": lambda found: any("complaint" in line for line in found["console"]),
            "empty": lambda found: found["empty"] == 1,
        }
        sound = measure(self.path("page.html"), widths=(390,))[390]
        for name, fault in faults.items():
            self.assertFalse(fault(sound), name)
        broken = ('<p style="color:#c8c8c8;background:#fff">pale words</p><div style="width:600px">wide</div><svg width="80" height="30"'
                  ' viewBox="0 0 80 30"><text x="60" y="20">reaches out</text></svg><svg width="80" height="30" viewBox="0 0 80 30">'
                  '<text x="2" y="20">below</text><text x="4" y="20">above</text><line class="pale" x1="0" y1="9" x2="9" y2="9"'
                  ' style="stroke:#ddd"/></svg><svg width="5" height="5"></svg><script>console.error("complaint")</script>')
        with open(self.path("broken.html"), "w", encoding="utf-8") as file:
            file.write(source.replace("</main>", broken + "</main>"))
        found = measure(self.path("broken.html"), widths=(390,))[390]
        for name, fault in faults.items():
            self.assertTrue(fault(found), (name, found))

    def test_output_is_safe(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70", "--factors", 2)
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 2, "--estimator", "published")
        self.report("r.h5")
        self.fail_with(2, "exists", "report", "r.h5", "-o", "page.html")
        self.fail_with(2, "both input and output", "report", "r.h5", "-o", "r.h5", "--overwrite")
        self.fail_with(3, "s.h5", "report", "s.h5", "-o", "other.html")
        self.assertFalse(os.path.exists(self.path("other.html")))
        os.mkdir(self.path("figures"))
        for name in ("099-setting-9-of-an-earlier-report.svg", "001-mine.svg"):
            with open(self.path("figures/" + name), "w", encoding="utf-8") as file:
                file.write("<svg/>")
        page = self.report("r.h5", "--figures", "figures")
        files = os.listdir(self.path("figures"))
        self.assertIn("001-mine.svg", files)
        self.assertEqual(len(files), len(page.drawings) + 1)

    def test_contrast(self):
        self.succeed("simulate", "-o", "s.h5", "--sizes", "80,70", "--factors", 1)
        self.succeed("search", "s.h5", "-o", "r.h5", "--min-models", 1, "--factors", 1, "--estimator", "published")
        for mode, colours in palettes(self.report("r.h5")).items():
            for ground in ("paper", "panel", "notice"):
                for ink in ("ink", "muted", "link"):
                    self.assertGreaterEqual(contrast(rgb(colours[ink]), rgb(colours[ground])), 4.5, (mode, ink, ground))
            for shape in ("blue", "orange", "green", "purple"):
                self.assertGreaterEqual(contrast(rgb(colours[shape]), rgb(colours["paper"])), 3, (mode, shape))
            for shade in ("blue", "orange"):  # numbers on the fullest cell of a heat map
                self.assertGreaterEqual(contrast(rgb(colours["ink"]), mix(colours[shade], colours["paper"], 0.55)), 4.5, (mode, shade))


if __name__ == "__main__":
    from unittest_main import main

    main()
