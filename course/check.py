"""What a student runs: the visible tests, with messages that name the question. Her own code is not isolated."""

import io
import re
import sys
import tempfile
from collections.abc import Iterator
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from typing import Any

from course import intake, masks
from course.assemble import assemble
from course.assignment import TEXT_STUB, Cell, CourseError

QUESTION = re.compile(r"(?:Question|Exercise|Problem) [\w.]+")


def check(path: Path, release: Path | None = None) -> bool:
    """Run a notebook from top to bottom, print how each question fares, and say whether every visible test passes.

    Tests and locked cells come from ``release``, the notebook as it was given out, else from the notebook itself.

    Raises
    ------
    CourseError
        No notebook can be had of one of the files.
    """
    given = read(release or path)
    submitted, notes = submission(path)
    cells, more = assemble(labelled(given), submitted)
    for note in notes + more:
        print(f"note: {note}")
    with tempfile.TemporaryDirectory() as folder:
        withhold(given, Path(folder))
        faults = list(report(cells, titles(cells), errors(cells, path.parent)))
    print(
        "Every visible test passes. Marks come from further tests, on numbers of your own."
        if not faults
        else f"Look at: {', '.join(faults)}"
    )
    return not faults


def read(path: Path) -> dict[str, Any]:
    """A notebook as JSON."""
    try:
        return intake.parse(intake.decode(intake.read(path))[0])
    except intake.Unreadable as error:
        raise CourseError(f"{path}: {error}") from None


def submission(path: Path) -> tuple[list[Cell], list[str]]:
    """The cells to be checked, and what was odd."""
    try:
        return intake.cells(intake.read(path), path.stem)
    except intake.Unreadable as error:
        raise CourseError(f"{path}: {error}") from None


def labelled(notebook: dict[str, Any]) -> list[Cell]:
    """The cells of a release, with all that nbgrader knows of them."""
    pairs = [(raw, intake.cell(raw)) for raw in notebook["cells"]]
    found = [Cell(cell.kind, cell.source, raw.get("metadata", {}).get("nbgrader", {})) for raw, cell in pairs if cell]
    if not any(cell.nbgrader.get("grade") for cell in found):
        raise CourseError("this notebook has no test cells; give the one that you started from with --release FILE")
    return found


def withhold(notebook: dict[str, Any], folder: Path) -> None:
    """Put the library in place without what the set withholds, as when it is graded."""
    withheld = notebook.get("metadata", {}).get("course", {}).get("withhold", [])
    source = masks.library()
    if withheld and source:
        masks.masked(source, folder / "advlib", tuple(withheld))
        sys.path.insert(0, str(folder))


def errors(cells: list[Cell], folder: Path) -> dict[int, str | None]:
    """Run every code cell, in the notebook's folder; the error of each."""
    import matplotlib

    from course.inside import Student

    matplotlib.use("agg")
    student = Student()
    with chdir(folder), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return {place: student.run(cell.source) for place, cell in enumerate(cells) if cell.kind == "code"}


def titles(cells: list[Cell]) -> list[str]:
    """The question that each cell belongs to, from the text above it, else its grade_id."""
    found, current = [], None
    for cell in cells:
        title = QUESTION.search(cell.source) if cell.kind == "markdown" else None
        current = title.group() if title else current
        found.append(f"{current} ({cell.grade_id})" if current else str(cell.grade_id))
    return found


def report(cells: list[Cell], named: list[str], failed: dict[int, str | None]) -> Iterator[str]:
    """Print how each question fares; yield those that need work."""
    for place, cell in enumerate(cells):
        error = failed.get(place)
        if error == "NotImplementedError: ":
            error = "not written yet"
        if cell.kind == "code" and cell.nbgrader.get("grade"):
            print(f"{named[place]}: {error or 'the visible tests pass'}")
        elif error:
            print(f"{named[place]}: the cell fails: {error}")
        elif cell.nbgrader.get("grade") and TEXT_STUB in cell.source:
            print(f"{named[place]}: no answer yet")
        else:
            continue
        if error or cell.kind != "code":
            yield named[place]
