"""A student's answers in a fresh release: the cells that are run, and what was odd about the submission."""

import ast
from collections import defaultdict
from dataclasses import replace

from course.assignment import Cell

EDGES = " \t\r\n"
Known = dict[str | None, Cell]


def assemble(release: list[Cell], submitted: list[Cell]) -> tuple[list[Cell], list[str]]:
    """Take the answers by their ``grade_id`` into the release.

    Copies of an answer are joined in order, cells of the student's own stay behind their predecessor, everything
    else is the release's. Where no cell carries its name, answers are known by the functions that they define.
    """
    known: Known = {cell.grade_id: cell for cell in release if cell.grade_id}
    submitted, notes = named(known, submitted)
    printed = {cell.source.strip(EDGES) for cell in release}
    answers: dict[str | None, list[Cell]] = defaultdict(list)
    own: dict[str | None, list[Cell]] = defaultdict(list)
    order: list[str] = []
    for cell in submitted:
        if cell.grade_id in known:
            order.append(str(cell.grade_id))
            answers[cell.grade_id].append(cell)
        elif cell.source.strip(EDGES) not in printed | {""}:
            own[order[-1] if order else None].append(replace(cell, nbgrader={}))
    notes += oddities(known, answers, order)
    whole = list(own[None])
    for cell in release:
        whole += joined(cell, answers[cell.grade_id]) if cell.answerable else [cell]
        whole += own[cell.grade_id] if cell.grade_id else []
    return whole, notes


def named(known: Known, submitted: list[Cell]) -> tuple[list[Cell], list[str]]:
    """The submission with its answers named, where it has lost every name."""
    if any(cell.grade_id in known for cell in submitted):
        return submitted, []
    wanted = {name: cell.grade_id for cell in known.values() if cell.answerable for name in cell.defined()}
    found = []
    for cell in submitted:
        name = next((wanted[name] for name in sorted(cell.defined()) if name in wanted), None)
        found.append(replace(cell, nbgrader={"grade_id": name}) if name else cell)
    return found, ["no cell carries its name: matched by the functions they define"]


def joined(cell: Cell, copies: list[Cell]) -> list[Cell]:
    """An answer's copies as one cell, or as several where only that can be run."""
    written = [copy for copy in copies if copy.source.strip(EDGES) != cell.source.strip(EDGES)] or copies
    sources = [copy.source for copy in written if copy.kind == cell.kind or cell.kind != "code"]
    whole = replace(cell, source="\n".join(sources))
    if len(sources) < 2 or cell.kind != "code" or compiles(whole.source) or not any(map(compiles, sources)):
        return [whole]
    return [replace(cell, source=source) for source in sources]


def compiles(source: str) -> bool:
    """Whether a source is Python."""
    try:
        ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True


def oddities(known: Known, answers: dict[str | None, list[Cell]], order: list[str]) -> list[str]:
    """What is missing, doubled, changed or out of order, in words."""
    notes = []
    for name, cell in known.items():
        copies = answers[name]
        if not copies:
            notes.append(f"{name}: missing, " + ("no answer" if cell.answerable else "restored"))
        if len(copies) > 1:
            notes.append(f"{name}: {len(copies)} copies" + (", joined" if cell.answerable else ""))
        if not cell.answerable and any(copy.source.strip(EDGES) != cell.source.strip(EDGES) for copy in copies):
            notes.append(f"{name}: changed, the original is used")
    if list(dict.fromkeys(order)) != [name for name in known if answers[name]]:
        notes.append("cells out of order: run in the original order")
    return notes
