"""The form of the claims page in a browser: what fits is shown, what is left empty is not, an address always is."""

import pytest

from advlib.pages import claims_html
from advlib.pages.claims import claim, untestable
from tests.pages.test_claims import NEVER, ROW

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCRIPT = claims_html.SCRIPT
HELD = claim(**ROW | {"item": "p1-lemma-1"}, holds=True)
BROKEN = claim(**ROW | {"item": "p1-lemma-2"}, holds=False)
UNTESTED = untestable(**NEVER | {"item": "p2-lemma-1"}, why="too wide")
CHAPTERS = {"One": [HELD, BROKEN], "Two": [UNTESTED]}


def section(title, rows):
    table = claims_html.table(rows, title, f"{title}.html")
    return f'<section><h2>{title}</h2><p>In {title}.</p><div class="claims-chapter">{table}</div></section>'


@pytest.fixture(scope="module")
def tab(browser):
    """One tab for all tests."""
    return browser.new_page()


@pytest.fixture
def page(tab, tmp_path):
    """A page of two chapters, from disk."""
    rows = [row | {"chapter": title} for title, found in CHAPTERS.items() for row in found]
    body = "".join(section(title, found) for title, found in CHAPTERS.items())
    script = f"<script defer src='{SCRIPT.as_uri()}'></script>"
    top = f"<!doctype html><meta charset=utf-8>{script}<section><h1>Claims</h1>{claims_html.choices(rows)}"
    (tmp_path / "claims.html").write_text(f"{top}{body}</section>", encoding="utf-8")
    tab.goto((tmp_path / "claims.html").as_uri())
    return tab


def seen(page):
    return [line.get_attribute("id") for line in page.locator(".claims tbody tr:visible").all()]


def said(page):
    return page.locator("output").inner_text()


def test_all_rows_are_seen_at_first(page):
    assert seen(page) == ["p1-lemma-1", "p1-lemma-2", "p2-lemma-1"]
    assert said(page) == "3 of 3 rows"


@pytest.mark.parametrize(
    ("choice", "value", "left"),
    [
        ("verdict", "at odds", ["p1-lemma-2"]),
        ("paper", "Paper 2", ["p2-lemma-1"]),
        ("chapter", "One", ["p1-lemma-1", "p1-lemma-2"]),
    ],
)
def test_a_choice_leaves_what_fits_and_says_how_many(page, choice, value, left):
    page.get_by_label(choice).select_option(value)
    assert seen(page) == left
    assert said(page) == f"{len(left)} of 3 rows"


def test_what_is_left_empty_is_hidden_with_its_words(page):
    page.get_by_label("verdict").select_option("at odds")
    assert page.get_by_role("heading").all_inner_texts() == ["Claims", "One"]
    assert not page.get_by_text("In Two.").is_visible()
    page.get_by_label("paper").select_option("Paper 2")
    assert page.get_by_role("heading").all_inner_texts() == ["Claims"]
    assert said(page) == "0 of 3 rows"


def test_an_address_is_shown_whatever_was_chosen(page):
    page.get_by_label("verdict").select_option("at odds")
    page.evaluate("location.hash = 'p2-lemma-1'")
    page.locator("#p2-lemma-1").wait_for(state="visible")
    assert said(page) == "3 of 3 rows"


def test_without_scripts_all_rows_are_seen_and_no_form(browser, page):
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(page.url)
    assert len(seen(still)) == 3
    assert not still.get_by_label("verdict").is_visible()
    context.close()
