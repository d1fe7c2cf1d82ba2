"""Print how heavy, how fast and how accessible every page of the built book is: ``python -m benchmarks.pages``.

Each page is loaded five times from a web server on this machine, without a cache; seconds are medians. `shift` is the
layout shift of a load, `beyond` how far a page reaches beyond a phone, `axe` what axe finds serious, both themes.
"""

import shutil
import statistics
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

from benchmarks.timing import machine
from tools.serve import served

HTML = Path(__file__).parents[1] / "_build" / "html"
LOADS = 5
PHONES = (360, 390)

WATCH = """() => {
  window.shifted = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => {
    if (!entry.hadRecentInput) window.shifted += entry.value;
  })).observe({ type: 'layout-shift', buffered: true });
}"""

TIMES = """async () => {
  if (document.readyState !== 'complete') await new Promise((done) => addEventListener('load', done));
  await document.fonts.ready;
  await window.MathJax?.startup?.promise;
  const drawn = () => [...document.querySelectorAll('.advlib-explorer')].every(
    (node) => node.querySelector('.advlib-summary')?.textContent);
  while (!drawn()) await new Promise(requestAnimationFrame);
  const all = performance.now() / 1000;
  const painted = () => performance.getEntriesByName('first-contentful-paint')[0];
  while (!painted()) await new Promise(requestAnimationFrame);
  const files = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
  const bytes = files.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0);
  return [painted().startTime / 1000, all, window.shifted, bytes / 1e6];
}"""

BEYOND = "() => document.documentElement.scrollWidth - innerWidth"

SERIOUS = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations
  .filter(({ impact }) => ['serious', 'critical'].includes(impact)).map(({ id, nodes }) => `${id} x ${nodes.length}`)"""


def loaded(browser: Browser, address: str) -> list[float]:
    """Seconds to the first paint and to all, layout shift, and megabytes of a load without a cache."""
    context = browser.new_context()
    context.add_init_script(f"({WATCH})()")
    page = context.new_page()
    page.goto(address)
    found: list[float] = page.evaluate(TIMES)
    context.close()
    return found


def beyond(page: Page) -> int:
    """How many pixels the page is wider than a phone, the worst of them."""
    found = []
    for width in PHONES:
        page.set_viewport_size({"width": width, "height": 740})
        found.append(page.evaluate(BEYOND))
    return max(found)


def serious(page: Page) -> list[str]:
    """What axe finds serious in either theme."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate(Axe().axe_script)
    found = []
    for theme in ("light", "dark"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        found += [f"{theme}: {said}" for said in page.evaluate(SERIOUS)]
    return found


def main() -> None:
    """Print a line for each page."""
    print(machine())
    print(f"{'page':44} paint s  all s  shift   MB  beyond  axe")
    with sync_playwright() as playwright, served(HTML) as site:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for path in sorted([*HTML.glob("book/*.html"), *HTML.glob("notebooks/**/*.html")]):
            name = str(path.relative_to(HTML))
            loads = [loaded(browser, f"{site}/{name}") for _ in range(LOADS)]
            paint, whole, shift, size = map(statistics.median, zip(*loads, strict=True))
            page = browser.new_page()
            page.goto(f"{site}/{name}")
            page.evaluate(TIMES)
            print(f"{name:44} {paint:7.2f} {whole:6.2f} {shift:6.3f} {size:4.1f} {beyond(page):7d}  {serious(page)}")
            page.close()
        browser.close()


if __name__ == "__main__":
    main()
