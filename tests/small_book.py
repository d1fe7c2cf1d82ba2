"""A book of one chapter, with this book's configuration and library, to be built in a process; a plugin of pytest."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
HEADER = """\
---
jupytext: {text_representation: {extension: .md, format_name: myst}}
kernelspec: {display_name: Python 3, language: python, name: python3}
---
"""


def page(*sources, text=""):
    """A chapter with these code cells."""
    cells = "".join(f"```{{code-cell}} ipython3\n{source}\n```\n\n" for source in sources)
    return f"{HEADER}# A chapter\n{text}\n\n{cells}"


@pytest.fixture
def small_book(tmp_path):
    """Its folder."""
    return write_book(tmp_path)


def write_book(folder):
    """Write the book under a path with a space, and return it."""
    root = folder / "a book"
    no_pages = shutil.ignore_patterns("__pycache__", "*.md", "assignments", "results")
    for folder in ("tools", "advlib", "book"):
        shutil.copytree(ROOT / folder, root / folder, ignore=no_pages)
    for file in ("_config.yml", "CITATION.cff", "requirements.lock"):
        shutil.copy(ROOT / file, root / file)
    (root / "advlib" / "__init__.py").write_text("")  # what builds books needs no torch
    (root / "_toc.yml").write_text("format: jb-book\nroot: book/chapter\n")
    (root / "book" / "chapter.md").write_text(page("2 / 1"))
    return root


def add_pages(root, **pages):
    """Write pages and put all but the first chapter's into the table of contents."""
    for name, content in pages.items():
        (root / "book" / f"{name}.md").write_text(content)
    names = "".join(f"  - file: book/{name}\n" for name in pages if name != "chapter")
    (root / "_toc.yml").write_text(f"format: jb-book\nroot: book/chapter\nchapters:\n{names}")


def build(root, *command, **options):
    """Run ``python -m tools.book``, or another tool."""
    return subprocess.run(
        [sys.executable, "-m", *(command or ["tools.book"])], cwd=root, capture_output=True, text=True, **options
    )


def executed(result):
    """The chapters that a build has run; it must have succeeded."""
    assert result.returncode == 0, result.stderr
    return set(re.findall(r"(\w+)\.md: Executing notebook", without_colours(result.stdout + result.stderr)))


def without_colours(text):
    return re.sub(r"\x1b\[[\d;]*m", "", text)
