"""The solution manual, a page and a notebook with solutions, hidden tests and mark schemes, for you alone."""

from pathlib import Path

from nbconvert import HTMLExporter
from nbformat import writes

from course import release
from course.assignment import Assignment


def write(assignment: Assignment, folder: Path) -> Path:
    """Write the manual as a web page, and as a notebook beside it, that only their owner may read; return the page."""
    notebook = release.notebook(assignment, assignment.cells)
    page, _ = HTMLExporter().from_notebook_node(notebook)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{assignment.name}-solutions.html"
    keep(path, page)
    keep(path.with_suffix(".ipynb"), writes(notebook) + "\n")
    return path


def keep(path: Path, text: str) -> None:
    """Write a file that only its owner may read."""
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(text, encoding="utf-8")
