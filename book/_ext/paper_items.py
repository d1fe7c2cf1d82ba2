"""What a page quotes stands in the index by its paper's number, so that the search finds *WUMA Theorem 3.1*."""

import re
from typing import Any

from docutils import nodes
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.transforms import SphinxTransform
from sphinx_proof.nodes import NODE_TYPES

QUOTED = re.compile(r"\(((?:BCGT|BBC|WUMA) (?:[A-Z][a-z]+ [\w.]*\w|[A-Z-]+))")
"""How a statement begins that is a paper's."""


def index(page: nodes.Element) -> None:
    """Put the quoted statements of a page into the index."""
    for statement in list(page.findall(lambda node: isinstance(node, tuple(NODE_TYPES.values())))):
        if quoted := QUOTED.match(statement[1].astext()):
            entry = ("single", quoted[1], statement["label"], "main", None)
            statement.parent.insert(statement.parent.index(statement), addnodes.index(entries=[entry]))


class IndexItems(SphinxTransform):
    """Do so before Sphinx collects what stands there."""

    default_priority = 840

    def apply(self, **options: Any) -> None:
        """Do so for this page."""
        index(self.document)


def remember(app: Sphinx) -> list[Any]:
    """Tell the search what the index has for pages that are not written again, which Sphinx 7.4 forgets."""
    for page, entries in app.env.domains["index"].entries.items():
        known = sorted({(name, place, main) for kind, name, place, main, _ in entries if kind == "single"})
        app.builder.indexer._index_entries.setdefault(page, known)
    return []


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx; more pages are collected when all are written, and before the search has them."""
    app.add_transform(IndexItems)
    app.connect("html-collect-pages", remember)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
