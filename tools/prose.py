"""Measure the text of the chapters: `python -m tools.prose` prints a row for each, and the book as a whole.

Running text is what stands in paragraphs and lists before the exercises: no headings, captions, boxes, displayed
formulas, tables or citations. An item of a list is a paragraph. A formula, a piece of code and a number count as a word
each; numbers are the numerals and the glued values. Visible cells are those of the same part that a page shows
unfolded, but for the line that shows the explorer; the share of hidden code is that of all lines of code.

A chapter that has a record is a story: it is held to `AT_MOST`, and has a figure for every `WORDS_A_FIGURE` words.
"""

import re
from collections.abc import Iterable
from dataclasses import astuple, dataclass
from pathlib import Path

from nbformat import NotebookNode

from tools import chapters

HIDDEN = {"hide-input", "hide-cell", "remove-input", "remove-cell"}
EXERCISES = "## Exercises"
RECORD = "-record"
AT_MOST = {"words": 1500, "a paragraph": 30, "numbers in 1000": 15, "cells": 4, "longest": 15}
WORDS_A_FIGURE = 250
FORMATS = {"words": ",", "a paragraph": ".0f", "numbers in 1000": ".0f", "hidden": ".0%"}
MOST = ", ".join(f"{column} {most:,}" for column, most in AT_MOST.items())
BEYOND = f"* beyond what holds for a story, at most: {MOST}; and a figure for every {WORDS_A_FIGURE} words"

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
    (re.compile(r"\b(BBC|BCGT|WUMA)((?: [A-Za-z]+)?) \(?\d+(?:\.\d+)*\)?"), r"\1\2"),
]
NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
WORD = re.compile(r"\w+(?:[.,'’-]\w+)*")
BREAK = re.compile(r"\n\s*\n|^\s*(?:[-*]|\d+\.)\s+", re.M)
EXPLORER = re.compile(r"(?:from advlib\.pages import explorers\s+)?explorers\.\w+\(\)")


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

    def columns(self) -> dict[str, float]:
        """Return what a row says, by its column."""
        return {
            "words": self.words,
            "a paragraph": self.words / max(self.paragraphs, 1),
            "figures": self.figures,
            "numbers in 1000": 1000 * self.numbers / max(self.words, 1),
            "cells": self.cells,
            "longest": self.longest,
            "hidden": self.hidden / max(self.lines, 1),
        }

    def beyond(self) -> set[str]:
        """Return the columns in which this is beyond what holds for a story."""
        found = self.columns()
        too_much = {name for name, most in AT_MOST.items() if found[name] > most}
        too_few_figures = self.figures < self.words // WORDS_A_FIGURE
        return too_much | ({"figures"} if too_few_figures else set())

    def row(self, name: str, *, story: bool = False) -> list[str]:
        """Return the measures as they are printed; a story's are marked where they are beyond what holds for it."""
        marked = self.beyond() if story else set()
        texts = [
            f"{value:{FORMATS.get(column, '')}}{'*' if column in marked else ''}"
            for column, value in self.columns().items()
        ]
        return [name, *texts]


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of running text in a piece of Markdown."""
    for pattern in NO_TEXT:
        text = pattern.sub("", text)
    for pattern, word in ONE_WORD:
        text = pattern.sub(word, text)
    return [part for part in BREAK.split(text) if WORD.search(part)]


def lines(cell: NotebookNode) -> int:
    """How many lines of code a cell has."""
    return sum(bool(line.strip()) for line in cell.source.splitlines())


def measure(chapter: NotebookNode) -> Measures:
    """Measure one chapter."""
    read = list(before_exercises(chapter.cells))
    text = [part for cell in read if cell.cell_type == "markdown" for part in paragraphs(cell.source)]
    code = [cell for cell in chapter.cells if cell.cell_type == "code"]
    seen = [lines(cell) for cell in read if is_seen(cell)]
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


def is_seen(cell: NotebookNode) -> bool:
    """Whether a page shows a cell's code, and it is more than the line that shows the explorer."""
    return cell.cell_type == "code" and not is_hidden(cell) and not EXPLORER.fullmatch(cell.source.strip())


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


def measured(root: Path) -> dict[str, Measures]:
    """Measure every chapter and record of the book, by its name."""
    pages = {path.stem: chapters.read(path) for path in (root / "book").glob("*.md")}
    return {name: measure(page) for name, page in sorted(pages.items()) if "kernelspec" in page.metadata}


def stories(found: dict[str, Measures]) -> dict[str, Measures]:
    """Return those that have a record."""
    return {name: each for name, each in found.items() if name + RECORD in found}


def main(root: Path) -> None:
    """Print a row for each chapter and record, one for all stories, and one for the whole."""
    found = measured(root)
    told = stories(found)
    rows = [each.row(name, story=name in told) for name, each in found.items()]
    if told:
        rows.append(whole([*told.values()]).row("the stories"))
    rows.append(whole([*found.values()]).row("the book"))
    for name, *counts in [["chapter", *Measures().columns()], *rows]:
        print(f"{name:24}", *(f"{count:>15}" for count in counts))
    print(BEYOND)


if __name__ == "__main__":
    main(Path(__file__).parents[1])
