"""What the tests of the report share: a page taken apart, colours, and Chromium."""

import html
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


# Measures the page in a frame of each wanted width and writes what it finds into its own body.
HARNESS = r"""<!DOCTYPE html><meta charset="utf-8"><body>
<iframe id="frame" style="border:0;height:900px" src="PAGE"></iframe><pre id="out"></pre><script>
const parse = text => { const n = text.match(/[\d.]+/g).map(Number); return {rgb: n.slice(0, 3), alpha: n.length > 3 ? n[3] : 1}; };
const over = (top, opacity, below) => top.map((c, i) => opacity * c + (1 - opacity) * below[i]);
const linear = c => c / 255 <= 0.04045 ? c / 255 / 12.92 : Math.pow((c / 255 + 0.055) / 1.055, 2.4);
const luminance = c => 0.2126 * linear(c[0]) + 0.7152 * linear(c[1]) + 0.0722 * linear(c[2]);
const contrast = (a, b) => { const [x, y] = [luminance(a), luminance(b)]; return (Math.max(x, y) + 0.05) / (Math.min(x, y) + 0.05); };
const holds = (outer, inner) => outer.left <= inner.left + 1 && outer.right >= inner.right - 1 && outer.top <= inner.top + 3 && outer.bottom >= inner.bottom - 3;
const painted = (style, kind) => style[kind] !== "none" && parse(style[kind]).alpha > 0;

// What an element of the page stands on: the nearest ancestor with a background.
function ground(element) {
  for (let e = element; e; e = e.parentElement) {
    const back = parse(getComputedStyle(e).backgroundColor);
    if (back.alpha > 0.99) return back.rgb;
  }
  return [255, 255, 255];
}
// What a text of a drawing stands on: its halo, else the shapes drawn before it that hold it.
function drawn_ground(text, shapes) {
  const style = getComputedStyle(text), box = text.getBoundingClientRect();
  if (painted(style, "stroke") && style.paintOrder.startsWith("stroke")) return parse(style.stroke).rgb;
  let colour = ground(text.ownerSVGElement);
  for (const shape of shapes) {
    if (!(shape.compareDocumentPosition(text) & Node.DOCUMENT_POSITION_FOLLOWING)) break;
    const look = getComputedStyle(shape);
    if (painted(look, "fill") && holds(shape.getBoundingClientRect(), box)) colour = over(parse(look.fill).rgb, Number(look.fillOpacity), colour);
  }
  return colour;
}
function measure_contrast(inner, found) {
  found.pale = []; found.texts = 0; found.shapes = 0;
  const judge = (ratio, wanted, what) => { if (ratio < wanted) found.pale.push(what + " " + ratio.toFixed(2)); };
  for (const element of inner.querySelectorAll("body *")) {
    if (element.closest("svg") || ![...element.childNodes].some(node => node.nodeType === 3 && node.textContent.trim())) continue;
    found.texts++;
    judge(contrast(parse(getComputedStyle(element).color).rgb, ground(element)), 4.5, element.tagName + " " + element.textContent.slice(0, 30));
  }
  for (const svg of inner.querySelectorAll("svg")) {
    const shapes = [...svg.querySelectorAll("rect,circle,path")], paper = ground(svg);
    for (const text of svg.querySelectorAll("text")) {
      found.texts++;
      judge(contrast(parse(getComputedStyle(text).fill).rgb, drawn_ground(text, shapes)), 4.5, "text " + text.textContent);
    }
    for (const shape of svg.querySelectorAll("rect,circle,path,line")) {
      // Grids and borders of cells only help; shades bear their number; bands are there to hide.
      if (shape.matches(".grid,.cell,.paper,.node,.whisker-band,[fill-opacity]")) continue;
      const style = getComputedStyle(shape), kind = shape.tagName !== "line" && painted(style, "fill") ? "fill" : "stroke";
      if (!painted(style, kind)) continue;
      found.shapes++;
      const opacity = Number(kind === "fill" ? style.fillOpacity : style.strokeOpacity);
      judge(contrast(over(parse(style[kind]).rgb, opacity, paper), paper), 3, shape.tagName + " ." + shape.getAttribute("class"));
    }
  }
}
function overlaps(svg) {
  const boxes = [...svg.querySelectorAll("text")].map(text => [text.textContent, text.getBBox()]), found = [];
  for (let i = 0; i < boxes.length; i++) for (let j = 0; j < i; j++) {
    const [a, b] = [boxes[i][1], boxes[j][1]];
    const wide = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x), high = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
    if (wide > 2 && high > 4) found.push(boxes[j][0] + " / " + boxes[i][0]);
  }
  return found;
}
function look(frame) {
  const inner = frame.contentDocument, root = inner.documentElement, found = {width: root.clientWidth, scroll: root.scrollWidth};
  const shown = element => element.getBoundingClientRect(), drawings = [...inner.querySelectorAll("svg")];
  found.drawings = drawings.length;
  found.empty = drawings.filter(svg => shown(svg).width < 50 || shown(svg).height < 20 || !svg.querySelector("text")).length;
  found.outside = [...inner.querySelectorAll("body *")].filter(e => !e.closest(".scroll,svg") && shown(e).right > root.clientWidth + 1)
    .map(e => e.tagName + " " + e.textContent.slice(0, 40));
  found.cut = [...inner.querySelectorAll("svg text")].filter(text => {
    const box = text.getBBox(), view = text.ownerSVGElement.viewBox.baseVal;
    return box.x < -1 || box.y < -1 || box.x + box.width > view.width + 1 || box.y + box.height > view.height + 1;
  }).map(text => text.textContent);
  found.overlaps = drawings.flatMap(overlaps);
  found.paper = getComputedStyle(inner.body).backgroundColor;
  measure_contrast(inner, found);
  return found;
}
document.getElementById("frame").onload = function () {
  const all = {};
  for (const width of WIDTHS) {
    this.style.width = width + "px";
    all[width] = look(this);
  }
  document.getElementById("out").textContent = JSON.stringify(all);
};
</script></body>"""

# Loads every drawing as a picture of its own.
GALLERY = r"""<!DOCTYPE html><meta charset="utf-8"><body>IMAGES<pre id="out"></pre><script>
onload = () => { document.getElementById("out").textContent = JSON.stringify(
  [...document.images].map(image => [image.alt, image.complete ? image.naturalWidth : 0, image.naturalHeight])); };
</script></body>"""


def chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser")


def run_in_browser(source, dark=False):
    """What the script of a page leaves in its element "out", and what Chromium logged to its console."""
    folder = tempfile.mkdtemp(prefix="exahca-chromium-")
    try:
        harness = os.path.join(folder, "harness.html")
        with open(harness, "w", encoding="utf-8") as file:
            file.write(source)
        command = [chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
                   "--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars",
                   "--allow-file-access-from-files", "--enable-logging=stderr", "--virtual-time-budget=5000",
                   f"--user-data-dir={folder}/profile", "--window-size=1400,900", "--dump-dom"]
        command += ["--force-dark-mode", "--blink-settings=preferredColorScheme=0"] if dark else []
        done = subprocess.run(command + ["file://" + harness], capture_output=True, text=True, timeout=240, check=False)
        match = re.search(r'<pre id="out">(.*?)</pre>', done.stdout, re.S)
        if not match or not match.group(1):
            raise AssertionError(f"Chromium measured nothing\n{done.stdout[:2000]}\n{done.stderr[-2000:]}")
        return json.loads(html.unescape(match.group(1))), [line for line in done.stderr.splitlines() if "CONSOLE" in line]
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(path, widths=(390, 1280), dark=False):
    """What a browser makes of a page at each width; what it logged to its console is the same for all."""
    found, console = run_in_browser(HARNESS.replace("PAGE", "file://" + path).replace("WIDTHS", str(list(widths))), dark)
    return {int(width): {**measured, "console": console} for width, measured in found.items()}


def broken_pictures(folder):
    """Names of the drawings in a folder that a browser cannot show as pictures of their own."""
    names = sorted(os.listdir(folder))
    images = "".join(f'<img alt="{name}" src="file://{os.path.join(folder, name)}">' for name in names)
    shown, _ = run_in_browser(GALLERY.replace("IMAGES", images))
    assert len(shown) == len(names)
    return [name for name, width, height in shown if width < 50 or height < 20]
