"""An assignment: its notebook, with solutions, as a list of cells; what its students get of it."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

CODE_STUB = "# YOUR CODE HERE\nraise NotImplementedError()"
TEXT_STUB = "YOUR ANSWER HERE"
SOLUTION, HIDDEN, SCHEME = "SOLUTION", "HIDDEN TESTS", "MARK SCHEME"


class CourseError(Exception):
    """Something the instructor can mend; its text says what and how."""


@dataclass(frozen=True)
class Cell:
    """One cell: its kind, its source, what nbgrader and MyST-NB know of it, such as the text of a figure."""

    kind: str
    source: str
    nbgrader: dict[str, Any] = field(default_factory=dict)
    mystnb: dict[str, Any] = field(default_factory=dict)

    @property
    def grade_id(self) -> str | None:
        """Its name in nbgrader's metadata."""
        return self.nbgrader.get("grade_id")

    @property
    def answerable(self) -> bool:
        """Whether the student's version counts, not the release's."""
        return self.grade_id is not None and not self.nbgrader.get("locked", False)

    @property
    def solution(self) -> bool:
        """Whether it answers a question: other answers may be run without it."""
        return self.answerable and bool(self.nbgrader.get("solution"))

    def defined(self) -> set[str]:
        """Names that its code defines at the top level; none where it is no plain Python."""
        if self.kind != "code":
            return set()
        try:
            body = ast.parse(self.source).body
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return set(re.findall(r"^(?:async )?(?:def|class) +(\w+)", self.source, re.MULTILINE))
        return {name for statement in body for name in names(statement)}


def names(statement: ast.stmt) -> Iterator[str]:
    """Names that a statement defines by ``def``, ``class`` or assignment."""
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield statement.name
    elif isinstance(statement, ast.Assign | ast.AnnAssign):
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        yield from (node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name))


@dataclass(frozen=True)
class Assignment:
    """An assignment.

    Parameters
    ----------
    name
        Its notebook's name.
    cells
        Its cells, with solutions.
    metadata
        The notebook's.
    withheld
        Functions of ``advlib`` that students' code must not call.
    seconds
        CPU seconds of a ``cell`` and a ``call``, where they are not the usual ones.
    data
        The folder ``data`` beside it, which its cells read, if there is one.
    """

    name: str
    cells: list[Cell]
    metadata: dict[str, Any]
    withheld: tuple[str, ...] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    data: Path | None = None

    def release(self) -> list[Cell]:
        """The cells that students get: no solutions, texts of their figures, hidden tests or mark schemes."""
        return [
            replace(cell, source=released(cell), mystnb={} if cell.solution else cell.mystnb) for cell in self.cells
        ]

    def home(self, function: str) -> str | None:
        """The ``grade_id`` of the answer cell that is to define a function."""
        return next((cell.grade_id for cell in self.cells if cell.solution and function in cell.defined()), None)


def cut(source: str, what: str, stub: str | None = None) -> tuple[str, bool]:
    """Take the regions between ``BEGIN what`` and ``END what`` out; say whether there was one.

    Raises
    ------
    CourseError
        A region that does not end, or one within another.
    """
    lines, inside, found = [], False, False
    for line in source.split("\n"):
        begins, ends = f"BEGIN {what}" in line, f"END {what}" in line
        if begins == inside and (begins or ends):
            raise CourseError(f"BEGIN {what} and END {what} do not alternate in the cell that begins {source[:60]!r}")
        if begins and stub:
            indent = line[: len(line) - len(line.lstrip())]
            lines += [indent + stub_line for stub_line in stub.split("\n")]
        if not (inside or begins or ends):
            lines.append(line)
        inside = (inside or begins) and not ends
        found = found or begins
    if inside:
        raise CourseError(f"END {what} is missing in the cell that begins {source[:60]!r}")
    return "\n".join(lines), found


def released(cell: Cell) -> str:
    """Return the source of a cell as students get it, by nbgrader's rules."""
    stub = CODE_STUB if cell.kind == "code" else TEXT_STUB
    source, schemed = cut(cell.source, SCHEME)
    source, _ = cut(source, HIDDEN)
    source, solved = cut(source, SOLUTION, stub)
    if solved or not cell.nbgrader.get("solution"):
        return source
    return f"{source.rstrip()}\n\n{stub}" if schemed else stub


def find(place: Path) -> tuple[Path, Path]:
    """Find an assignment's notebook and judge: ``DIR/NAME.md`` and ``DIR/judge.py``, or a file with ``NAME_judge.py``.

    Raises
    ------
    CourseError
        Where one of them is missing, or several notebooks could be meant.
    """
    sources = [place]
    if place.is_dir():
        sources = [path for path in sorted(place.glob("*.md")) if b"grade_id" in path.read_bytes()]
    if len(sources) != 1 or not sources[0].is_file():
        found = ", ".join(path.name for path in sources) or "none"
        raise CourseError(f"{place}: one Markdown notebook with nbgrader's grade_id in it is needed, found: {found}")
    source = sources[0]
    judges = [source.with_name(f"{source.stem}_judge.py"), source.with_name("judge.py")]
    judge = next((path for path in judges if path.is_file()), None)
    if judge is None:
        raise CourseError(f"{source.name} has no judge: neither {judges[0].name} nor judge.py is in {source.parent}")
    return source, judge


def metadata_of(cell: Any) -> Iterator[dict[str, Any]]:
    """What nbgrader and MyST-NB know of a cell of a notebook."""
    return (dict(cell.metadata.get(reader, {})) for reader in ("nbgrader", "mystnb"))


def read(path: Path) -> Assignment:
    """Read an assignment from its Markdown notebook.

    Raises
    ------
    CourseError
        If the file cannot be read, or its header or a cell says what does not count; the message names the file.
    """
    import jupytext  # a second of importing, which the worker of a student need not pay

    try:
        notebook = jupytext.reads(path.read_text(encoding="utf-8-sig"), fmt="md:myst")
    except Exception as error:  # a broken header makes YAML, nbformat and jupytext itself raise what they please
        raise CourseError(f"{path.name} cannot be read: {error}") from error
    cells = [Cell(cell.cell_type, cell.source, *metadata_of(cell)) for cell in notebook.cells]
    twice = {cell.grade_id for cell in cells if cell.grade_id and [c.grade_id for c in cells].count(cell.grade_id) > 1}
    if twice:
        raise CourseError(f"{path.name}: these grade_ids are used twice: {', '.join(sorted(map(str, twice)))}")
    withheld, seconds = settings(path, notebook.metadata.get("course", {}))
    kernel = {"kernelspec": notebook.metadata.get("kernelspec", PYTHON)}
    data = path.resolve().parent / "data"
    return Assignment(path.stem, cells, kernel, withheld, seconds, data if data.is_dir() else None)


def settings(path: Path, course: Any) -> tuple[tuple[str, ...], dict[str, float]]:
    """What the front matter's `course` sets: the functions that are withheld, and CPU seconds."""
    if not isinstance(course, dict):
        raise CourseError(f"{path.name}: the front matter's `course` must hold names and values, got {course!r}")
    left = dict(course)
    withheld = tuple(left.pop("withhold", ()))
    seconds = {name: left.pop(f"{name}_seconds") for name in ("cell", "call") if f"{name}_seconds" in left}
    for name, value in seconds.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise CourseError(f"{path.name}: the front matter's {name}_seconds must be a number, got {value!r}")
    if left:
        raise CourseError(f"{path.name}: the front matter's `course` has no {', '.join(left)}")
    return withheld, seconds


PYTHON = {"name": "python3", "display_name": "Python 3", "language": "python"}
