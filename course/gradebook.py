"""Marks and executed notebooks in nbgrader's gradebook and folders, for its formgrader, feedback and export.

nbgrader executes nothing: it finds the notebooks as if it had graded them.
"""

import os
import sys
import warnings
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4, writes

from course import release
from course.assignment import Assignment, Cell

CONFIGURATION = "c = get_config()\nc.CourseDirectory.course_id = {name!r}\n"
Record = dict[str, Any]


def export(assignment: Assignment, records: dict[str, Record], folder: Path) -> tuple[dict[str, float], list[str]]:
    """Write an nbgrader course in ``folder``, or add to one.

    Returns
    -------
    dict, list
        Scores, marks by hand included; students who wait for one.
    """
    os.environ["PATH"] = (
        f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', '')}"  # nbgrader runs alembic
    )
    from nbgrader.api import Gradebook

    folder.mkdir(parents=True, exist_ok=True)
    configuration = folder / "nbgrader_config.py"
    if not configuration.exists():
        configuration.write_text(CONFIGURATION.format(name=folder.resolve().name), encoding="utf-8")
    release.write(assignment, folder / "release" / assignment.name)
    source = folder / "source" / assignment.name
    if not source.exists():  # formgrader lists what has a source, and nothing else
        release.write(assignment, source)
    with warnings.catch_warnings(), Gradebook(f"sqlite:///{folder.resolve()}/gradebook.db") as book:
        warnings.filterwarnings("ignore", message="Object of type .* not in session")  # nbgrader's, and harmless
        declare(book, assignment)
        for student, record in records.items():
            enter(book, assignment, student, record)
            write(assignment, record, folder / "autograded" / student / assignment.name)
        entered = {student: book.find_submission(assignment.name, student) for student in records}
        scores = {student: one.score for student, one in entered.items()}
        return scores, [student for student, one in entered.items() if one.needs_manual_grade]


def declare(book: Any, assignment: Assignment) -> None:
    """Tell the gradebook which cells the assignment has."""
    name = assignment.name
    book.update_or_create_assignment(name)
    book.update_or_create_notebook(name, name)
    for cell in assignment.release():
        points = cell.nbgrader.get("points", 0)
        if cell.nbgrader.get("grade"):
            book.update_or_create_grade_cell(cell.grade_id, name, name, max_score=points, cell_type=cell.kind)
        if cell.nbgrader.get("solution"):
            book.update_or_create_solution_cell(cell.grade_id, name, name)
        if cell.grade_id:
            book.update_or_create_source_cell(cell.grade_id, name, name, cell_type=cell.kind, source=cell.source)


def enter(book: Any, assignment: Assignment, student: str, record: Record) -> None:
    """Enter a student's marks; what is to be marked by hand waits, unless it has been marked."""
    name = assignment.name
    book.update_or_create_student(student)
    book.update_or_create_submission(name, student)
    for cell in assignment.cells:
        if cell.nbgrader.get("grade"):
            grade = book.find_grade(cell.grade_id, name, name, student)
            grade.auto_score = record["auto"].get(cell.grade_id)
            grade.needs_manual_grade = grade.auto_score is None and grade.manual_score is None
    book.db.commit()


def write(assignment: Assignment, record: Record, folder: Path) -> None:
    """Write a student's notebook as it ran, each test cell with the verdicts on its parts."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{assignment.name}.ipynb"
    path.write_text(writes(executed(assignment, record)) + "\n", encoding="utf-8", errors="backslashreplace")


def executed(assignment: Assignment, record: Record) -> NotebookNode:
    """A student's notebook as it ran; where there is none, the release, and why."""
    known = {cell.grade_id: cell.nbgrader for cell in assignment.cells if cell.grade_id}
    kept = [Cell(raw["kind"], raw["source"], known.get(raw["grade_id"], {})) for raw in record["cells"]]
    notebook = release.notebook(assignment, kept or assignment.release())
    for cell, raw in zip(notebook.cells, record["cells"], strict=False):
        if cell.cell_type == "code":
            cell.outputs = outputs(raw, [part for part in record["parts"] if part["grade_id"] == raw["grade_id"]])
    if record["notes"]:
        text = "\n".join(f"- {note}" for note in record["notes"])
        notebook.cells.insert(0, v4.new_markdown_cell(f"**Notes of the grader**\n\n{text}", id="grader-notes"))
    unique(notebook)
    return notebook


def unique(notebook: NotebookNode) -> None:
    """Give copies of a cell ids of their own, and no name in the gradebook."""
    seen: set[str] = set()
    for place, cell in enumerate(notebook.cells):
        if cell.id in seen:
            cell.id, cell.metadata = f"{cell.id}-{place}", {}
        seen.add(cell.id)


def outputs(raw: Record, parts: list[Record]) -> list[NotebookNode]:
    """Verdicts on a cell's parts, and what it showed."""
    lines = [f"{part['part']}: {'right' if part['why'] is None else part['why']} ({points(part)})" for part in parts]
    shown = raw["shown"] or {"text": "", "png": [], "error": None}
    made = [stream("\n".join(lines))] if lines else []
    made += [stream(shown["text"])] if shown["text"] else []
    told = {"image/png": {"alt": f"A figure that {raw['grade_id'] or 'a cell of your own'} drew"}}
    made += [v4.new_output("display_data", {"image/png": picture}, metadata=told) for picture in shown["png"]]
    if shown["error"]:
        kind, _, text = shown["error"].partition(": ")
        made.append(v4.new_output("error", ename=kind, evalue=text, traceback=[shown["error"]]))
    return made


def points(part: Record) -> str:
    """What a part has won."""
    return f"{part['points'] if part['why'] is None else 0:g} of {part['points']:g}"


def stream(text: str) -> NotebookNode:
    """Text as a cell's output."""
    return v4.new_output("stream", name="stdout", text=text)
