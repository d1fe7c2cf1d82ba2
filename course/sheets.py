"""Marks for learning platforms: their own exported grade sheets filled in, and Gradescope's results.json."""

import csv
import html
import json
from pathlib import Path
from typing import Any

from course.assignment import CourseError

Record = dict[str, Any]


def fill(sheet: Path, column: str, marks: dict[str, float], target: Path) -> list[str]:
    """Fill a column of a platform's grade sheet; everything else stays. Return the students who are not in it.

    A row belongs to a student whose name is the whole of one of its cells, whatever its case: Canvas's ``ID`` or
    ``SIS Login ID``, Moodle's ``Email address``, the number in its ``Identifier``.

    Raises
    ------
    CourseError
        The sheet has no such column, or a row fits two students.
    """
    with open(sheet, newline="", encoding="utf-8-sig") as file:
        rows = list(csv.reader(file))
    headers = (
        [place for place, name in enumerate(rows[0]) if name == column or name.startswith(f"{column} (")]
        if rows
        else []
    )
    if len(headers) != 1:
        raise CourseError(
            f"{sheet}: one column {column!r} is needed, its columns are: {', '.join(rows[0] if rows else [])}"
        )
    left = {student.casefold(): student for student in marks}
    for row in rows[1:]:
        keys = {key for key in identities(row) if key in left}
        if len(keys) > 1:
            raise CourseError(f"{sheet}: one row fits {', '.join(sorted(keys))}")
        for key in keys:
            row[headers[0]] = f"{marks[left.pop(key)]:g}"
    with open(target, "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return sorted(left.values())


def identities(row: list[str]) -> set[str]:
    """What may name the student of a row."""
    cells = {cell.strip().casefold() for cell in row}
    return cells | {cell.removeprefix("participant ") for cell in cells}


def gradescope(record: Record) -> str:
    """The results.json of a submission: verdicts, no instance."""
    tests = [
        {
            "name": f"{part['grade_id']} ({part['part']})",
            "score": part["points"] if part["why"] is None else 0,
            "max_score": part["points"],
            "output": part["why"] or "right",
            "visibility": "visible" if part["part"] == "visible" else "after_published",
        }
        for part in record["parts"]
    ]
    whole = {"score": record["score"], "output": "\n".join(record["notes"]), "visibility": "visible", "tests": tests}
    return json.dumps({**whole, "stdout_visibility": "hidden"}, indent=1)


def contact(records: dict[str, Record], grade_id: str) -> str:
    """A page with all students' figures of one answer.

    Raises
    ------
    CourseError
        Nobody drew one there.
    """
    figures = [
        figure(html.escape(student), picture)
        for student, record in records.items()
        for cell in record["cells"]
        if cell["grade_id"] == grade_id
        for picture in drawn(cell)
    ]
    if not figures:
        drew = {
            cell["grade_id"] or "cells of their own": None
            for record in records.values()
            for cell in record["cells"]
            if drawn(cell)
        }
        raise CourseError(f"--figures {grade_id}: no figure there, they are in {', '.join(drew) or 'no cell'}")
    style = "main{display:flex;flex-wrap:wrap;gap:1em}img{width:18em}figure{margin:0}"
    head = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{grade_id}</title><style>{style}</style>'
    return f"{head}<h1>{grade_id}</h1><main>{''.join(figures)}</main></html>\n"


def drawn(cell: Record) -> list[str]:
    """The pictures that a cell showed."""
    return (cell["shown"] or {}).get("png", [])


def figure(student: str, picture: str) -> str:
    """A student's figure."""
    image = f'<img alt="A figure of {student}" src="data:image/png;base64,{picture}">'
    return f"<figure>{image}<figcaption>{student}</figcaption></figure>"
