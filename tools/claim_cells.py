"""Which cell of a record computed what a row of its claims says: the last one to set a name that the row prints."""

import ast
import re
from collections.abc import Iterable
from hashlib import sha256

from nbformat import NotebookNode

ROW = re.compile(r"(?:p\d|own|tool)-[a-z0-9-]+")

ASSIGNED = (ast.Assign, ast.AugAssign, ast.AnnAssign)

Setters = dict[str, int]
"""The last code cell, counted from 0, that set each name."""


def computing(cells: Iterable[NotebookNode]) -> dict[str, str]:
    """Return the code of the cell that computed each row, where the row's own text tells."""
    sources = [cell.source for cell in cells if cell.cell_type == "code"]
    setters: Setters = {}
    found: dict[str, int] = {}
    for place, source in enumerate(sources):
        body = ast.parse(source).body
        found.update(behind(body, setters))
        setters.update({each: place for statement in body for each in made(statement)})
    return {row: sources[place] for row, place in found.items()}


def name(source: str) -> str:
    """Return what a cell of this code is called in addresses."""
    return f"cell-{sha256(source.strip().encode()).hexdigest()[:8]}"


def behind(body: list[ast.stmt], setters: Setters) -> dict[str, int]:
    """Return the earlier cell behind each row that a cell makes, but of those that it computes itself."""
    own = {each for statement in body for each in made(statement)}
    calls = [node for statement in body for node in ast.walk(statement) if isinstance(node, ast.Call)]
    rows = {row: printed(call) for call in calls if (row := row_name(call))}
    told = {row: names & setters.keys() for row, names in rows.items() if not names & own}
    return {row: max(setters[each] for each in names) for row, names in told.items() if names}


def row_name(call: ast.Call) -> str:
    """Return the name of the row that a call makes, if it stands there."""
    given = [word.value for word in call.keywords if word.arg == "item"]
    names = (str(part.value) for part in given if isinstance(part, ast.Constant))
    return next(filter(ROW.fullmatch, names), "")


def printed(call: ast.Call) -> set[str]:
    """Return the names that a row prints as its measurement, or as its reason, and does not set itself."""
    parts = [word.value for word in call.keywords if word.arg in ("measured", "why")]
    nodes = [node for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)]
    counted = {node.id for node in nodes if isinstance(node.ctx, ast.Store)}
    return {node.id for node in nodes} - counted


def made(statement: ast.stmt) -> set[str]:
    """Return the names that a statement, or one within it, sets for good; what a loop counts by is none of them."""
    if isinstance(statement, ast.FunctionDef):
        return {statement.name}
    definitions = [node for node in ast.walk(statement) if isinstance(node, ASSIGNED)]
    return {each for node in definitions for each in named(node)}


def named(node: ast.Assign | ast.AugAssign | ast.AnnAssign) -> set[str]:
    """Return what an assignment names, a table where it sets a column."""
    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
    parts = [part for target in targets for part in ast.walk(target)]
    return {part.id for part in parts if isinstance(part, ast.Name)}
