"""What is seen on a page: its contrasts, the size of its words, what axe finds; each asked in the page itself."""

import math
import re

from tests.chromium import HTML

UNFOLD = """() => {
  document.querySelectorAll('details').forEach((node) => { node.open = true; });
  document.querySelectorAll('.toggle-button').forEach((node) => node.click());
}"""

REACHED = """() => [...document.querySelectorAll('pre, .output, .pst-scrollable-table-container')].every(
  (node) => node.scrollWidth <= node.clientWidth || node.tabIndex === 0)"""
"""What scrolls sideways is a stop of the tab key."""

PLAIN_FORMULAS = """() => {
  document.querySelectorAll('mjx-math').forEach((node) => node.remove());
  document.querySelectorAll('mjx-assistive-mml').forEach((node) => { node.textContent = node.textContent; });
}"""

FITS = "() => document.documentElement.scrollWidth <= innerWidth"

TOO_WIDE = """() => [...document.querySelectorAll('article div.math mjx-container')]
  .filter((node) => node.scrollWidth > node.clientWidth + 1)
  .map((node) => node.querySelector('mjx-assistive-mml').textContent)"""
"""The displayed formulas that one must push aside to read."""

AXE = """async ([context, options]) => {
  const given = { resultTypes: ['violations'], elementRef: true, preload: false, ...options };
  const { violations } = await axe.run(context, given);
  return violations.flatMap(({ id, impact, nodes }) => nodes
    .filter(({ element }) => ['serious', 'critical'].includes(impact) || element.closest('.advlib-explorer'))
    .map(({ html, failureSummary }) => [id, html.slice(0, 200), failureSummary]));
}"""
"""What axe finds: all of it within an explorer, what is serious elsewhere."""

SHOW = "theme => { document.documentElement.dataset.theme = theme }"

MARK_NEW = """([mark, known]) => {
  const [seen, grounds] = [new Set(known), new Map([[document.documentElement, '']])];
  const ground = (node) => {
    if (!grounds.has(node)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(node);
      grounds.set(node, [backgroundColor, backgroundImage, opacity, ground(node.parentElement)].join());
    }
    return grounds.get(node).replaceAll('rgba(0, 0, 0, 0),none,1,', '');
  };
  const look = (node) => {
    const { color, fontSize, fontWeight } = getComputedStyle(node);
    return [node.tagName, color, fontSize, fontWeight, ground(node)].join();
  };
  const written = (node) => [...node.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim());
  for (const node of document.body.querySelectorAll('*')) {
    if (!written(node) || !node.checkVisibility({ visibilityProperty: true }) || seen.has(look(node))) continue;
    seen.add(look(node));
    node.setAttribute(mark, '');
  }
  return [...seen];
}"""
"""Mark one text of each look that is not known yet, and return the looks known then: axe takes its time over each."""

PLAIN_CODE = """marks => document.querySelectorAll('pre').forEach((node) => {
  if (!node.querySelector(marks)) node.textContent = node.textContent;
})"""
"""The colours of code that axe has seen only take its time."""

LOOK_AT = """mark => axe.configure({ rules: [
  { id: 'color-contrast', selector: mark },
  { id: 'link-in-text-block', selector: `a[href]${mark}` },
] })"""

ICONS = """() => [...document.querySelectorAll('i[class*="fa-"]')].filter((node) => node.checkVisibility()).map(
  (node) => [node.className, node.offsetWidth, getComputedStyle(node, '::before').content])"""

COLOURS = """live => {
  const ground = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return /, 0\\)|transparent/.test(colour) ? ground(node.parentElement) : colour;
  };
  const of = (selector, property) =>
    [...live.querySelectorAll(selector)].map((node) => getComputedStyle(node)[property]).filter((it) => it != 'none');
  return {
    ground: ground(live),
    text: [...of('.role-axis text, .role-title text', 'fill'), ...of('.advlib-summary, label, output', 'color')],
    lines: of('svg .mark-line path, svg .mark-rule line[stroke-dasharray]', 'stroke'),
  };
}"""


def contrast(one, other):
    def luminance(colour):
        parts = [float(c) / 255 for c in re.findall(r"[\d.]+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


SHOWN = """() => [...document.querySelectorAll('article img')]
  .filter((image) => image.clientWidth)
  .map(({ src, clientWidth }) => [src, clientWidth])"""


def smallest_words(source, width):
    """How high the smallest words of a figure are, in pixels, where it is so wide, or a panel that is cut from it."""
    file, _, cut = source.rpartition("/")[2].partition("#")
    svg = (HTML / "_images" / file).read_text()
    (box,) = re.findall(r"viewBox\(([^)]*)\)", cut) or re.findall(r'viewBox="([^"]*)"', svg)
    points = float(re.split("[ ,]", box)[2])
    sizes = [100 * float(scale) for scale in re.findall(r'<g transform="[^"]*scale\(([\d.]+) -', svg)]
    return min(sizes, default=math.inf) * width / points


ENLARGED = "() => document.querySelector('dialog.enlarged img').getBoundingClientRect().width"

READ_OUT = """explorer => [...explorer.querySelectorAll('.advlib-reader')].map((reader) => {
  const heard = [];
  reader.dispatchEvent(new Event('focus'));
  for (let i = 0; i <= reader.max; i++) {
    reader.value = i;
    reader.dispatchEvent(new Event('input'));
    heard.push(reader.getAttribute('aria-valuetext'));
  }
  reader.dispatchEvent(new Event('blur'));
  return heard;
})"""
