"""Pages are read again when a table that they read has changed, or a chapter whose outputs they show."""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from tools import tables

SHOWN = re.compile(r"^:doc: *(\S+)", re.MULTILINE)
"""The chapter whose glued output a page shows."""


def note(app: Sphinx, page: str, source: list[str]) -> None:
    """Note the tables that a page reads, and the chapters it shows with theirs."""
    root, text = Path(app.srcdir), source[0]
    for path in (Path(root, page).with_name(name) for name in SHOWN.findall(text)):
        if path.exists():
            app.env.note_dependency(str(path))
            text += path.read_text("utf-8")
    for name in tables.read_by(text):
        for file in tables.files(root, name):
            app.env.note_dependency(str(file))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("source-read", note)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
