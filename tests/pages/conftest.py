"""Pages of explorers, opened from disk, one after another in one tab."""

import pytest

from tests.pages.bare import write_page

PATIENCE = 120_000
"""Milliseconds; what is waited for comes, but a loaded machine may take its time."""

WINDOW = {"width": 1280, "height": 720}
"""What every test begins with, whatever the one before made of it."""


@pytest.fixture(scope="module")
def touch():
    """Whether fingers can touch the tab of this module."""
    return False


@pytest.fixture(scope="module")
def tab(browser, touch):
    """One tab, without a network, for all pages of a module, as each new one costs."""
    tab = browser.new_page(has_touch=touch, offline=True)
    tab.set_default_timeout(PATIENCE)
    yield tab
    tab.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Where the pages of a module are written: they share Vega, which a browser then reads once."""
    return tmp_path_factory.mktemp("page")


@pytest.fixture
def visit(tab, folder):
    """Open a page of these explorers, drawn; no error may be seen and nothing outside may be asked for."""
    errors = []

    def hear(error):
        errors.append(str(error))

    def visit(*shown, query="", change=lambda text: text, reduced_motion="no-preference"):
        path = write_page(folder, *shown)
        path.write_text(change(path.read_text("utf-8")), "utf-8")
        tab.set_viewport_size(WINDOW)
        tab.emulate_media(reduced_motion=reduced_motion)
        tab.goto(path.as_uri() + query)
        return tab

    tab.on("pageerror", hear)
    yield visit
    tab.mouse.move(0, 0)
    tab.goto("about:blank")
    tab.remove_listener("pageerror", hear)
    assert errors == []
