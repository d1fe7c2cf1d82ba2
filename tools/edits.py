"""Whether a reader has edited a derived notebook, and a place where the edited one is kept.

A derived notebook carries a fingerprint of its own cells. One whose cells have another fingerprint was edited; an old
one, whose chapter has gone on, was not. What JupyterLab writes by itself is no edit: ids, outputs, how a cell is shown,
an empty cell behind the last.
"""

import hashlib
import json
from itertools import chain, count
from pathlib import Path
from typing import Any

import jupytext
import nbformat
from nbformat import NotebookNode

MARK = "advlib_derived"
"""The key of a notebook's metadata that holds the fingerprint."""

VIEW = {"ExecuteTime", "collapsed", "execution", "jupyter", "scrolled", "trusted"}
"""The keys of a cell's metadata that say how it was shown or run."""


def load(path: Path) -> NotebookNode | None:
    """Read a notebook; return None where there is none to be read."""
    try:
        notebook = jupytext.read(path)
        nbformat.validate(notebook)
    except Exception:  # whatever nbformat makes of a file that is no notebook
        return None
    return notebook


def content(cell: NotebookNode) -> tuple[Any, ...]:
    """Return what a reader writes into a cell."""
    metadata = {key: value for key, value in cell.metadata.items() if key not in VIEW}
    return cell.cell_type, cell.source, metadata, cell.get("attachments", {})


def fingerprint(notebook: NotebookNode) -> str:
    """Hash all that a reader can write into a notebook's cells."""
    cells = [content(cell) for cell in notebook.cells if cell.source.strip()]
    return hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()


def edited(notebook: NotebookNode | None, anew: NotebookNode) -> bool:
    """Whether deriving a notebook ``anew`` would lose what a reader wrote; what cannot be read may hold something."""
    if notebook is None:
        return True
    return fingerprint(notebook) not in {notebook.metadata.get(MARK), fingerprint(anew)}


def keep(path: Path, folder: Path) -> Path:
    """Copy a file into ``folder``, under the first of its names that is free there; return where it is kept."""
    folder.mkdir(exist_ok=True)
    for suffix in chain([""], (f"-{number}" for number in count(2))):
        kept = folder / f"{path.stem}{suffix}{path.suffix}"
        try:
            with kept.open("xb") as file:
                file.write(path.read_bytes())
        except FileExistsError:
            continue
        return kept
    raise AssertionError("numbers do not end")
