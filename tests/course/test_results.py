"""Results go where instructors need them: gradebook, grade sheets, Gradescope, talks; exports come from platforms."""

import json
import os
import sys
import zipfile
from pathlib import Path

import pytest

from course import lms, manual, sheets, viva
from course.assignment import Cell, CourseError
from tests.course import cases, workshop

TINY = cases.TINY
PNG = "iVBORw0KGgo="


def fake(student, **auto):
    """A student's record, as grading leaves it."""
    cells = [{"kind": c.kind, "grade_id": c.grade_id, "source": c.source, "shown": None} for c in TINY.cells]
    cells[10]["shown"] = {"text": "", "png": [PNG], "error": None}
    parts = [
        {"grade_id": name, "part": "hidden", "points": mark or 5, "function": "f", "why": None if mark else "not right"}
        for name, mark in auto.items()
    ]
    whole = {"status": "graded", "auto": auto, "score": sum(auto.values()), "parts": parts, "cells": cells}
    return {"student": student, **whole, "notes": ["a note"], "of": ""}


RECORDS = {
    "ada": fake("ada", **{"q1-test": 5, "q2-test": 0, "q4-test": 2}),
    "bob": fake("bob", **{"q1-test": 0, "q2-test": 5, "q4-test": 0}),
}


@pytest.mark.slow
def test_nbgrader_opens_the_result(tmp_path):
    (tmp_path / "out" / "records").mkdir(parents=True)
    for student, record in RECORDS.items():
        (tmp_path / "out" / "records" / f"{student}.json").write_text(json.dumps(record))
    course = tmp_path / "course"
    words = ["export", "--assignment", str(workshop.TINY), "--out", str(tmp_path / "out"), "--gradebook", str(course)]
    bare = {"PATH": "/usr/bin:/bin"}  # as a make target runs it, without the environment's programs
    for _ in range(2):
        ran = workshop.run([sys.executable, "-m", "course", *words], **bare)
        assert ran.returncode == 0, ran.stderr
        assert "written answers of 2 students wait" in ran.stdout
    mark_by_hand(course, "ada", 2)
    assert workshop.run([sys.executable, "-m", "course", *words], **bare).returncode == 0
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"}
    for command in ("generate_feedback tiny", "export"):
        nbgrader = [sys.executable, "-c", "import os, sys; os.chdir(sys.argv[1]); os.execvp(sys.argv[2], sys.argv[2:])"]
        ran = workshop.run([*nbgrader, str(course), "nbgrader", *command.split()], **environment)
        assert ran.returncode == 0, ran.stderr
    rows = (course / "grades.csv").read_text().split("\n")
    assert [row.split(",")[-2:] for row in rows[1:3]] == [["9.0", "15.0"], ["5.0", "15.0"]]
    assert api_of(course).get_assignments()[0]["average_score"] == 7
    page = (course / "feedback" / "ada" / "tiny" / "tiny.html").read_text()
    assert "not right (0 of 5)" in page
    assert 'alt="A figure that q4 drew"' in page
    assert "No description" not in page


def api_of(course):
    """What the formgrader asks for its lists."""
    from nbgrader.apps import NbGraderAPI
    from traitlets.config import Config

    return NbGraderAPI(config=Config({"CourseDirectory": {"root": str(course), "course_id": "course"}}))


def mark_by_hand(course, student, points):
    """What the formgrader does."""
    from nbgrader.api import Gradebook

    with Gradebook(f"sqlite:///{course}/gradebook.db") as book:
        grade = book.find_grade("q3", "tiny", "tiny", student)
        assert grade.needs_manual_grade
        grade.manual_score, grade.needs_manual_grade = points, False
        book.db.commit()


def test_a_grade_sheet_is_filled_and_else_unchanged(tmp_path):
    sheet, target = tmp_path / "sheet.csv", tmp_path / "filled.csv"
    sheet.write_text(
        '\ufeffStudent,SIS Login ID,tiny (77),Other\nPoints Possible,,12,\n"Love, Ada",ADA,,8\nZoe,zoe,,9\n'
    )
    left = sheets.fill(sheet, "tiny", {"ada": 7, "bob": 5.5}, target)
    assert left == ["bob"]
    assert (
        target.read_text()
        == 'Student,SIS Login ID,tiny (77),Other\nPoints Possible,,12,\n"Love, Ada",ADA,7,8\nZoe,zoe,,9\n'
    )
    moodle = "Identifier,Full name,Grade\nParticipant 17,Ada,\n"
    sheet.write_text(moodle)
    assert sheets.fill(sheet, "Grade", {"17": 7}, target) == []
    with pytest.raises(CourseError, match="Identifier, Full name, Grade"):
        sheets.fill(sheet, "Points", {}, target)


def test_gradescope_is_told_verdicts():
    told = json.loads(sheets.gradescope(RECORDS["ada"]))
    assert told["score"] == 7 == sum(test["score"] for test in told["tests"])
    assert {
        "name": "q2-test (hidden)",
        "score": 0,
        "max_score": 5,
        "output": "not right",
        "visibility": "after_published",
    } in told["tests"]


def test_figures_of_all_students_are_on_one_page():
    page = sheets.contact({"<ada>": RECORDS["ada"]}, "q4")
    assert page.count("<img alt=") == 1
    assert "&lt;ada&gt;" in page


@pytest.mark.parametrize("name", ["q1", "q44"])
def test_a_cell_in_which_nobody_drew_is_refused(name):
    with pytest.raises(CourseError, match=f"--figures {name}: no figure there, they are in q4"):
        sheets.contact(RECORDS, name)


def test_three_questions_about_ones_own_work():
    about = {"value_and_gradient", "shortest_step"}, {"q1", "q2", "q4"}, b"secret"
    asked = viva.questions(RECORDS["ada"], *about)
    assert asked == viva.questions(RECORDS["ada"], *about)
    assert len(asked) == 3
    assert "you wrote" in asked[0]
    assert "q4" in asked[2]
    assert len(viva.questions({**RECORDS["ada"], "cells": []}, set(), set(), b"secret")) == 3


def test_nobody_is_asked_about_functions_that_all_were_given():
    whole = Cell("code", "def handed_in():\n    return number\n\ndef written():\n    raise NotImplementedError()")
    assert viva.given([*TINY.release(), whole]) == {"handed_in"}


def test_a_figure_of_the_set_is_not_the_students():
    asked = viva.questions(RECORDS["ada"], set(), {"q1"}, b"secret")
    assert not any("figure" in question for question in asked)


@pytest.mark.slow
def test_the_manual_is_for_its_owner(tmp_path):
    path = manual.write(TINY, tmp_path)
    for made in (path, path.with_suffix(".ipynb")):
        assert made.stat().st_mode & 0o077 == 0
        assert "One point each for a prediction" in made.read_text()


def exported(folder, files):
    """A platform's export, as a zip archive."""
    path = folder / "export.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return path


METADATA = """\
submission_7:
  :submitters:
  - :name: Ada
    :sid: '11'
    :email: ada@x.org
  - :name: Bob
    :sid: '12'
    :email: bob@x.org
"""
EXPORTS = {
    "canvas": {
        "loveada_11_900_tiny.ipynb": "old",
        "loveada_LATE_11_901_tiny-1.ipynb": "new",
        "bobbob_12_5_a.zip": "new",
        "x.ipynb": "?",
    },
    "moodle": {
        "Ada Love_11_assignsubmission_file_/tiny.ipynb": "new",
        "Bob_12_assignsubmission_file/t.zip": "new",
        "x/y.ipynb": "?",
    },
    "gradescope": {
        "assignment_1_export/submission_7/tiny.ipynb": "new",
        "a/submission_metadata.yml": METADATA,
        "x.ipynb": "?",
    },
}


@pytest.mark.parametrize("platform", EXPORTS)
def test_the_latest_attempt_of_everybody_on_the_roster(platform, tmp_path):
    (tmp_path / "roster.csv").write_text("student,number,email\nada,11,ada@x.org\nbob,12,bob@x.org\n")
    place, target = exported(tmp_path, EXPORTS[platform]), tmp_path / "in"
    unknown = lms.collect(place, platform, tmp_path / "roster.csv", target)
    assert len(unknown) == 1
    assert sorted((path.stem, path.read_text()) for path in target.iterdir()) == [("ada", "new"), ("bob", "new")]


def test_whom_the_roster_does_not_know_is_told(tmp_path):
    (tmp_path / "roster.csv").write_text("student,number\nada,11\n")
    files = {"zoe_99_1_tiny.ipynb": "x"}
    assert lms.collect(exported(tmp_path, files), "canvas", tmp_path / "roster.csv", tmp_path / "in") == list(files)


def test_whom_no_row_names_is_told_of_files_too(tmp_path):
    (tmp_path / "roster.csv").write_text("student,number\nada,11\n")
    assert lms.strangers(["Ada", "ada", "11"], tmp_path / "roster.csv") == ["Ada", "11"]
    assert lms.strangers(["Ada"], None) == []
