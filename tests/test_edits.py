"""A reader's edits of a derived notebook are kept; what the reader did not write is not taken for one."""

import shutil
import subprocess
from pathlib import Path

import nbformat
import pytest

from tests.small_project import CHAPTER
from tools import notebooks, sets

ROOT = Path(__file__).parents[1]
NAME = "notebooks/chapter.ipynb"
WROTE = "Wrote notebooks/chapter.ipynb"
WROTE_SET = "Wrote notebooks/assignments/tiny.ipynb"


def kept(number=""):
    return f"Kept your edited {NAME} as notebooks/scratch/chapter{number}.ipynb"


def append(source):
    return lambda cells: cells.append(nbformat.v4.new_code_cell(source))


EDITS = {
    "a cell more": append("3 + 3"),
    "a cell less": lambda cells: cells.pop(),
    "another source": lambda cells: cells[2].update(source="1 + 5"),
    "the generated cell": lambda cells: cells[0].update(source="mine = 1"),
    "another order": lambda cells: cells.reverse(),
    "other tags": lambda cells: cells[2].metadata.update(tags=["other"]),
    "a pasted picture": lambda cells: cells[1].update(attachments={"x.png": {"image/png": "aaaa"}}),
    "another kind of cell": lambda cells: cells.append(nbformat.v4.new_raw_cell("raw")),
}


@pytest.mark.parametrize("change", EDITS.values(), ids=EDITS)
def test_an_edited_notebook_is_kept_byte_by_byte_and_derived_anew(small_project, edit, change):
    derived = (small_project / NAME).read_bytes()
    edit(change)
    edited = (small_project / NAME).read_bytes()
    assert notebooks.write(small_project) == [kept(), WROTE]
    assert (small_project / "notebooks" / "scratch" / "chapter.ipynb").read_bytes() == edited
    assert notebooks.check(small_project) == []
    assert notebooks.write(small_project) == []
    assert change is EDITS["a cell less"] or (small_project / NAME).read_bytes() == derived


def test_kept_notebooks_are_never_overwritten(small_project, edit):
    scratch = small_project / "notebooks" / "scratch"
    scratch.mkdir()
    (scratch / "chapter.ipynb").write_text("the reader's own")
    for number in ("-2", "-3"):
        edit(append(f"'{number}'"))
        assert notebooks.write(small_project) == [kept(number), WROTE]
    assert (scratch / "chapter.ipynb").read_text() == "the reader's own"
    assert "'-2'" in (scratch / "chapter-2.ipynb").read_text()


def test_an_edit_of_an_old_notebook_is_kept(small_project, edit):
    edit(append("3 + 3"))
    (small_project / "book" / "chapter.md").write_text(CHAPTER.replace("1 + 1", "1 + 5"))
    assert notebooks.write(small_project) == [kept(), WROTE]


def test_an_old_untouched_notebook_is_no_edit(small_project):
    (small_project / "book" / "chapter.md").write_text(CHAPTER.replace("1 + 1", "1 + 5"))
    assert notebooks.write(small_project) == [WROTE]
    assert not (small_project / "notebooks" / "scratch").exists()


def test_what_the_chapter_took_over_is_no_edit(small_project, edit):
    edit(lambda cells: cells[2].update(source="1 + 5"))
    (small_project / "book" / "chapter.md").write_text(CHAPTER.replace("1 + 1", "1 + 5"))
    assert notebooks.write(small_project) == [WROTE]


def run(cells):
    cells[2].update(outputs=[nbformat.v4.new_output("stream", text="2")], execution_count=1)
    cells[2].metadata["execution"] = {"iopub.execute_input": "2026-01-01T00:00:00Z"}


def unfold(cells):
    cells[0].metadata["jupyter"] = {"source_hidden": False}
    cells[2].metadata.update(collapsed=True, scrolled=False)


def renumber(cells):
    for cell in cells:
        cell.id = f"other-{cell.id}"


@pytest.mark.parametrize("change", [run, unfold, renumber, append("")], ids=["run", "unfold", "renumber", "empty cell"])
def test_what_jupyterlab_writes_is_no_edit(small_project, edit, change):
    edit(change)
    (small_project / "book" / "chapter.md").write_text(CHAPTER.replace("2 + 2", "2 + 5"))
    assert notebooks.write(small_project) == [WROTE]


def test_the_notebooks_metadata_are_no_edit(small_project):
    notebook = nbformat.read(small_project / NAME, as_version=4)
    notebook.metadata.update(language_info={"name": "python", "version": "3.11"}, widgets={})
    notebook.metadata.kernelspec.name = "other"
    nbformat.write(notebook, small_project / NAME)
    assert notebooks.write(small_project) == [WROTE]


@pytest.mark.parametrize("content", [b"{ half a file", b"\xff\xfe", b"[]"])
def test_what_cannot_be_read_is_kept(small_project, content):
    (small_project / NAME).write_bytes(content)
    assert notebooks.write(small_project) == [kept(), WROTE]
    assert (small_project / "notebooks" / "scratch" / "chapter.ipynb").read_bytes() == content
    assert notebooks.check(small_project) == []


def test_git_ignores_what_is_kept():
    ignored = ["git", "check-ignore", "--no-index", "-q", "notebooks/scratch/chapter.ipynb"]
    if subprocess.run(["git", "rev-parse"], cwd=ROOT, capture_output=True).returncode:
        pytest.skip("not a working copy of git")
    assert subprocess.run(ignored, cwd=ROOT).returncode == 0


@pytest.fixture
def set_of_problems(tmp_path):
    """A project with one problem set; a function gives that set another text."""
    source = tmp_path / "book" / "assignments" / "tiny" / "tiny.md"
    shutil.copytree(ROOT / "tests" / "course" / "assignment", source.parent)
    (tmp_path / "notebooks").mkdir()
    assert sets.write(tmp_path) == [WROTE_SET]

    def go_on():
        source.write_text(source.read_text(encoding="utf-8").replace("A tiny set", "A small set"), encoding="utf-8")

    return tmp_path, go_on


def test_a_set_that_went_on_was_edited_by_no_student(set_of_problems):
    root, go_on = set_of_problems
    go_on()
    assert sets.write(root) == [WROTE_SET]
    assert not (root / "notebooks" / "scratch").exists()
    assert sets.check(root) == []


def test_what_a_student_wrote_is_kept(set_of_problems):
    root, go_on = set_of_problems
    path = root / "notebooks" / "assignments" / "tiny.ipynb"
    path.write_text(path.read_text(encoding="utf-8").replace("SEED = 0", "SEED = 17"), encoding="utf-8")
    written = path.read_bytes()
    go_on()
    kept = "Kept your edited notebooks/assignments/tiny.ipynb as notebooks/scratch/tiny.ipynb"
    assert sets.write(root) == [kept, WROTE_SET]
    assert (root / "notebooks" / "scratch" / "tiny.ipynb").read_bytes() == written
