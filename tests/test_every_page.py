"""Every page of the built book, visited once: it loads clean, fits, moves, reads aloud, and axe finds nothing."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.pushes import check, controls, drawn
from tests.seen import (
    AXE,
    COLOURS,
    ENLARGED,
    FITS,
    ICONS,
    LOOK_AT,
    MARK_NEW,
    PLAIN_CODE,
    PLAIN_FORMULAS,
    REACHED,
    READ_OUT,
    SHOW,
    SHOWN,
    TOO_WIDE,
    UNFOLD,
    contrast,
    smallest_words,
)
from tests.visits import CHAPTERS, EXPLORERS, SCREEN, WITH_EXPLORER, WITHOUT, Visitor, chapter, each
from tools.pdf import SETTLED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BOOK = [*WITH_EXPLORER, *WITHOUT]
PAGES = [*BOOK, "genindex", "prf-prf", "py-modindex", "search"]


WIDE = {"width": 1400, "height": 800}


@pytest.fixture
def page(visited):
    """A page from disk, wide."""
    visited[0].set_viewport_size(WIDE)
    return visited[0]


@each(BOOK)
def test_page_loads_clean_from_disk_and_its_mathematics_renders(page):
    if page.locator(".math").count():
        page.wait_for_selector("mjx-container", state="attached")
        page.wait_for_function("() => MathJax.startup.promise.then(() => true)")
        assert page.locator("mjx-container").count() >= page.locator(".math").count()
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert page.locator("article h1").count() == 1


@each(PAGES)
def test_nothing_moves_while_a_page_loads(visited):
    assert visited[1].shift < 0.05


@each(BOOK)
def test_icons_are_seen_and_come_with_the_styles(page, visited):
    for name, width, content in page.evaluate(ICONS):
        assert width > 5, name
        assert content != "none", name
    assert not [url for url in visited[1].asked if "fontawesome" in url]


@pytest.fixture(scope="module")
def theme(browser, disk):
    """What every page asks for."""
    visitor = Visitor(browser)
    visitor(disk, "genindex.html").wait_for_function(SETTLED)
    files = visitor.files(disk)
    visitor.leave()
    return files


@each(WITH_EXPLORER)
def test_page_weighs_less_than_3_mb_beyond_the_theme(page, visited, disk, theme):
    page.wait_for_function(SETTLED)
    drawn(page)
    files = visited[1].files(disk)
    beyond = {file: size for file, size in files.items() if file not in theme}
    assert any("vega" in file for file in beyond)
    assert any("mathjax" in file for file in beyond)
    assert sum(beyond.values()) < 3e6, beyond


def test_pages_without_an_explorer_do_not_load_its_scripts(theme):
    assert theme
    assert not any("vega" in file for file in theme)


LAPTOP = {"width": 1366, "height": 768}
STORIES = [name for name in WITH_EXPLORER if f"{name}-record" in CHAPTERS]


@each(STORIES)
def test_the_explorer_of_a_story_is_above_the_fold(page):
    explorer, *_ = drawn(page)
    page.set_viewport_size(LAPTOP)
    page.evaluate("() => scrollTo(0, 0)")
    box = explorer.locator(".advlib-live").bounding_box()
    assert box["height"] > LAPTOP["height"] / 3
    assert box["y"] + box["height"] <= LAPTOP["height"]


@each(WITH_EXPLORER)
def test_from_disk_controls_move_the_picture_and_the_text_and_reset_restores_them(page):
    explorers = drawn(page)
    assert len(explorers) == len(EXPLORERS[chapter(page)])
    for explorer in explorers:
        event, others = controls(explorer)
        check(page, explorer, [event], *([event, control] for control in others))
        assert re.search(
            "when this page was built|Computed in this page", explorer.locator(".advlib-note").inner_text()
        )


@each(WITH_EXPLORER[1:2])
def test_a_figure_fills_the_window_on_demand(page):
    figure = page.locator("article figure:has(> img)").first
    dialog, small = page.locator("dialog.enlarged"), figure.locator("> img").bounding_box()["width"]
    button = figure.get_by_role("button")
    for open_it, close_it in ((lambda: button.press("Enter"), "Escape"), (figure.locator("> img").click, "Enter")):
        open_it()
        assert dialog.get_by_role("img").get_attribute("alt") == figure.locator("> img").get_attribute("alt")
        assert page.evaluate(ENLARGED) > small
        page.keyboard.press(close_it)
        dialog.wait_for(state="hidden")
    assert page.locator(".advlib-explorer .enlarge").count() == 0


@each(WITH_EXPLORER)
def test_explorers_fit_the_window(page):
    explorers = drawn(page)
    for width in (1400, 1390, 700, 690, 375, 365, 320, 310):
        page.set_viewport_size({"width": width, "height": 800})
        page.wait_for_function("""() => [...document.querySelectorAll('.advlib-live *')].every((node) => {
            const { left, right } = node.getBoundingClientRect();
            return left >= 0 && right <= node.closest('.advlib-explorer').getBoundingClientRect().right + 0.5;
        })""")
        assert all(explorer.bounding_box()["width"] <= width for explorer in explorers)


@each(WITH_EXPLORER)
def test_both_themes_read_without_a_reload(page):
    explorers, texts = drawn(page), set()
    for theme in ("light", "dark", "light"):
        page.evaluate(SHOW, theme)
        for explorer in explorers:
            colours = explorer.locator(".advlib-live").evaluate(COLOURS)
            assert all(contrast(colour, colours["ground"]) >= 4.5 for colour in colours["text"]), colours
            assert all(contrast(colour, colours["ground"]) >= 3 for colour in colours["lines"]), colours
            texts.add(colours["text"][0])
    assert len(texts) == 2


PHONE = {"width": 360, "height": 740}

SMALLEST = 8.95
"""Pixels, nine but for rounding, of words in a figure on a phone; what is raised in a formula may be smaller."""


@each(BOOK)
def test_words_of_figures_are_read_on_a_phone(page):
    page.set_viewport_size(PHONE)
    page.wait_for_function("() => [...document.images].every((image) => image.complete || image.loading === 'lazy')")
    figures = [
        (source, width) for source, width in page.evaluate(SHOWN) if source.endswith(".svg") or ".svg#" in source
    ]
    assert [source for source, width in figures if smallest_words(source, width) < SMALLEST] == []


@each(STORIES)
def test_a_storys_formulas_are_no_wider_than_a_phone(page):
    page.set_viewport_size(PHONE)
    page.wait_for_function("() => MathJax.startup.promise.then(() => true)")
    assert page.evaluate(TOO_WIDE) == []


@pytest.fixture(scope="module")
def unfolded(visited):
    """Such a page, its explorers drawn and all unfolded that folds; later tests of this page find it so."""
    page = visited[0]
    page.set_viewport_size(SCREEN)
    page.emulate_media(reduced_motion="reduce")
    page.wait_for_function(SETTLED)
    drawn(page, 0)
    page.evaluate(UNFOLD)
    page.wait_for_function(REACHED)
    return page


@each(PAGES)
def test_formulas_are_read_out_and_no_stops_of_the_tab_key(unfolded):
    formulas = unfolded.locator("mjx-container")
    assert formulas.locator("mjx-assistive-mml > math").count() == formulas.count()
    assert unfolded.locator("mjx-container[tabindex], mjx-container [tabindex]").count() == 0


LIVE = "[aria-live], [role=status], [role=alert], output:not([aria-hidden=true])"


@each(PAGES)
def test_an_explorer_has_one_name_and_says_what_it_shows_once(unfolded):
    for explorer in unfolded.locator(".advlib-explorer").all():
        named = explorer.locator("[role=group][aria-label]:visible")
        assert named.count() == 1
        assert explorer.locator(LIVE).count() == 1
        summary = explorer.locator("[aria-live] .advlib-summary").inner_text()
        pictures = explorer.locator("[role=img]:visible").evaluate_all("all => all.map((it) => it.ariaLabel)")
        assert all(pictures)
        assert not any(summary in name for name in pictures)


@each(PAGES)
def test_every_picture_of_an_explorer_reads_its_values_out(unfolded):
    for explorer in unfolded.locator(".advlib-explorer").all():
        heard = explorer.evaluate(READ_OUT)
        assert len(heard) == explorer.locator(".advlib-chart").count() > 0
        for words in heard:
            assert len(words) > 1
            assert [said for said in words if not said or re.search("NaN|undefined|null|Infinity", said)] == []


@each(PAGES)
def test_a_page_is_no_wider_than_a_phone(unfolded):
    for width in (360, 390):
        unfolded.set_viewport_size({"width": width, "height": 740})
        unfolded.wait_for_function(FITS)
        unfolded.wait_for_function(REACHED)


@each(WITH_EXPLORER[1:2])
def test_axe_finds_nothing_in_an_enlarged_figure_and_the_keyboard_comes_back(unfolded):
    button = unfolded.locator("article figure > button.enlarge").first
    button.press("Enter")
    unfolded.evaluate(Axe().axe_script)
    assert unfolded.evaluate(AXE, [{"include": ["dialog.enlarged"]}, {}]) == []
    unfolded.keyboard.press("Escape")
    assert button.evaluate("node => node === document.activeElement")


@pytest.fixture(scope="module")
def known():
    """The looks of texts that axe has seen, by theme."""
    return {"light": [], "dark": []}


@each(PAGES)
def test_axe_finds_nothing(unfolded, known):
    """Formulas' shapes, which no screen reader reads, only take its time."""
    unfolded.set_viewport_size(SCREEN)
    unfolded.evaluate(PLAIN_FORMULAS)
    unfolded.evaluate(Axe().axe_script)
    for theme in known:
        unfolded.evaluate(SHOW, theme)
        known[theme] = unfolded.evaluate(MARK_NEW, [f"data-{theme}", known[theme]])
    unfolded.evaluate(PLAIN_CODE, "[data-light], [data-dark]")
    unfolded.evaluate(LOOK_AT, "[data-dark]")
    rules = {"label-content-name-mismatch": {"enabled": True}}
    assert unfolded.evaluate(AXE, ["html", {"rules": rules}]) == []
    unfolded.evaluate(SHOW, "light")
    unfolded.evaluate(LOOK_AT, "[data-light]")
    assert unfolded.evaluate(AXE, ["html", {"runOnly": ["color-contrast", "link-in-text-block"]}]) == []
