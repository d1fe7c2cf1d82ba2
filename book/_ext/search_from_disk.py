"""The search shows excerpts from scripts: from disk a browser lets no page fetch another, and these hold no MathML."""

import json
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

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


def searched(body: str) -> str:
    """Return the HTML of a page's text with no more than the search looks at: words and the names of places."""
    seen = UNSEEN.sub("", body)
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
    """Register with Sphinx."""
    app.connect("html-page-context", provide, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
