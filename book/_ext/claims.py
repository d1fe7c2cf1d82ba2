"""The claims page: the rows of all chapters, their counts, a form that chooses among them, and both as files.

``{claims}`` with ``:doc:`` shows a chapter's rows, ``{claims-summary}`` what all of them on the page add up to, and
``{claims-items}`` what the papers state. A chapter glues its rows as data, which can be read once every page has been.
Cells that computed rows have addresses, to which these lead.
"""

import csv
import json
import posixpath
from pathlib import Path
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from myst_nb.ext.glue.crossref import read_glue_cache
from sphinx import addnodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from advlib.pages import claims_html
from advlib.pages.claims import ClaimsTable
from tools import chapters, claim_cells

LOGGER = logging.getLogger(__name__)

INITIALS = {"1": "BCGT", "2": "BBC", "3": "WUMA"}
"""What the papers are called, by the initials of their authors."""


class ChapterRows(nodes.General, nodes.Element):
    """The place of a chapter's rows."""


class AllRows(nodes.General, nodes.Element):
    """The place of counts and form."""


class Claims(SphinxDirective):
    """The rows of the chapter that ``:doc:`` names."""

    option_spec: ClassVar = {"doc": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Leave a place for them."""
        chapter = posixpath.join(posixpath.dirname(self.env.docname), self.options["doc"]).removesuffix(".md")
        return [ChapterRows(chapter=posixpath.normpath(chapter))]


class Summary(SphinxDirective):
    """The counts of all rows on the page and the form that chooses among them."""

    def run(self) -> list[nodes.Node]:
        """Leave a place for them."""
        return [AllRows()]


class Items(SphinxDirective):
    """All that the papers state, from the list that ``:file:`` names."""

    option_spec: ClassVar = {"file": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Lay the list out, and put the rows of each into the index, where the search finds them."""
        _, path = self.env.relfn2path(self.options["file"])
        self.env.note_dependency(path)
        with Path(path).open(encoding="utf-8", newline="") as file:
            listed = list(csv.DictReader(file))
        return [addnodes.index(entries=indexed(listed)), nodes.raw("", claims_html.items(listed), format="html")]


def indexed(listed: list[dict[str, str]]) -> list[tuple[str, str, str, str, None]]:
    """Return an entry of the index for each row of each item."""
    names = [(f"{INITIALS[item['paper']]} {item['item']}", row) for item in listed for row in item["row"].split()]
    return [("single", name, row, "main", None) for name, row in names]


def rows_of(app: Sphinx, chapter: str) -> list[dict[str, str]]:
    """Return the rows that a chapter has glued; without any, the build fails."""
    glued = read_glue_cache(app.env.mystnb_config.output_folder, chapter).values()
    tables = [output["data"][ClaimsTable.MIME] for output in glued if ClaimsTable.MIME in output["data"]]
    if not tables:
        LOGGER.warning("claims: %s glues no table of claims", chapter)
    return [row for table in tables for row in table]


def computing(app: Sphinx, chapter: str) -> dict[str, str]:
    """Return the code of the cell that computed each row of a chapter, where that is told."""
    path = Path(app.srcdir, f"{chapter}.md")
    makes_rows = path.exists() and "claims_table(" in path.read_text("utf-8")
    return claim_cells.computing(chapters.read(path).cells) if makes_rows else {}


def address_cells(app: Sphinx, doctree: nodes.document) -> None:
    """Give the cells that computed rows an address."""
    sources = {source.strip() for source in computing(app, app.env.docname).values()}
    for cell in doctree.findall(nodes.container):
        source = next((block.astext().strip() for block in cell.findall(nodes.literal_block)), "")
        if cell.get("nb_element") == "cell_code" and source in sources:
            cell["ids"].append(claim_cells.name(source))


def chapter_table(app: Sphinx, chapter: str, page: str) -> tuple[str, list[dict[str, str]]]:
    """Return a chapter's rows as a page shows them, and as data with the chapter, an address and that of their cell."""
    rows = rows_of(app, chapter)
    if not rows:
        return "", []
    title = app.env.titles[chapter].astext().removesuffix(": the record")
    address = app.builder.get_relative_uri(page, chapter)
    cells = {row: f"{address}#{claim_cells.name(source)}" for row, source in computing(app, chapter).items()}
    placed = [
        row | {"chapter": title, "page": f"{address}#{row['id']}", "cell": cells.get(row["id"], "")} for row in rows
    ]
    return claims_html.table(placed, title, address), placed


def fill(app: Sphinx, doctree: nodes.document, page: str) -> None:
    """Put rows, counts and form at their places, and the rows into files beside the page."""
    rows = []
    for place in list(doctree.findall(ChapterRows)):
        table, found = chapter_table(app, place["chapter"], page)
        place.replace_self(nodes.raw("", f'<div class="claims-chapter">{table}</div>', format="html"))
        rows += found
    for place in list(doctree.findall(AllRows)):
        text = claims_html.counts(rows) + claims_html.choices(rows)
        place.replace_self(nodes.raw("", text, format="html"))
        if app.builder.format == "html":
            write(Path(app.outdir, page), rows)


def write(page: Path, rows: list[dict[str, str]]) -> None:
    """Write the rows as JSON and CSV, called as the page."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.with_suffix(".json").write_text(json.dumps(rows, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    with page.with_suffix(".csv").open("w", encoding="utf-8", newline="") as file:
        sheet = csv.DictWriter(file, list(rows[0]) if rows else [])
        sheet.writeheader()
        sheet.writerows(rows)


def copy_script(app: Sphinx) -> None:
    """Put the script of the form beside the pages."""
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    (static / claims_html.SCRIPT.name).write_bytes(claims_html.SCRIPT.read_bytes())


def load(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Load it where there is a form."""
    if 'class="claims-choices"' in context.get("body", ""):
        app.add_js_file(claims_html.SCRIPT.name, loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_node(ChapterRows)
    app.add_node(AllRows)
    app.add_directive("claims", Claims)
    app.add_directive("claims-summary", Summary)
    app.add_directive("claims-items", Items)
    app.connect("builder-inited", copy_script)
    app.connect("doctree-read", address_cells)
    app.connect("doctree-resolved", fill)
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
