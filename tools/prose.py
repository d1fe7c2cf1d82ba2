"""Measure the text of the chapters: `python -m tools.prose` prints a row for each, and the book as a whole.

Running text is what stands in paragraphs and lists before the exercises: no headings, captions, boxes, displayed
formulas, tables or citations. A formula, a piece of code and a number count as a word each; numbers are the numerals
and the glued values. Visible cells are those of the same part that a page shows unfolded; the share of hidden code is
that of all lines of code in the chapter.
"""

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from nbformat import NotebookNode

from tools import chapters

HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
EXERCISES = "## Exercises"
HEADER = ("chapter", "words", "a paragraph", "figures", "numbers in 1000", "cells", "longest", "hidden")

NO_TEXT = [
    re.compile(r"^(`{3,}|:{3,}).*?^\1`*:*$", re.M | re.S),  # boxes, captions, cells
    re.compile(r"\$\$.*?\$\$(?: *\(.*?\))?", re.S),
    re.compile(r"^#.*$", re.M),
    re.compile(r"^\|.*$", re.M),
    re.compile(r"^\([\w-]+\)=$", re.M),
    re.compile(r"\{(?:cite\S*|numref|eq|ref|doc)\}`[^`]*`"),
]
ONE_WORD = [
    (re.compile(r"\{glue:\w+\}`[^`]*`"), "0"),
    (re.compile(r"\$[^$]+\$"), "formula"),
    (re.compile(r"\{[\w:]+\}`([^`<]*)(?:<[^>]*>)?`"), r"\1"),
    (re.compile(r"`[^`]+`"), "code"),
    (re.compile(r"\]\([^)]*\)"), "]"),
]
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")


@dataclass
class Measures:
    """What is counted in a chapter, so that chapters add up to a book."""

    words: int = 0
    paragraphs: int = 0
    numbers: int = 0
    figures: int = 0
    cells: int = 0
    longest: int = 0
    hidden: int = 0
    lines: int = 0

    def row(self, name: str) -> list[str]:
        """Return the measures as they are printed."""
        a_paragraph = self.words / max(self.paragraphs, 1)
        numbers = 1000 * self.numbers / max(self.words, 1)
        share = self.hidden / max(self.lines, 1)
        counts = [str(self.figures), f"{numbers:.0f}", str(self.cells), str(self.longest)]
        return [name, f"{self.words:,}", f"{a_paragraph:.0f}", *counts, f"{share:.0%}"]


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of running text in a piece of Markdown."""
    for pattern in NO_TEXT:
        text = pattern.sub("", text)
    for pattern, word in ONE_WORD:
        text = pattern.sub(word, text)
    return [part for part in re.split(r"\n\s*\n", text) if WORD.search(part)]


def lines(cell: NotebookNode) -> int:
    """How many lines of code a cell has."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def measure(chapter: NotebookNode) -> Measures:
    """Measure one chapter."""
    read = list(before_exercises(chapter.cells))
    text = [part for cell in read if cell.cell_type == "markdown" for part in paragraphs(cell.source)]
    code = [cell for cell in chapter.cells if cell.cell_type == "code"]
    seen = [lines(cell) for cell in read if cell.cell_type == "code" and not is_hidden(cell)]
    return Measures(
        words=sum(len(WORD.findall(part)) for part in text),
        paragraphs=len(text),
        numbers=sum(len(NUMBER.findall(part)) for part in text),
        figures=sum("figure" in cell.metadata.get("mystnb", {}) for cell in code),
        cells=len(seen),
        longest=max(seen, default=0),
        hidden=sum(lines(cell) for cell in code if is_hidden(cell)),
        lines=sum(map(lines, code)),
    )


def is_hidden(cell: NotebookNode) -> bool:
    """Whether a page folds a cell's code."""
    return not HIDDEN.isdisjoint(cell.metadata.get("tags", []))


def before_exercises(cells: Iterable[NotebookNode]) -> Iterable[NotebookNode]:
    """Yield the cells up to the exercises, the last one cut at their heading."""
    for cell in cells:
        text, heading, _ = cell.source.partition(EXERCISES)
        if heading and cell.cell_type == "markdown":
            yield NotebookNode(cell | {"source": text})
            return
        yield cell


def whole(measures: list[Measures]) -> Measures:
    """Add chapters up; the longest cell is the longest of all."""
    total = Measures(*map(sum, zip(*map(astuple, measures), strict=True)))
    total.longest = max(each.longest for each in measures)
    return total


def main(root: Path) -> None:
    """Print a row for each chapter of the book, and one for the whole."""
    pages = {path.stem: chapters.read(path) for path in sorted((root / "book").glob("*.md"))}
    found = {name: measure(page) for name, page in pages.items() if "kernelspec" in page.metadata}
    for name, *counts in [HEADER, *(each.row(name) for name, each in found.items())]:
        print(f"{name:22}", *(f"{count:>15}" for count in counts))
    name, *counts = whole([*found.values()]).row("the book")
    print(f"{name:22}", *(f"{count:>15}" for count in counts))


if __name__ == "__main__":
    main(Path(__file__).parents[1])
