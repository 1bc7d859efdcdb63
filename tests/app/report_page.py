"""What the tests of the report share: a page taken apart, colours, and Chromium."""

import html.parser
import json
import os
import re
import shutil
import subprocess
import tempfile
import xml.etree.ElementTree as ET

SVG = "{http://www.w3.org/2000/svg}"


class Page(html.parser.HTMLParser):
    """Tags, attributes and text of a page."""

    def __init__(self, source):
        super().__init__()
        self.source, self.tags, self.ids, self.attributes, self.text = source, set(), set(), [], ""
        self.feed(source)
        self.drawings = [ET.fromstring(text) for text in re.findall(r"<svg.*?</svg>", source, re.S)]

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids.update(value for name, value in attrs if name == "id")

    def handle_data(self, data):
        self.text += data

    def words(self):
        return " ".join(self.text.split()).replace("\u00a0", " ")


def palettes(page):
    """The custom properties of the light and the dark palette."""
    blocks = re.findall(r":root\{(.*?)\}", page.source, re.S)
    read = [dict(re.findall(r"--(\w+):(#[0-9a-f]{6})", block)) for block in blocks]
    return {"light": read[0], "dark": read[1]}


def rgb(colour):
    return [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]


def mix(colour, paper, opacity):
    return [opacity * a + (1 - opacity) * b for a, b in zip(rgb(colour), rgb(paper))]


def luminance(channels):
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first, second):
    """Of two colours as channels, by the Web Content Accessibility Guidelines 2.1."""
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


# Measures the page in a frame of the wanted width and writes what it finds into its own body.
HARNESS = """<!DOCTYPE html><meta charset="utf-8"><body>
<iframe id="frame" style="border:0;width:{width}px;height:900px" src="{page}"></iframe><pre id="out"></pre><script>
document.getElementById("frame").onload = function () {{
  const inner = this.contentDocument, root = inner.documentElement, found = {{width: root.clientWidth, scroll: root.scrollWidth}};
  const shown = element => element.getBoundingClientRect();
  found.drawings = inner.querySelectorAll("svg").length;
  found.empty = [...inner.querySelectorAll("svg")].filter(svg => shown(svg).width < 50 || shown(svg).height < 20).length;
  found.outside = [...inner.querySelectorAll("body *")].filter(e => !e.closest(".scroll,svg") && shown(e).right > root.clientWidth + 1)
    .map(e => e.tagName + " " + e.textContent.slice(0, 40));
  found.cut = [...inner.querySelectorAll("svg text")].filter(text => {{
    const box = text.getBBox(), view = text.ownerSVGElement.viewBox.baseVal;
    return box.x < -1 || box.y < -1 || box.x + box.width > view.width + 1 || box.y + box.height > view.height + 1;
  }}).map(text => text.textContent);
  found.paper = getComputedStyle(inner.body).backgroundColor;
  document.getElementById("out").textContent = JSON.stringify(found);
}};
</script></body>"""


def chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser")


def measure(path, width, dark=False):
    """What a browser makes of a page, and what it logged to its console."""
    folder = tempfile.mkdtemp(prefix="exahca-chromium-")
    try:
        harness = os.path.join(folder, "harness.html")
        with open(harness, "w", encoding="utf-8") as file:
            file.write(HARNESS.format(width=width, page="file://" + path))
        command = [chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                   "--allow-file-access-from-files", "--enable-logging=stderr", "--virtual-time-budget=5000",
                   f"--user-data-dir={folder}/profile", f"--window-size={max(500, width)},900", "--dump-dom"]
        command += ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
        done = subprocess.run(command + ["file://" + harness], capture_output=True, text=True, timeout=120, check=False)
        match = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.S)
        if not match or not match.group(1):
            raise AssertionError(f"Chromium measured nothing\n{done.stdout[:2000]}\n{done.stderr[-2000:]}")
        found = json.loads(match.group(1).replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">"))
        found["console"] = [line for line in done.stderr.splitlines() if "CONSOLE" in line]
        return found
    finally:
        shutil.rmtree(folder, ignore_errors=True)
