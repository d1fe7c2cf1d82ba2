"""Of a set's page the build runs what stands before the first question, its picture; nobody has written the rest."""

import json
from typing import Any

from sphinx.application import Sphinx


def asks(cell: dict[str, Any]) -> bool:
    """Whether a cell is to be answered, or tests an answer."""
    nbgrader = cell["metadata"].get("nbgrader", {})
    return bool(nbgrader.get("solution") or nbgrader.get("grade"))


def stop_at_the_first_question(app: Sphinx, page: str, text: list[str]) -> None:
    """Give every cell from there on the tag with which it is not run."""
    if not page.startswith("notebooks/assignments/"):
        return
    notebook = json.loads(text[0])
    cells = notebook["cells"]
    first = next((place for place, cell in enumerate(cells) if asks(cell)), len(cells))
    for cell in cells[first:]:
        cell["metadata"].setdefault("tags", []).append("skip-execution")
    text[0] = json.dumps(notebook)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", stop_at_the_first_question)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
