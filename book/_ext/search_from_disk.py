"""Search in a book opened from disk: without excerpts, which a browser lets no page fetch from disk."""

from typing import Any

from sphinx.application import Sphinx

WITHOUT_EXCERPTS = "if (location.protocol === 'file:') DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;"


def leave_out_excerpts(app: Sphinx, page: str, template: str, context: dict[str, Any], doctree: Any) -> None:
    """Tell the search page to list titles alone where excerpts would be refused."""
    if page == "search":
        app.add_js_file(None, body=WITHOUT_EXCERPTS)


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", leave_out_excerpts)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
