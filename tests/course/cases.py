"""How a submission to the tiny set is made, and what is fair: its marks, and words that must explain them."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from course import assignment
from course.assignment import Cell

TINY = assignment.read(Path(__file__).parent / "assignment" / "tiny.md")
FULL, NO_Q1, NOTHING = (5, 5, 2), (0, 5, 2), (0, 0, 0)
EITHER = (None, 5, 2)  # the first question is won or lost by the student's own hand
GOOD = next(cell.source for cell in TINY.cells if cell.grade_id == "q1")
HEAD = "def value_and_gradient(W, a, x):\n"


@dataclass(frozen=True)
class Case:
    """A submission: how it is written to a folder, its fair marks, and a phrase of what is said about it."""

    write: Callable[[Path], None]
    marks: tuple[int | None, ...]
    says: str = ""


def metadata(cell: Cell) -> dict[str, Any]:
    return {"nbgrader": cell.nbgrader} if cell.nbgrader else {}


def notebook(cells: list[Any], **more: Any) -> bytes:
    raw = [
        {"cell_type": cell.kind, "source": cell.source, "metadata": metadata(cell)} if isinstance(cell, Cell) else cell
        for cell in cells
    ]
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": raw, **more}).encode()


def answered(**answers: str) -> list[Cell]:
    """The release with the reference's answers, or others."""
    given = {cell.grade_id: cell.source for cell in TINY.cells if cell.answerable} | answers
    return [replace(cell, source=given.get(str(cell.grade_id), cell.source)) for cell in TINY.release()]


def file(name: str, content: bytes | Callable[[], bytes]) -> Callable[[Path], None]:
    def write(folder: Path) -> None:
        (folder / name).write_bytes(content() if callable(content) else content)

    return write


CASES: dict[str, Case] = {}


def case(
    name: str,
    content: bytes | Callable[[], bytes],
    marks: tuple[int | None, ...],
    says: str = "",
    suffix: str = ".ipynb",
) -> None:
    CASES[name] = Case(file(name + suffix, content), marks, says)


def first(name: str, source: str, marks: tuple[int | None, ...], says: str = "") -> None:
    """A case whose first answer is this source."""
    case(name, notebook(answered(q1=source)), marks, says)


def before(name: str, source: str, marks: tuple[int | None, ...], says: str = "") -> None:
    """A case that does something, then answers rightly."""
    first(name, f"{source}\n{GOOD}", marks, says)


def after(name: str, source: str, marks: tuple[int | None, ...] = FULL, says: str = "") -> None:
    """A case that answers rightly, then does something."""
    first(name, f"{GOOD}\n\n{source}", marks, says)


def body(name: str, source: str, marks: tuple[int | None, ...] = NO_Q1, says: str = "") -> None:
    """A case whose first function does this."""
    first(name, HEAD + "\n".join("    " + line for line in source.split("\n")), marks, says)
