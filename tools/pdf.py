"""Print the built book into one file, _build/one-gradient-step.pdf, with headless Chromium: ``make pdf``."""

import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Error, PdfMargins, sync_playwright
from pypdf import PdfWriter

SETTLED = """() => document.readyState === 'complete' && document.fonts.ready
  .then(() => document.querySelector('.math') ? window.MathJax?.startup?.promise : undefined)
  .then(() => true)"""
"""The page, its fonts and its formulas are there; a browser may never call its network idle."""

MARGIN: PdfMargins = {"top": "18mm", "bottom": "18mm", "left": "18mm", "right": "18mm"}

CURE = "install the system's Chromium (apt install chromium) or run `make browser`"


def names(root: Path) -> list[str]:
    """Return the pages in the order of the table of contents."""
    listed = re.findall(r"(root|file|glob): (\S+)", (root / "_toc.yml").read_text(encoding="utf-8"))
    found = [matched(root, name) if kind == "glob" else [name] for kind, name in listed]
    return [name for some in found for name in some]


def matched(root: Path, pattern: str) -> list[str]:
    """Return the pages that a pattern of the table of contents stands for."""
    return [str(path.relative_to(root).with_suffix("")) for path in sorted(root.glob(f"{pattern}.ipynb"))]


def printed(browser: Browser, html: Path, pages: list[str], folder: Path) -> Iterator[tuple[str, Path]]:
    """Print each page into a file of its own; yield titles and files."""
    page = browser.new_page(reduced_motion="reduce")
    for number, name in enumerate(pages):
        file = folder / f"{number}.pdf"
        page.goto((html / f"{name}.html").as_uri())
        page.wait_for_function(SETTLED)
        page.pdf(path=file, format="A4", margin=MARGIN)
        print(f"  {name}", flush=True)
        yield page.locator("h1").first.inner_text().rstrip("#"), file


def bind(parts: Iterator[tuple[str, Path]], book: Path) -> None:
    """Put files one behind the other, each under its title."""
    with PdfWriter() as writer:
        for title, file in parts:
            writer.append(file, outline_item=title)
        writer.write(book)


def main(root: Path) -> None:
    """Print the book of the project at ``root``."""
    html, book = root / "_build" / "html", root / "_build" / "one-gradient-step.pdf"
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        except Error as error:
            sys.exit(f"no Chromium: {CURE}; {error}")
        bind(printed(browser, html, names(root), Path(folder)), book)
        browser.close()
    print(f"Open {book.as_uri()}")


if __name__ == "__main__":
    main(Path(__file__).parents[1])
