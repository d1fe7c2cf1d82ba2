"""Pages of explorers, opened from disk."""

import pytest

from tests.pages.bare import write_page

PATIENCE = 120_000
"""Milliseconds; what is waited for comes, but a loaded machine may take its time."""


@pytest.fixture
def visit(browser, tmp_path):
    """Open a page of these explorers, drawn; no error may be seen and nothing outside may be asked for."""
    errors, pages = [], []

    def visit(*shown, query="", change=lambda text: text, **context):
        path = write_page(tmp_path, *shown)
        path.write_text(change(path.read_text("utf-8")), "utf-8")
        page = browser.new_page(**context)
        pages.append(page)
        page.set_default_timeout(PATIENCE)
        page.context.set_offline(True)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(path.as_uri() + query)
        return page

    yield visit
    for page in pages:
        page.close()
    assert errors == []
