"""The checker finds every way in which a notebook can part from its chapter, and finds none here."""

from pathlib import Path

import nbformat
import pytest

from tools import notebooks

CHAPTER = """\
---
jupytext:
  text_representation:
    extension: .md
    format_name: myst
kernelspec:
  display_name: Python 3
  language: python
  name: python3
---

# A chapter

Some text with $x^2$.

```{code-cell} ipython3
:tags: [hide-input]

1 + 1
```

```{code-cell} ipython3
2 + 2
```
"""


@pytest.fixture
def root(tmp_path):
    """A project of one chapter and one page of plain text, its notebooks derived."""
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "chapter.md").write_text(CHAPTER)
    (tmp_path / "book" / "plain.md").write_text("# Text alone needs no notebook\n")
    assert notebooks.write(tmp_path) == ["notebooks/chapter.ipynb"]
    return tmp_path


@pytest.fixture
def edit(root):
    """Change the notebook through a function of its cells."""
    path = root / "notebooks" / "chapter.ipynb"

    def change(function):
        notebook = nbformat.read(path, as_version=4)
        function(notebook.cells)
        nbformat.write(notebook, path)

    return change


def the_finding(root):
    (finding,) = notebooks.check(root)
    return finding


def test_a_derived_notebook_passes(root):
    assert notebooks.check(root) == []


def test_a_derived_notebook_is_valid_and_names_its_kernel(root):
    notebook = nbformat.read(root / "notebooks" / "chapter.ipynb", as_version=4)
    nbformat.validate(notebook)
    assert notebook.metadata.kernelspec.name == "python3"
    assert [cell.cell_type for cell in notebook.cells] == ["markdown", "code", "code"]
    assert notebook.cells[1].metadata.tags == ["hide-input"]


def test_writing_again_changes_nothing(root):
    before = (root / "notebooks" / "chapter.ipynb").read_bytes()
    assert notebooks.write(root) == []
    assert (root / "notebooks" / "chapter.ipynb").read_bytes() == before


def test_an_edited_chapter_keeps_the_ids_of_its_other_cells(root):
    path = root / "notebooks" / "chapter.ipynb"
    before = [cell.id for cell in nbformat.read(path, as_version=4).cells]
    (root / "book" / "chapter.md").write_text(CHAPTER.replace("1 + 1", "1 + 5"))
    assert notebooks.write(root) == ["notebooks/chapter.ipynb"]
    cells = nbformat.read(path, as_version=4).cells
    assert [cells[0].id, cells[2].id] == [before[0], before[2]]
    assert cells[1].source == "1 + 5"


@pytest.mark.parametrize("cell", [0, 1, 2])
def test_drift_names_both_files_the_cell_and_the_cure(root, edit, cell):
    edit(lambda cells: cells[cell].update(source="changed"))
    finding = the_finding(root)
    assert f"notebooks/chapter.ipynb, cell {cell + 1}," in finding
    assert "book/chapter.md" in finding
    assert "make notebooks" in finding


@pytest.mark.parametrize(
    "change",
    [
        lambda cells: cells.pop(),
        lambda cells: cells.append(nbformat.v4.new_code_cell("3 + 3")),
        lambda cells: cells.reverse(),
        lambda cells: cells[1].metadata.update(tags=["other"]),
    ],
    ids=["a cell less", "a cell more", "another order", "other tags"],
)
def test_every_other_drift_is_found_too(root, edit, change):
    edit(change)
    assert "differs from book/chapter.md" in the_finding(root)
    notebooks.write(root)
    assert notebooks.check(root) == []


def test_a_run_notebook_is_found_and_cleared(root, edit):
    edit(lambda cells: cells[1].update(outputs=[nbformat.v4.new_output("stream", text="2")], execution_count=1))
    assert "holds outputs (cell 2)" in the_finding(root)
    notebooks.write(root)
    assert notebooks.check(root) == []


def test_a_missing_notebook_is_found(root):
    (root / "notebooks" / "chapter.ipynb").unlink()
    assert the_finding(root) == "notebooks/chapter.ipynb is missing: run `make notebooks`"


def test_an_orphan_is_found(root):
    (root / "book" / "chapter.md").unlink()
    assert "notebooks/chapter.ipynb has no chapter book/chapter.md" in the_finding(root)


def test_a_readers_own_notebooks_are_left_alone(root):
    (root / "notebooks" / "scratch").mkdir()
    (root / "notebooks" / "scratch" / "mine.ipynb").write_text("not even a notebook")
    assert notebooks.check(root) == []


def test_a_broken_notebook_is_found_and_replaced(root):
    (root / "notebooks" / "chapter.ipynb").write_text("{ half a file")
    assert "notebooks/chapter.ipynb cannot be read" in the_finding(root)
    notebooks.write(root)
    assert notebooks.check(root) == []


def test_the_notebooks_of_this_book_match_their_chapters():
    assert notebooks.check(Path(__file__).parents[1]) == []
