"""Pages with a figure load the script that enlarges it."""

from typing import Any

from sphinx.application import Sphinx


def load(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Load it where there is a figure."""
    if "<figure" in context.get("body", ""):
        app.add_js_file("enlarge.js", loading_method="defer")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", load)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
