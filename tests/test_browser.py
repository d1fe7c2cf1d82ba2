"""The built book in a browser, from a web server and from disk."""

import urllib.parse

import pytest

from tests.chromium import HTML
from tests.pushes import drawn
from tests.visits import WITH_EXPLORER

HEAVIEST = 500_000
"""Bytes of a figure; one with more lines or dots than that has some of them rasterized."""


def test_figures_can_be_projected_and_are_light(site):
    pictures = list((HTML / "_images").iterdir())
    assert pictures
    assert {path.suffix for path in pictures} == {".svg"}
    assert [path.name for path in pictures if path.stat().st_size > HEAVIEST] == []


@pytest.fixture
def explorer(visit, site):
    """A page whose first explorer is drawn."""
    page = visit(site, f"{WITH_EXPLORER[0]}.html")
    drawn(page)
    return page


def test_paper_shows_the_still_picture(explorer):
    still, live = explorer.locator(".advlib-still svg").first, explorer.locator(".advlib-live").first
    assert live.is_visible()
    assert not still.is_visible()
    explorer.emulate_media(media="print")
    assert still.is_visible()
    assert not live.is_visible()


def test_still_picture_is_there_without_scripts(visit, site):
    page = visit(site, f"{WITH_EXPLORER[0]}.html", java_script_enabled=False)
    assert page.locator(".advlib-still svg").first.is_visible()


def test_formulas_are_read_without_scripts(visit, site):
    page = visit(site, f"{WITH_EXPLORER[1]}.html", java_script_enabled=False)
    assert page.locator("math:visible").count() == page.locator(".math").count() > 0
    assert page.locator(".tex:visible").count() == 0


FOUND = {"gradient": f"{WITH_EXPLORER[0]}.html", "Theorem 3.1": "book/claims.html#p3-theorem-31"}
"""Queries, and a page or a row that each finds."""


@pytest.mark.parametrize(("query", "place"), FOUND.items())
def test_search_finds_words_and_rows_and_shows_them(visit, site, query, place):
    page = visit(site, f"search.html?q={urllib.parse.quote(query)}")
    page.wait_for_selector(f"#search-results li:has(a[href='{place}']) p.context")
    field = page.locator(".bd-search:visible")
    icon, words = (field.locator(part).bounding_box() for part in ("i", "input"))
    assert icon["x"] + icon["width"] <= words["x"], "the icon does not lie on the words"
