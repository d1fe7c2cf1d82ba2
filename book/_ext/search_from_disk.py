"""The search shows excerpts from scripts, as no page may fetch another from disk; formulas are lines of text there."""

import json
import re
from html import escape
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import NavigableString, PageElement, Tag
from sphinx.application import Sphinx

FORMULA = re.compile(r'(<(?:span|div) class="math [^>]*>)(?:(?!class="math ).)*?(<math\b.*?</math>)', re.DOTALL)

LINES = {
    "mfrac": "{}/{}",
    "msqrt": "√{}",
    "msub": "{}_{}",
    "msubsup": "{}_{}^{}",
    "msup": "{}^{}",
    "munder": "{}_{}",
    "munderover": "{}_{}^{}",
}
"""How each shape of MathML is said in one line."""

ALONE = re.compile(r"[\w′^√‖|]*\W?|√?\(.*\)")
"""What needs no brackets above, below or behind another sign."""

RELATION = re.compile(r"[=≈≠<>≤≥≪≫∼∝→∈]")

FUNCTION = re.compile(r"\N{FUNCTION APPLICATION}(\(?)")

PRIME = re.compile(r"\^([′″])(?=(\d)?)")

UNSEEN = re.compile(r'<(script|style|svg)\b.*?</\1>|<a class="headerlink".*?</a>', re.DOTALL)

TAG = re.compile(r'<(\w+)(?:[^>]*?( id="[^"]*"))?[^>]*>')

BARE = r"<\1\2>"

FROM_SCRIPTS = """\
window.fetch = (page) => new Promise((resolve) => {
  const script = document.createElement('script');
  script.onload = () => resolve(new Response(window.excerpt));
  script.src = `_static/excerpts/${page}.js`;
  document.head.append(script);
});"""
"""A script is read from disk where a page is not, and its `onload` follows it at once."""


def bracketed(part: str) -> str:
    """Return a part of a formula as it stands beside another sign."""
    return part if ALONE.fullmatch(part) else f"({part})"


def in_line(node: PageElement) -> str:
    """Return a piece of MathML as a line of text."""
    if isinstance(node, NavigableString):
        return RELATION.sub(r" \g<0> ", node)
    assert isinstance(node, Tag)
    parts = [in_line(child) for child in node.children]
    if node.name in LINES:
        return LINES[node.name].format(*map(bracketed, parts))
    is_space = node.name == "mtd" or (node.name == "mspace" and "width" in node.attrs)
    return "".join(parts) + " " * is_space


def in_words(formula: re.Match[str]) -> str:
    """Return the HTML of a formula with a line of text in the place of TeX and MathML."""
    line = in_line(BeautifulSoup(formula[2], "html.parser"))
    named = FUNCTION.sub(lambda opening: opening[1] or " ", line)
    primed = PRIME.sub(lambda prime: prime[1] + ("^" if prime[2] else ""), named)
    return formula[1] + escape(" ".join(primed.split()))


def searched(body: str) -> str:
    """Return the HTML of a page's text with no more than the search looks at: words and the names of places."""
    seen = UNSEEN.sub("", FORMULA.sub(in_words, body))
    return f'<div role="main">{TAG.sub(BARE, seen)}</div>'


def provide(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Write a page's text as a script, and let the search page read these."""
    if page == "search":
        app.add_js_file(None, body=FROM_SCRIPTS)
    if doctree:
        file = Path(app.outdir, "_static", "excerpts", f"{page}.html.js")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"excerpt = {json.dumps(searched(context['body']))};\n", encoding="utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx: after formulas have their MathML."""
    app.connect("html-page-context", provide, priority=960)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
