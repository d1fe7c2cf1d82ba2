"""The browser of the tests; `conftest.py` makes it a plugin."""

import shutil

import pytest
from playwright.sync_api import Error, sync_playwright

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
