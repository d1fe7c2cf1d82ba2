"""Nothing that a set keeps to itself is in the book, its search, what students get, or what they are told."""

import html
import re
import shutil
from pathlib import Path

import numpy as np
import pytest

from course import assignment, gradebook, judging, release
from tests.course import cases, workshop
from tests.small_book import add_pages, build, executed, page
from tools import sets

ROOT = workshop.ROOT
SHORTEST = 25
SOURCES = [workshop.TINY / "tiny.md", *sets.sources(ROOT)]
ALL_SETS = pytest.mark.parametrize("source", SOURCES, ids=lambda path: path.stem)
READABLE = {".html", ".md", ".ipynb", ".js", ".txt", ".csv", ".json", ".xml", ".py"}


def letters(text, suffix=""):
    """A text's letters and digits alone, so that escapes, colours and line breaks hide nothing."""
    plain = html.unescape(re.sub(r"<[^>]*>", "", text)) if suffix == ".html" else text
    return re.sub(r"\W", "", plain)


def kept_back(source):
    """The longer lines of a set that students do not get: of solutions, hidden tests, mark schemes and its judge."""
    given = assignment.read(source)
    public = letters("".join(cell.source for cell in given.release()) + the_chapters())
    modules = [path.read_text(encoding="utf-8") for path in source.parent.glob("*.py")]
    whole = [*(cell.source for cell in given.cells), *modules]
    lines = {line.strip() for text in whole for line in text.split("\n")}
    return {line for line in lines if len(line) >= SHORTEST and letters(line) and letters(line) not in public}


def the_chapters():
    """All that the book says on purpose, the question in the instructor's guide included."""
    pages = [*(ROOT / "book").glob("*.md"), *(ROOT / "tests" / "course" / "question").iterdir()]
    return "".join(path.read_text(encoding="utf-8") for path in pages if path.is_file())


def leaks(folder, lines):
    """Lines that are in some file of a folder, with its name."""
    wanted = {letters(line): line for line in lines}
    found = []
    for path in folder.rglob("*"):
        if path.suffix in READABLE and "_static" not in path.parts:
            text = letters(path.read_text(encoding="utf-8"), path.suffix)
            found += [f"{path.name}: {line}" for key, line in wanted.items() if key in text]
    return found


@ALL_SETS
def test_a_set_keeps_something_back(source, tmp_path):
    lines = kept_back(source)
    assert lines
    (tmp_path / "page.html").write_text("<p>" + html.escape(min(lines)).replace(" ", "<b> </b>"))
    assert leaks(tmp_path, lines) == [f"page.html: {min(lines)}"]


@ALL_SETS
def test_a_release_gives_nothing_away(source, tmp_path):
    release.write(assignment.read(source), tmp_path)
    assert leaks(tmp_path, kept_back(source)) == []


@ALL_SETS
def test_no_solution_stands_in_a_chapter(source):
    """Lines of solutions, hidden tests and mark schemes: what `kept_back` leaves out as public is none of them.

    A chapter's source is read, as its page need not be built.
    """
    given = assignment.read(source)
    whole, public = (
        {line.strip() for cell in cells for line in cell.source.split("\n")} for cells in (given.cells, given.release())
    )
    hidden = [line for line in whole - public if len(line) >= SHORTEST and letters(line)]
    assert hidden
    chapters = letters(the_chapters())
    assert [line for line in hidden if letters(line) in chapters] == []


@pytest.mark.slow
@ALL_SETS
def test_the_built_book_gives_nothing_away(source):
    built = ROOT / "_build" / "html"
    if not (built / "searchindex.js").exists():
        pytest.skip("the book is not built: make book")
    assert leaks(built, kept_back(source)) == []
    assert "book/assignments" not in (built / "searchindex.js").read_text(encoding="utf-8")


@pytest.fixture
def book_with_a_set(small_book):
    """A built book with the tiny set."""
    shutil.copytree(workshop.TINY, small_book / "book" / "assignments" / "tiny")
    source = small_book / "book" / "assignments" / "tiny" / "tiny.md"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace("import torch\n", "import torch\nplt.plot([0, 1]);\n", 1), encoding="utf-8")
    add_pages(small_book, chapter=page("2 / 1"))
    contents = "format: jb-book\nroot: book/chapter\nchapters:\n  - glob: notebooks/assignments/*\n"
    (small_book / "_toc.yml").write_text(contents)
    assert sets.write(small_book) == ["Wrote notebooks/assignments/tiny.ipynb"]
    assert executed(build(small_book)) == {"chapter"}
    return small_book / "_build" / "html"


def test_a_set_is_a_page_that_shows_its_picture_and_its_source_is_nowhere(book_with_a_set):
    text = (book_with_a_set / "notebooks" / "assignments" / "tiny.html").read_text(encoding="utf-8")
    assert "Predict before you measure" in text
    assert "Traceback" not in text
    assert len(re.findall(r'src="../../_images/\w+.svg"', text)) == 1
    lines = kept_back(SOURCES[0])
    assert leaks(book_with_a_set, lines) == []
    assert not list(book_with_a_set.rglob("judge*")) + list(book_with_a_set.rglob("tiny.md"))
    assert "book/assignments" not in (book_with_a_set / "searchindex.js").read_text(encoding="utf-8")


def numbers(text):
    """Numbers of three digits and more in a text."""
    return {found for found in re.findall(r"\d+\.\d+", text) if len(found.strip("0.")) > 3}


@pytest.mark.slow
@ALL_SETS
def test_a_verdict_holds_no_number_of_its_instance(source):
    judge = judging.load(assignment.find(source)[1])
    parts = [part for part in judge.parts if (part.grade_id, part.name) not in judge.personal]
    for part in parts:
        for inputs in judge.instances(part, 3, 3):
            drawn = np.concatenate([np.ravel(array).astype(float) for array in inputs] or [np.zeros(0)])
            secret = {f"{abs(value):.{places}f}" for value in drawn[:5000] for places in range(2, 9)}
            wrong = [np.zeros(3), *(np.asarray(array, dtype=float) * 1.5 for array in inputs)]
            said = " ".join(judge.verdict(part, inputs, answer) or "" for answer in wrong)
            assert not numbers(said) & secret, f"{part.grade_id} ({part.name}) says: {said}"


def test_feedback_holds_what_the_student_wrote_and_verdicts_alone(tmp_path):
    cells = [
        {"kind": cell.kind, "grade_id": cell.grade_id, "source": cell.source, "shown": None}
        for cell in cases.TINY.release()
    ]
    part = {"grade_id": "q1-test", "part": "hidden", "points": 3, "function": "f", "why": "f is off by 2"}
    record = {"student": "ada", "auto": {"q1-test": 0}, "score": 0, "parts": [part], "cells": cells, "notes": []}
    gradebook.write(cases.TINY, record, tmp_path)
    assert "f is off by 2" in (tmp_path / "tiny.ipynb").read_text(encoding="utf-8")
    assert leaks(tmp_path, kept_back(SOURCES[0])) == []


def test_a_secret_is_in_nothing_that_is_published():
    for path in (ROOT / "instructor").glob("**/secret"):
        secret = path.read_text(encoding="utf-8").strip()
        for place in ("_build/html", "notebooks", "book"):
            assert not leaks(Path(ROOT, place), {secret})
