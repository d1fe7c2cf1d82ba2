"""A project of one chapter with three cells and one page of plain text, its notebook derived; a plugin of pytest."""

import nbformat
import pytest

from tools import notebooks

HEADER = """\
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
"""

CHAPTER = (
    HEADER
    + """
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
)


@pytest.fixture
def small_project(tmp_path):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "chapter.md").write_text(CHAPTER)
    (tmp_path / "book" / "plain.md").write_text("# Text alone needs no notebook\n")
    (tmp_path / "_config.yml").write_text("title: Small\n")
    assert notebooks.write(tmp_path) == ["Wrote notebooks/chapter.ipynb"]
    return tmp_path


@pytest.fixture
def edit(small_project):
    """Change the notebook through a function of its cells."""
    path = small_project / "notebooks" / "chapter.ipynb"

    def change(function):
        notebook = nbformat.read(path, as_version=4)
        function(notebook.cells)
        nbformat.write(notebook, path)

    return change
