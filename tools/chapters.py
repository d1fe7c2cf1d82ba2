"""Read the chapters in book/*.md as notebooks, with a first cell that installs advlib where it is missing."""

import re
from pathlib import Path

import jupytext
import yaml
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

CODE_CELL = re.compile(r"^[`:]{3,}\{code-cell\}", re.MULTILINE)
INSTALLER = """\
try:
    import advlib
except ImportError:
    {otherwise}"""
NO_ADDRESS = """raise ImportError('advlib is not here: pip install "PATH[book]", PATH being the project') from None"""


class BrokenChapter(ValueError):
    """A page that cannot be read as the notebook it is meant to be; the message names the file."""


def read(path: Path) -> NotebookNode:
    """Read a page; a byte-order mark is no part of it."""
    try:
        text = path.read_text("utf-8-sig")
        page = jupytext.reads(text, fmt="md")
    except Exception as error:  # a broken header makes YAML, nbformat and jupytext itself raise what they please
        raise BrokenChapter(f"book/{path.name} cannot be read: {error}") from error
    if CODE_CELL.search(text) and "kernelspec" not in page.metadata:
        raise BrokenChapter(
            f"book/{path.name} has code cells, but its header does not make it a notebook: "
            "begin it, in the first line, as the other chapters do"
        )
    return page


def address(root: Path) -> str:
    """Return the address of the project's repository, empty where none is set."""
    configuration = yaml.safe_load((root / "_config.yml").read_text("utf-8"))
    return configuration.get("repository", {}).get("url") or ""


def installer(url: str) -> NotebookNode:
    """Return a cell that does nothing where advlib is present and installs it, or says how, elsewhere."""
    otherwise = f'%pip install "advlib[book] @ git+{url}"' if url else NO_ADDRESS
    source = INSTALLER.format(otherwise=otherwise)
    return new_code_cell(source, metadata={"jupyter": {"source_hidden": True}, "tags": ["generated"]})


def read_all(root: Path) -> dict[str, NotebookNode]:
    """Every chapter of the book as a notebook, by its name."""
    pages = {path.stem: read(path) for path in sorted((root / "book").glob("*.md"))}
    found = {name: page for name, page in pages.items() if "kernelspec" in page.metadata}
    url = address(root)
    for chapter in found.values():
        chapter.cells.insert(0, installer(url))
    return found
