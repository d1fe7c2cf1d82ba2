"""Three questions about a student's own work, for a short talk."""

import ast
import random
from collections.abc import Iterator
from typing import Any

from course.assignment import Cell
from course.judging import digest

Record = dict[str, Any]
LAST = (
    "Which answer are you least sure of, and what would convince you?",
    "Which test would have caught the first mistake that you made, and do you have it now?",
    "What would you measure next, and which outcome would surprise you?",
)


def questions(record: Record, functions: set[str], answers: set[str | None], secret: bytes) -> list[str]:
    """Three questions on a function of the student's and on a figure; the same ones every time.

    Parameters
    ----------
    record
        The student's.
    functions
        Names of those that are asked about.
    answers
        The ``grade_id`` of every answer cell: figures of other cells are the set's, not the student's.
    secret
        The course's; it chooses.
    """
    rng = random.Random(digest(secret, record["student"], "viva"))
    written = [node for cell in record["cells"] for node in defined(cell) if node.name in functions]
    asked = about(rng.choice(written), rng) if written else []
    mine = [cell for cell in record["cells"] if cell["grade_id"] in answers | {None}]
    drawn = [cell["grade_id"] or "your own cell" for cell in mine if (cell["shown"] or {}).get("png")]
    if drawn:
        asked.append(
            f"Your figure in {rng.choice(drawn)}: which point of it did you not expect, and how would you test it?"
        )
    return [*asked, *LAST][:3]


def given(release: list[Cell]) -> set[str]:
    """Functions that students get whole: nobody is asked about these."""
    return {node.name for cell in release for node in defined({"kind": cell.kind, "source": cell.source})}


def defined(cell: Record) -> Iterator[ast.FunctionDef]:
    """Functions of a cell that say more than that they are not written."""
    try:
        body = ast.parse(cell["source"]).body if cell["kind"] == "code" else []
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    for node in body:
        if isinstance(node, ast.FunctionDef) and steps(node):
            yield node


def steps(function: ast.FunctionDef) -> list[str]:
    """The statements of a function, its docstring and stubs left out, each in one line."""
    told = [node for node in ast.walk(function) if isinstance(node, ast.Assign | ast.AugAssign | ast.Return | ast.Expr)]
    plain = [node for node in told if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))]
    return [" ".join(ast.unparse(node).split())[:200] for node in plain]


def about(function: ast.FunctionDef, rng: random.Random) -> list[str]:
    """Two questions on a function."""
    inputs = ", ".join(argument.arg for argument in function.args.args) or "nothing"
    step = rng.choice(steps(function))
    return [
        f"In `{function.name}` you wrote `{step}`. What does it do, and what goes wrong without it?",
        f"Which smallest inputs of `{function.name}({inputs})` tell something, and what comes out by hand?",
    ]
