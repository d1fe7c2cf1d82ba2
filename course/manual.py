"""The solution manual: solutions, hidden tests and mark schemes on one page, for the instructor's own machine."""

from pathlib import Path

from nbconvert import HTMLExporter

from course import release
from course.assignment import Assignment


def write(assignment: Assignment, folder: Path) -> Path:
    """Write the manual as a web page that only its owner may read; return its path."""
    page, _ = HTMLExporter().from_notebook_node(release.notebook(assignment, assignment.cells))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{assignment.name}-solutions.html"
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(page, encoding="utf-8")
    return path
