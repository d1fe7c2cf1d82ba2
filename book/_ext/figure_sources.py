"""A figure that is made from a stored table says so: the table as a file, the command, the commit, the time."""

import ast
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from docutils import nodes
from nbformat import NotebookNode
from sphinx import addnodes
from sphinx.application import Sphinx

from tools import chapters, tables

ADDS = {"add", "append", "extend", "update"}

Carried = dict[str, set[str]]
"""The stored tables that the value of each name goes back to."""


def origins(cells: Iterable[NotebookNode]) -> Carried:
    """Return the tables behind each figure, by the figure's label: names carry them from cell to cell."""
    carried: Carried = {}
    found: Carried = {}
    for cell in cells:
        if cell.cell_type != "code":
            continue
        statements = ast.parse(cell.source).body
        used = set().union(*(carry(statement, carried) for statement in statements))
        if figure := cell.metadata.get("mystnb", {}).get("figure"):
            found[figure["name"]] = used
    return found


def carry(statement: ast.stmt, carried: Carried) -> set[str]:
    """Return the tables that a statement uses, and let the names that it sets carry them."""
    loaded = names(statement, ast.Load)
    made = names(statement, ast.Store)
    inner = names(statement, ast.Store, within=ast.comprehension)
    if isinstance(statement, ast.FunctionDef):
        inner, made = made | {each.arg for each in statement.args.args}, {statement.name}
    elif isinstance(statement, ast.For):
        inner = made
    read = tables.read_by(ast.unparse(statement))
    used = read.union(*(carried.get(name, set()) for name in loaded - inner))
    carried.update(dict.fromkeys(made, used))
    carried.update({name: carried.get(name, set()) | used for name in grown(statement)})
    return used


def grown(statement: ast.stmt) -> set[str]:
    """Return the names of lists and the like that a statement adds to."""
    calls = [node.func for node in ast.walk(statement) if isinstance(node, ast.Call)]
    adds = [call.value for call in calls if isinstance(call, ast.Attribute) and call.attr in ADDS]
    return {name.id for name in adds if isinstance(name, ast.Name)}


def names(tree: ast.AST, use: type[ast.expr_context], within: type[ast.AST] = ast.AST) -> set[str]:
    """Return the names that are read, or set, in the parts of this kind."""
    parts = [part for part in ast.walk(tree) if isinstance(part, within)]
    found = [node for part in parts for node in ast.walk(part) if isinstance(node, ast.Name)]
    return {node.id for node in found if isinstance(node.ctx, use)}


def took(seconds: float) -> str:
    """Say a time as a reader would."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h"


def history(record: dict[str, Any]) -> str:
    """Say what made a table, from its provenance."""
    told = [made(record), cost(record)]
    return f" ({', '.join(filter(None, told))})" if any(told) else ""


def made(record: dict[str, Any]) -> str:
    """Say which commit drew a table or, where that was not written down, which one stored it."""
    if record.get("commit"):
        return f"commit {record['commit'][:7]}"
    stored = record.get("stored_by_commit")
    return f"stored by commit {stored[:7]}" if stored else ""


def cost(record: dict[str, Any]) -> str:
    """Say how long a table took: all its cells, about so, or the whole run by the clock."""
    if record.get("compute_seconds"):
        part = f" for {record['compute_seconds_of']}" if "compute_seconds_of" in record else ""
        return f"{took(record['compute_seconds'])} of computing{part}"
    if "compute_seconds_estimate" in record:
        return f"about {took(record['compute_seconds_estimate'])} of computing"
    return f"{took(record['wall_seconds'])} by the clock" if "wall_seconds" in record else ""


def source(root: Path, name: str, page: str) -> list[nodes.Node]:
    """Return the table as a link to its file, and what made it."""
    record = json.loads((root / "book" / "results" / f"{name}.provenance.json").read_text("utf-8"))
    file = addnodes.download_reference("", "", reftarget=f"/book/results/{name}.csv", refdoc=page, refdomain="")
    file += nodes.literal("", f"{name}.csv")
    command = nodes.literal("", record["command"].partition(" --out")[0])
    return [nodes.Text("Table "), file, nodes.Text(": "), command, nodes.Text(f"{history(record)}. ")]


def tell(app: Sphinx, doctree: nodes.document) -> None:
    """Add to each figure of a chapter what it is made from."""
    page, root = app.env.docname, Path(app.srcdir)
    path = root / f"{page}.md"
    if not path.exists() or "kernelspec" not in (chapter := chapters.read(path)).metadata:
        return
    behind = origins(chapter.cells)
    for figure in doctree.findall(nodes.figure):
        names = sorted(set().union(*(behind.get(label, set()) for label in figure["names"])))
        if names:
            said = [part for name in names for part in source(root, name, page)]
            figure += nodes.legend("", nodes.paragraph("", "", *said, classes=["figure-source"]))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx, before it collects the files to download."""
    app.connect("doctree-read", tell, priority=400)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
