"""What the tools of the book write, as a screen reader and a keyboard need it."""

import re
from typing import Any

from sphinx.application import Sphinx
from sphinx.config import Config

BOX = '<div class="pst-scrollable-table-container">'
"""The theme makes it a stop of the tab key wherever what is in it is wider."""

MENDED = {
    r'<th( class="head")?>(<p></p>)?</th>': r"<td\1></td>",
    r'role="doc-biblioentry"': 'role="listitem"',
    r'<summary aria-label="Toggle hidden content">': "<summary>",
    r'<table[^>]* class="dataframe[^"]*">.*?</table>': rf"{BOX}\g<0></div>",
    r'(<div class="math [^>]*>\s*(?:<span class="eqno">.*?</span>)?)(\\\[.*?\\\])</div>': rf"\1{BOX}\2</div></div>",
}
"""Empty cells head nothing, a list has items, a fold is called what it shows; tables and formulas scroll in a box."""


def mended(body: str) -> str:
    """Return the HTML of a page's text with all of these."""
    for pattern, better in MENDED.items():
        body = re.sub(pattern, better, body, flags=re.DOTALL)
    return body


MEASURE_AGAIN = """\
for (const event of ['toggle', 'click']) {
  document.addEventListener(event, () => dispatchEvent(new Event('resize')), { capture: true, passive: true });
}"""
"""The theme looks for boxes that scroll when the window changes; what was folded has just come into sight."""


def mend(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Mend the text of this page, and what it does when it is unfolded."""
    if "body" in context:
        context["body"] = mended(context["body"])
        app.add_js_file(None, body=MEASURE_AGAIN)


FOLD, NAMED_FOLD = (
    '<summary><span class="toctree-toggle"',
    '<summary aria-label="Pages below"><span class="toctree-toggle"',
)


def name_folds(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Name what folds the table of contents, which the theme makes of this function and shows as an arrow."""
    written = context["generate_toctree_html"]
    context["generate_toctree_html"] = lambda *parts, **options: str(written(*parts, **options)).replace(
        FOLD, NAMED_FOLD
    )


def without_menu(app: Sphinx, config: Config) -> None:
    """Load of MathJax what `_config.yml` names: its menu, a third of its weight, makes every formula a stop."""
    config.mathjax_path = "mathjax/startup.js"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("config-inited", without_menu)
    app.connect("html-page-context", mend)
    app.connect("html-page-context", name_folds, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
