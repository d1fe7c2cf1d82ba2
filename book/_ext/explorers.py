"""Explorers on built pages: kernels are told to write pages, and the pages that hold an explorer load its scripts."""

import os
import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from advlib.pages import explorer, live

SCRIPTS = (*explorer.SCRIPTS, explorer.PAGE_SCRIPT)


def copy_assets(app: Sphinx) -> None:
    """Put the scripts, plain ones that also run from disk, and the styles beside the pages."""
    static = Path(app.outdir, "_static")
    static.mkdir(parents=True, exist_ok=True)
    bundle = static / "vega.js"
    if not bundle.exists():  # a second's work, and another lock starts from an empty folder
        bundle.write_text(f"(function () {{\n{explorer.vega()}\n}})();\n", encoding="utf-8")
    for asset in (*live.SCRIPTS, *SCRIPTS, explorer.STYLE):
        (static / asset.name).write_text(asset.read_text("utf-8"), encoding="utf-8")


def twins(body: str) -> list[Path]:
    """The scripts that compute what explorers on this page show, and what these share."""
    if '"live":true' not in body:
        return []
    return live.scripts_for(re.findall(r'"name":"(\w+)"', body))


def load_assets(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Load them on this page if it holds an explorer, and the twins of those of its explorers that have one."""
    body = context.get("body", "")
    if '<div class="advlib-explorer">' in body:
        app.add_js_file("vega.js", loading_method="defer")
        for script in (*twins(body), *SCRIPTS):
            app.add_js_file(script.name, loading_method="defer")
        app.add_css_file(explorer.STYLE.name)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx; the kernels that execute the chapters inherit this environment."""
    os.environ[explorer.BUILDING] = "1"
    app.connect("builder-inited", copy_assets)
    app.connect("html-page-context", load_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
