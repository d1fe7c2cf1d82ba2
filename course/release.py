"""What students get: the notebook without solutions; and whether the reference passes before they get it."""

import contextlib
import csv
import hashlib
import io
import shutil
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from nbformat import NotebookNode, v4, writes

from course import lms
from course.assignment import Assignment, Cell
from course.judging import Answer, Judge, Part, personal_seed

DRAWS, STUDENTS = 20, 3


def notebook(assignment: Assignment, cells: list[Cell]) -> NotebookNode:
    """Cells of an assignment as a Jupyter notebook, whose ids are the same every time."""
    made = []
    for place, cell in enumerate(cells):
        new = v4.new_code_cell if cell.kind == "code" else v4.new_markdown_cell
        name = hashlib.sha256(f"{assignment.name} {cell.grade_id or place}".encode()).hexdigest()[:8]
        known = {"nbgrader": cell.nbgrader, "mystnb": cell.mystnb}
        made.append(new(cell.source, id=name, metadata={reader: data for reader, data in known.items() if data}))
    metadata: dict[str, Any] = dict(assignment.metadata)
    if assignment.withheld:
        metadata["course"] = {"withhold": list(assignment.withheld)}
    return v4.new_notebook(cells=made, metadata=metadata)


def write(assignment: Assignment, folder: Path) -> Path:
    """Write the students' notebook; return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{assignment.name}.ipynb"
    path.write_text(writes(notebook(assignment, assignment.release())) + "\n", encoding="utf-8")
    if assignment.data and assignment.data.parent != folder.resolve():
        shutil.copytree(assignment.data, folder / "data", dirs_exist_ok=True)
    return path


def write_seeds(assignment: Assignment, roster: Path, secret: bytes, folder: Path) -> Path:
    """Write the number of every student of a roster, a table with a column ``student``; return its path."""
    path = folder / f"{assignment.name}-seeds.csv"
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["student", "SEED"])
        writer.writerows(
            [name, personal_seed(secret, name, assignment.name)] for name in dict.fromkeys(lms.aliases(roster).values())
        )
    return path


def rehearse(assignment: Assignment, judge: Judge, draws: int = DRAWS, students: int = STUDENTS) -> list[str]:
    """Run the reference, here, and try it on draws of each part; return where it fails, in words.

    The reference is the instructor's own code, and is not shut in.

    Parameters
    ----------
    draws
        Of each part that is the same for all students; the notebook is run once for them.
    students
        Numbers, from 0 on, for which personal parts are tried; the notebook is run once for each.
    """
    personal = [part for part in judge.parts if judge.is_personal(part)]
    common = [part for part in judge.parts if part not in personal]
    with contextlib.chdir(assignment.data.parent if assignment.data else "."):
        names = reference(assignment, 0)
        said = [fault for part in common for fault in first_fault(judge, part, names, range(draws))]
        for student in range(students if personal else 0):
            names = reference(assignment, student) if student else names
            said += [fault for part in personal for fault in first_fault(judge, part, names, [student])]
    return said


def first_fault(judge: Judge, part: Part, names: dict[str, Any], seeds: Iterable[int]) -> list[str]:
    """Where the reference first fails in a part, in words: one or none."""
    for seed in seeds:
        for inputs in judge.instances(part, seed, seed):
            said = judge.verdict(part, inputs, answer(names, part.function, inputs))
            if said is not None:
                return [f"{part.grade_id} ({part.name}), draw {seed}: {said}"]
    return []


def reference(assignment: Assignment, seed: int) -> dict[str, Any]:
    """Names that the reference defines, for a student whose number is ``seed``."""
    import matplotlib
    from matplotlib import pyplot

    from course.grade import seeded

    matplotlib.use("agg")
    namespace: dict[str, Any] = {"__name__": "__reference__"}
    cells = [cell for cell in seeded(assignment, assignment.cells, seed) if cell.kind == "code"]
    with warnings.catch_warnings(), contextlib.redirect_stdout(io.StringIO()):
        warnings.simplefilter("ignore")
        for cell in cells:
            if not cell.nbgrader.get("grade"):
                exec(compile(cell.source, f"<{cell.grade_id}>", "exec"), namespace)
    pyplot.close("all")
    return namespace


def answer(namespace: dict[str, Any], function: str, inputs: tuple[np.ndarray, ...]) -> Answer:
    """What a function, or a value, of the reference answers."""
    import torch

    from course.inside import outward

    value = namespace[function]
    many, arrays = outward(value(*map(torch.tensor, inputs)) if callable(value) or inputs else value)
    return tuple(arrays) if many else arrays[0]
