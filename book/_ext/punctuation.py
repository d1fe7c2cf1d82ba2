"""No line begins with the comma of a formula, or ends with its bracket."""

import re
from typing import Any

from sphinx.application import Sphinx

FORMULA = r'<span class="math notranslate nohighlight">\\\(.+?\\\)</span>'
POINTED = re.compile(rf"([(“‘]?){FORMULA}([.,;:!?)’”]*)", re.DOTALL)
"""A formula and the marks of punctuation that stand at it."""


def together(found: re.Match[str]) -> str:
    """Return a formula and its punctuation, if any, as what no line ends within."""
    before, after = found.groups()
    return f'<span class="together">{found[0]}</span>' if before or after else found[0]


def kept(body: str) -> str:
    """Return the HTML of a page's text with all formulas and their punctuation together."""
    return POINTED.sub(together, body)


def keep(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Do so on this page."""
    if "body" in context:
        context["body"] = kept(context["body"])


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx: before formulas are there twice."""
    app.connect("html-page-context", keep, priority=940)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
