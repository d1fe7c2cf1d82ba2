"""What students get: the notebook without solutions; and whether the reference passes before they get it."""

import contextlib
import csv
import hashlib
import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from nbformat import NotebookNode, v4, writes

from course import lms
from course.assignment import Assignment, Cell
from course.judging import Answer, Judge, Part, personal_seed

DRAWS = 20


def notebook(assignment: Assignment, cells: list[Cell]) -> NotebookNode:
    """Cells of an assignment as a Jupyter notebook, whose ids are the same every time."""
    made = []
    for place, cell in enumerate(cells):
        new = v4.new_code_cell if cell.kind == "code" else v4.new_markdown_cell
        name = hashlib.sha256(f"{assignment.name} {cell.grade_id or place}".encode()).hexdigest()[:8]
        made.append(new(cell.source, id=name, metadata={"nbgrader": cell.nbgrader} if cell.nbgrader else {}))
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


def rehearse(assignment: Assignment, judge: Judge, draws: int = DRAWS) -> list[str]:
    """Run the reference, here, on some draws of each part; return where it fails, in words.

    The reference is the instructor's own code, and is not shut in.
    """
    failures: dict[Part, str] = {}
    namespace: dict[str, Any] = {}
    with contextlib.chdir(assignment.data.parent if assignment.data else "."):
        for seed in range(draws):
            if judge.personal or not namespace:
                namespace = reference(assignment, seed)
            for part, said in verdicts(judge, namespace, seed):
                failures.setdefault(part, f"{part.grade_id} ({part.name}), draw {seed}: {said}")
    return list(failures.values())


def verdicts(judge: Judge, namespace: dict[str, Any], seed: int) -> Iterator[tuple[Part, str]]:
    """What is wrong with the answers of the reference, on one draw of each part."""
    for part in judge.parts:
        for inputs in judge.instances(part, seed, seed):
            said = judge.verdict(part, inputs, answer(namespace, part.function, inputs))
            if said is not None:
                yield part, said


def reference(assignment: Assignment, seed: int) -> dict[str, Any]:
    """Names that the reference defines, for a student whose number is ``seed``."""
    import matplotlib
    from matplotlib import pyplot

    from course.grade import seeded

    matplotlib.use("agg")
    namespace: dict[str, Any] = {"__name__": "__reference__"}
    cells = [cell for cell in seeded(assignment, assignment.cells, seed) if cell.kind == "code"]
    with warnings.catch_warnings():
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
