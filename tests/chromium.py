"""The browser of the tests, and a tab of it for the built book; `conftest.py` makes it a plugin."""

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Error, sync_playwright

HTML = Path(__file__).parents[1] / "_build" / "html"

PATIENCE = 240_000
"""Milliseconds after which what is waited for counts as never happening; a loaded machine may need many of them."""


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium, else Playwright's own."""
    system = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(
                executable_path=system, args=["--no-sandbox", "--disable-gpu"], timeout=PATIENCE
            )
        except Error as error:
            pytest.skip(f"no Chromium: install the system's (apt install chromium) or run `make browser`; {error}")
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def tab(browser):
    """One tab for all pages of the built book, as each new one costs."""
    if not (HTML / "index.html").exists():
        pytest.skip(f"no built book in {HTML}: run `make book`")
    tab = browser.new_page(reduced_motion="reduce")
    tab.set_default_timeout(PATIENCE)
    yield tab
    tab.close()
