"""``{row}`text <name>` `` links to a row of the claims page; ``tests/test_findings.py`` knows that it is there."""

from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import ReferenceRole

CLAIMS = "book/claims"


class RowLink(nodes.Inline, nodes.TextElement):
    """A link whose address is known once the page is written."""


class Row(ReferenceRole):
    """A link to a row of the claims page."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Leave a place for it."""
        return [RowLink("", self.title, row=self.target)], []


def place(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Turn each into a link from this page."""
    for link in list(doctree.findall(RowLink)):
        address = f"{app.builder.get_relative_uri(page, CLAIMS)}#{link['row']}"
        link.replace_self(nodes.reference("", link.astext(), refuri=address, internal=True))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_node(RowLink)
    app.add_role("row", Row())
    app.connect("doctree-resolved", place)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
