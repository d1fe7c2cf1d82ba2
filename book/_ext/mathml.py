"""Where no script runs, formulas are MathML, made when the page is built; where one does, MathJax sets them."""

import re
from html import unescape
from typing import Any

from math_core import LatexToMathML
from sphinx.application import Sphinx

INLINE = re.compile(r'(?<=<span class="math notranslate nohighlight">)\\\((.+?)\\\)(?=</span>)', re.DOTALL)
DISPLAYED = re.compile(r"\\\[(.+?)\\\](?=</div>)", re.DOTALL)

WITHOUT_SCRIPTS = "\n<noscript><style>.tex { display: none; }</style></noscript>"

TO_MATHML = LatexToMathML()


def both(formula: re.Match[str], displayed: bool) -> str:
    """Return a formula as TeX for MathJax and as MathML for a page on which it does not run."""
    tex = unescape(formula[1]).replace("{split}", "{aligned}")
    mathml = TO_MATHML.convert_with_local_state(tex, displaystyle=displayed)
    return f'<span class="tex">{formula[0]}</span><noscript>{mathml}</noscript>'


def doubled(body: str) -> str:
    """Return the HTML of a page's text with every formula in both."""
    body = INLINE.sub(lambda formula: both(formula, displayed=False), body)
    return DISPLAYED.sub(lambda formula: both(formula, displayed=True), body)


def double(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Do so on this page."""
    if 'class="math ' in context.get("body", ""):
        context["body"] = doubled(context["body"])
        context["metatags"] = context.get("metatags", "") + WITHOUT_SCRIPTS
        app.add_js_file("formulas.js")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx: after the text was mended, and after the search has it."""
    app.connect("html-page-context", double, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
