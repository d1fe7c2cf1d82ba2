"""The footer says which version this is, and how to cite it, from ``CITATION.cff``."""

from html import escape
from pathlib import Path
from typing import Any

import yaml
from sphinx.application import Sphinx
from sphinx.config import Config


def bibtex(citation: dict[str, Any]) -> str:
    """Return the entry for a bibliography."""
    fields = {
        "title": f"{{{citation['title']}}}",
        "author": " and ".join(f"{{{author['name']}}}" for author in citation["authors"]),
        "year": citation["date-released"][:4],
        "version": citation["version"],
    }
    lines = "".join(f"  {name} = {{{value}}},\n" for name, value in fields.items())
    return f"@software{{one-gradient-step,\n{lines}}}"


def footer(citation: dict[str, Any], before: str) -> str:
    """Return the footer of every page."""
    version = f"Version {citation['version']}, {citation['date-released']}."
    entry = f'<pre tabindex="0">{escape(bibtex(citation))}</pre>'
    return f"<p>{before} {version}</p><details><summary>Cite this</summary>{entry}</details>"


def add(app: Sphinx, config: Config) -> None:
    """Put it into the theme's options."""
    citation = yaml.safe_load(Path(app.srcdir, "CITATION.cff").read_text("utf-8"))
    options = config.html_theme_options
    config.html_theme_options = options | {"extra_footer": footer(citation, options.get("extra_footer", ""))}


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("config-inited", add)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
