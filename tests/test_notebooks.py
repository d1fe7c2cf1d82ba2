"""The checker finds every way in which a notebook can part from its chapter, and finds none here."""

from pathlib import Path

import nbformat
import pytest

from tests.small_project import CHAPTER
from tools import edits, notebooks


def the_finding(small_project):
    (finding,) = notebooks.check(small_project)
    return finding


def test_a_derived_notebook_passes(small_project):
    assert notebooks.check(small_project) == []


def test_a_derived_notebook_is_valid_and_names_its_kernel(small_project):
    notebook = nbformat.read(small_project / "notebooks" / "chapter.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.cell_type for cell in notebook.cells] == ["code", "markdown", "code", "code"]
    assert notebook.cells[2].metadata.tags == ["hide-input"]


def test_writing_again_changes_nothing(small_project):
    before = (small_project / "notebooks" / "chapter.ipynb").read_bytes()
    assert notebooks.write(small_project) == []
    assert (small_project / "notebooks" / "chapter.ipynb").read_bytes() == before


def test_an_edited_chapter_keeps_the_ids_of_its_other_cells(small_project):
    path = small_project / "notebooks" / "chapter.ipynb"
    before = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    (small_project / "book" / "chapter.md").write_text(CHAPTER.replace("1 + 1", "1 + 5"))
    assert notebooks.write(small_project) == ["Wrote notebooks/chapter.ipynb"]
    cells = nbformat.read(path, as_version=4).cells
    assert [cells[i].id for i in (0, 1, 3)] == [before[i] for i in (0, 1, 3)]
    assert cells[2].source == "1 + 5"


@pytest.mark.parametrize("cell", [0, 1, 2, 3])
def test_drift_names_both_files_the_cell_and_the_cure(small_project, edit, cell):
    edit(lambda cells: cells[cell].update(source="changed"))
    finding = the_finding(small_project)
    assert f"notebooks/chapter.ipynb, cell {cell + 1}," in finding
    assert "book/chapter.md" in finding
    assert "make notebooks" in finding


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells.pop(),
        lambda cells: cells.append(nbformat.v4.new_code_cell("3 + 3")),
        lambda cells: cells.reverse(),
        lambda cells: cells[2].metadata.update(tags=["other"]),
    ],
    ids=["a cell less", "a cell more", "another order", "other tags"],
)
def test_every_other_drift_is_found_too(small_project, edit, change):
    edit(change)
    assert "differs from book/chapter.md" in the_finding(small_project)
    notebooks.write(small_project)
    assert notebooks.check(small_project) == []


def test_a_run_notebook_is_found_and_cleared(small_project, edit):
    edit(lambda cells: cells[2].update(outputs=[nbformat.v4.new_output("stream", text="2")], execution_count=1))
    assert "holds outputs (cell 3)" in the_finding(small_project)
    notebooks.write(small_project)
    assert notebooks.check(small_project) == []


def test_a_missing_notebook_is_found(small_project):
    (small_project / "notebooks" / "chapter.ipynb").unlink()
    assert the_finding(small_project) == "notebooks/chapter.ipynb is missing: run `make notebooks`"


def test_an_orphan_is_found(small_project):
    (small_project / "book" / "chapter.md").unlink()
    assert "notebooks/chapter.ipynb has no chapter book/chapter.md" in the_finding(small_project)


def test_a_readers_own_notebooks_are_left_alone(small_project):
    (small_project / "notebooks" / "scratch").mkdir()
    (small_project / "notebooks" / "scratch" / "mine.ipynb").write_text("not even a notebook")
    assert notebooks.check(small_project) == []


def test_a_broken_notebook_is_found_and_replaced(small_project):
    (small_project / "notebooks" / "chapter.ipynb").write_text("{ half a file")
    assert "notebooks/chapter.ipynb cannot be read" in the_finding(small_project)
    notebooks.write(small_project)
    assert notebooks.check(small_project) == []


def test_a_lost_fingerprint_is_found_and_renewed(small_project):
    path = small_project / "notebooks" / "chapter.ipynb"
    path.write_text(path.read_text().replace(edits.MARK, "other"))
    assert the_finding(small_project) == "notebooks/chapter.ipynb has lost its fingerprint: run `make notebooks`"
    assert notebooks.write(small_project) == ["Wrote notebooks/chapter.ipynb"]
    assert notebooks.check(small_project) == []


@pytest.mark.slow
def test_the_notebooks_of_this_book_match_their_chapters():
    assert notebooks.check(Path(__file__).parents[1]) == []
