"""Every page of the built book as axe sees it, by the tab key, and on a phone."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.chromium import HTML
from tests.test_browser import AT_REST, CHAPTERS, SETS
from tools.pdf import SETTLED

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PAGES = [*CHAPTERS, *SETS, "genindex", "prf-prf", "py-modindex", "search"]

DRAWN = "() => [...document.querySelectorAll('.advlib-explorer')].every((it) => it.matches('.advlib-mounted') && \
it.querySelector('.advlib-summary').textContent)"

UNFOLD = """() => {
  document.querySelectorAll('details').forEach((node) => { node.open = true; });
  document.querySelectorAll('.toggle-button').forEach((node) => node.click());
}"""

REACHED = """() => [...document.querySelectorAll('pre, .output, .pst-scrollable-table-container')].every(
  (node) => node.scrollWidth <= node.clientWidth || node.tabIndex === 0)"""
"""What scrolls sideways is a stop of the tab key."""

FITS = "() => document.documentElement.scrollWidth <= innerWidth"

AXE = """async ([context, options]) => {
  const { violations } = await axe.run(context, { resultTypes: ['violations'], elementRef: true, ...options });
  return violations.flatMap(({ id, impact, nodes }) => nodes
    .filter(({ element }) => ['serious', 'critical'].includes(impact) || element.closest('.advlib-explorer'))
    .map(({ html, failureSummary }) => [id, html.slice(0, 200), failureSummary]));
}"""
"""What axe finds: all of it within an explorer, what is serious elsewhere."""

MARK_NEW = """known => {
  const [seen, grounds] = [new Set(known), new Map([[document.documentElement, '']])];
  const ground = (node) => {
    if (!grounds.has(node)) {
      const { backgroundColor, backgroundImage, opacity } = getComputedStyle(node);
      grounds.set(node, [backgroundColor, backgroundImage, opacity, ground(node.parentElement)].join());
    }
    return grounds.get(node).replaceAll('rgba(0, 0, 0, 0),none,1,', '');
  };
  const look = (node) => {
    const { color, fontSize, fontWeight } = getComputedStyle(node);
    return [node.tagName, color, fontSize, fontWeight, ground(node)].join();
  };
  const written = (node) => [...node.childNodes].some(({ nodeType, data }) => nodeType === 3 && data.trim());
  for (const node of document.body.querySelectorAll('*')) {
    node.removeAttribute('data-new');
    if (!written(node) || !node.checkVisibility({ visibilityProperty: true }) || seen.has(look(node))) continue;
    seen.add(look(node));
    node.setAttribute('data-new', '');
  }
  return [...seen];
}"""
"""Mark one text of each look that is not known yet, and return the looks known then: axe takes its time over each."""


@pytest.fixture(scope="module")
def page(request, tab):
    """A page of the book, from disk, with its explorers drawn and all unfolded that folds."""
    tab.set_viewport_size({"width": 1280, "height": 720})
    tab.goto(f"{HTML.as_uri()}/{request.param}.html")
    tab.wait_for_function(SETTLED)
    tab.wait_for_function(DRAWN)
    tab.evaluate(UNFOLD)
    tab.wait_for_function(REACHED)
    return tab


@pytest.fixture(scope="module")
def known():
    """The looks of texts that axe has seen, by theme."""
    return {"light": [], "dark": []}


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_formulas_are_read_out_and_no_stops_of_the_tab_key(page):
    formulas = page.locator("mjx-container")
    assert formulas.locator("mjx-assistive-mml > math").count() == formulas.count()
    assert page.locator("mjx-container[tabindex], mjx-container [tabindex]").count() == 0


LIVE = "[aria-live], [role=status], [role=alert], output:not([aria-hidden=true])"


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_an_explorer_has_one_name_and_says_what_it_shows_once(page):
    for explorer in page.locator(".advlib-explorer").all():
        named = explorer.locator("[role=group][aria-label]:visible")
        assert named.count() == 1
        assert explorer.locator(LIVE).count() == 1
        summary = explorer.locator("[aria-live] .advlib-summary").inner_text()
        pictures = explorer.locator("[role=img]:visible").evaluate_all("all => all.map((it) => it.ariaLabel)")
        assert all(pictures)
        assert not any(summary in name for name in pictures)


READ_OUT = """explorer => [...explorer.querySelectorAll('.advlib-reader')].map((reader) => {
  const heard = [];
  reader.dispatchEvent(new Event('focus'));
  for (let i = 0; i <= reader.max; i++) {
    reader.value = i;
    reader.dispatchEvent(new Event('input'));
    heard.push(reader.getAttribute('aria-valuetext'));
  }
  reader.dispatchEvent(new Event('blur'));
  return heard;
})"""


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_every_picture_of_an_explorer_reads_its_values_out(page):
    for explorer in page.locator(".advlib-explorer").all():
        heard = explorer.evaluate(READ_OUT)
        assert len(heard) == explorer.locator(".advlib-chart").count() > 0
        for words in heard:
            assert len(words) > 1
            assert [said for said in words if not said or re.search("NaN|undefined|null|Infinity", said)] == []


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_a_page_is_no_wider_than_a_phone(page):
    for width in (360, 390):
        page.set_viewport_size({"width": width, "height": 740})
        page.wait_for_function(FITS)
        page.wait_for_function(REACHED)


@pytest.mark.parametrize("page", ["book/bottlenecks"], indirect=True)
def test_axe_finds_nothing_in_an_enlarged_figure_and_the_keyboard_comes_back(page):
    button = page.locator("article figure > button.enlarge").first
    button.press("Enter")
    page.evaluate(Axe().axe_script)
    assert page.evaluate(AXE, [{"include": ["dialog.enlarged"]}, {}]) == []
    page.keyboard.press("Escape")
    assert button.evaluate("node => node === document.activeElement")


@pytest.mark.parametrize("page", PAGES, indirect=True)
def test_axe_finds_nothing(page, known):
    """Formulas' shapes, which no screen reader reads, and the colours of code, once seen, only take its time."""
    page.set_viewport_size({"width": 1280, "height": 720})
    page.evaluate("() => document.querySelectorAll('mjx-math').forEach((node) => node.remove())")
    page.evaluate(Axe().axe_script)
    for theme in known:
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.wait_for_function(AT_REST)
        known[theme] = page.evaluate(MARK_NEW, known[theme])
        if page.locator("[data-new]").count():
            only = {"runOnly": ["color-contrast", "link-in-text-block"]}
            assert page.evaluate(AXE, [{"include": ["[data-new]"]}, only]) == [], theme
    page.evaluate("() => document.querySelectorAll('pre').forEach((node) => { node.textContent = node.textContent })")
    rules = {"color-contrast": {"enabled": False}, "label-content-name-mismatch": {"enabled": True}}
    assert page.evaluate(AXE, ["html", {"rules": rules}]) == []
