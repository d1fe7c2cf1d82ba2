"""Print how fast a page computes its explorers, in headless Chromium from disk: ``python -m benchmarks.live``."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from advlib.pages import explorers
from benchmarks.timing import machine
from tests.pages.bare import write_page

MOVE = """async ([name, key]) => {
  const summary = document.querySelector('.advlib-summary');
  const times = [];
  const start = performance.now();
  const observer = new MutationObserver(() => times.push(performance.now() - start));
  observer.observe(summary, { childList: true, characterData: true, subtree: true });
  const input = document.querySelector(`[data-name=${name}]`);
  input.value = Number(input[key]) || 0;
  input.dispatchEvent(new Event('input'));
  do await new Promise(requestAnimationFrame); while (summary.ariaBusy === 'true');
  observer.disconnect();
  return [times[0], performance.now() - start];
}"""
"""Move a slider to an end; milliseconds to the first text, and until nothing grows any more."""

DRAG = """async (name) => {
  const summary = document.querySelector('.advlib-summary');
  let drawn = 0;
  const observer = new MutationObserver(() => drawn++);
  observer.observe(summary, { childList: true, characterData: true, subtree: true });
  const input = document.querySelector(`[data-name=${name}]`);
  const start = performance.now();
  for (let i = 0; i < 120; i++) {
    input.value = Math.round((input.max * i) / 119);
    input.dispatchEvent(new Event('input'));
    await new Promise(requestAnimationFrame);
  }
  observer.disconnect();
  return (1000 * drawn) / (performance.now() - start);
}"""
"""Drag a slider from end to end in 120 moves; pictures drawn in a second."""

REST = """() => {
  const summary = document.querySelector('.advlib-summary');
  return summary?.textContent && summary.ariaBusy !== 'true';
}"""

MOVES = [
    ("one_step", "", "dim", "max"),
    ("one_step", "?one_step.width=10000", "dim", "max"),
    ("how_often", "", "dim", "max"),
    ("bottlenecks", "?bottlenecks.second=200&bottlenecks.fourth=100", "fourth", "max"),
    ("depth", "", "width", "max"),
    ("gradient_terms", "?gradient_terms.dim=100&gradient_terms.narrow=150", "dim", "max"),
    ("deferred_decisions", "", "seed", "max"),
    ("digit_step", "", "constant", "max"),
    ("three_scales", "", "dim", "max"),
]


def opened(page: Page, folder: Path, name: str, query: str) -> None:
    """Open a page of this explorer and let it come to rest."""
    page.goto(write_page(folder, getattr(explorers, name)()).as_uri() + query)
    page.wait_for_function(REST)
    page.wait_for_timeout(3000)


def main() -> None:
    """Print milliseconds after a move, and pictures a second while dragging."""
    print(machine())
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        for name, query, slider, end in MOVES:
            opened(page, Path(folder), name, query)
            first, last = page.evaluate(MOVE, [slider, end])
            print(f"{name}{query}, {slider} moved: first picture {first:.0f} ms, whole frame {last:.0f} ms")
        opened(page, Path(folder), "one_step", "")
        print(f"one_step, dim dragged: {page.evaluate(DRAG, 'dim'):.0f} pictures a second; wanted: at least 30")
        browser.close()


if __name__ == "__main__":
    main()
