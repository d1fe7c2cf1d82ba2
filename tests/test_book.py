"""A book is built anew when it must be, and only as much of it as must be."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tools import book

ROOT = Path(__file__).parents[1]

CHAPTER = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
# A chapter
```{code-cell} ipython3
2 / 1
```
"""


@pytest.fixture
def small_book(tmp_path):
    """A project of one chapter, with this book's configuration, under a path with a space."""
    root = tmp_path / "a book"
    no_pages = shutil.ignore_patterns("__pycache__", "*.md")
    for folder in ("tools", "advlib", "book"):
        shutil.copytree(ROOT / folder, root / folder, ignore=no_pages)
    for file in ("_config.yml", "requirements.lock"):
        shutil.copy(ROOT / file, root / file)
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/chapter\n")
    (root / "book" / "chapter.md").write_text(CHAPTER)
    return root


def build(root):
    return subprocess.run([sys.executable, "-m", "tools.book"], cwd=root, capture_output=True, text=True, timeout=120)


def executed(result):
    assert result.returncode == 0, result.stderr
    return "Executing notebook" in result.stdout + result.stderr


def test_a_failing_cell_fails_every_build_and_shows_itself(small_book):
    (small_book / "book" / "chapter.md").write_text(CHAPTER.replace("2 / 1", "2 / 0"))
    for _ in range(2):
        result = build(small_book)
        assert result.returncode == 1
        assert "ZeroDivisionError" in result.stderr
        assert "The book was not built" in result.stderr


def test_a_dead_reference_fails_every_build(small_book):
    (small_book / "book" / "chapter.md").write_text(CHAPTER + "\nSee {numref}`nowhere`.\n")
    for _ in range(2):
        result = build(small_book)
        assert result.returncode == 1
        assert "nowhere" in result.stderr


def test_chapters_run_again_only_when_what_they_depend_on_has_changed(small_book):
    first = build(small_book)
    assert executed(first)
    assert (small_book / "_build" / "html" / "index.html").as_uri() in first.stdout
    assert not executed(build(small_book))
    with (small_book / "advlib" / "__init__.py").open("a") as file:
        file.write("\n")
    assert executed(build(small_book))


@pytest.mark.parametrize("file", ["_config.yml", "requirements.lock", "advlib/new.js", "book/_ext/new.py"])
def test_the_key_depends_on(small_book, file):
    before = book.key(small_book)
    with (small_book / file).open("a") as opened:
        opened.write("#")
    assert book.key(small_book) != before


def test_the_key_does_not_depend_on_compiled_files_or_pages(small_book):
    before = book.key(small_book)
    (small_book / "advlib" / "__pycache__").mkdir()
    (small_book / "advlib" / "__pycache__" / "x.pyc").touch()
    (small_book / "book" / "page.md").touch()
    assert book.key(small_book) == before
