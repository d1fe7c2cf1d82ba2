"""The built book in a browser, from a web server and from disk, with every outside request blocked and counted."""

import functools
import re
import urllib.parse
from pathlib import Path

import pytest
from playwright.sync_api import TimeoutError

from tests.chromium import HTML, PATIENCE
from tests.jupyter import READY, jupyterlab, own, write_notebook
from tools.pdf import SETTLED
from tools.serve import served

ROOT = Path(__file__).parents[1]
CHAPTERS = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text())
SETS = [f"notebooks/assignments/{path.stem}" for path in sorted((ROOT / "notebooks" / "assignments").glob("*.ipynb"))]
EXPLORERS = {
    name: re.findall(r"^explorers\.(\w+)\(", (ROOT / f"{name}.md").read_text(), re.MULTILINE) for name in CHAPTERS
}
WITH_EXPLORER = [name for name, used in EXPLORERS.items() if used]
WITHOUT = [name for name in [*CHAPTERS, *SETS] if name not in WITH_EXPLORER]

HEAVIEST = 500_000
"""Bytes of a figure; one with more lines or dots than that has some of them rasterized."""

SEEN = r"""node => ['.advlib-charts', '.advlib-summary'].map(
  part => node.querySelector(part).innerHTML.replaceAll(/ role="graphics-\w+"/g, '').split('<').sort().join('<'))"""
"""The picture of an explorer, its marks in any order, and the text below it.

Vega names a group of no marks otherwise once it has held some, and puts those that come back after the others.
"""


@pytest.fixture(scope="module")
def server():
    """The built book on a free port of this machine."""
    with served(HTML) as address:
        yield address


@pytest.fixture(scope="module")
def disk():
    """The built book on disk, where a page may do least."""
    if not (HTML / "index.html").exists():
        pytest.skip(f"no built book in {HTML}: run `make book`")
    return HTML.as_uri()


@pytest.fixture(params=["http", "file"])
def site(request, disk):
    """Where the built book is: on a web server, then on disk."""
    return request.getfixturevalue("server") if request.param == "http" else disk


class Visitor:
    """Opens pages of a site, and remembers what they asked for and what went wrong on any of them."""

    def __init__(self, browser):
        self.browser, self.contexts = browser, []
        self.asked, self.outside, self.errors = [], [], []

    def __call__(self, site, path="", **options):
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        context.route("**/*", functools.partial(self.guard, site))
        page = context.new_page()
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{site}/{path}")
        return page

    def guard(self, site, route):
        """Let nothing out."""
        url = route.request.url
        inside = url.startswith((site, "data:", "blob:"))
        (self.asked if inside else self.outside).append(url)
        return route.continue_() if inside else route.abort()

    def files(self, site):
        """The files that the pages asked for, and their sizes; the icon is the browser's own idea."""
        paths = {urllib.parse.urlparse(url)._replace(query="", fragment="").geturl() for url in self.asked}
        names = {path.removeprefix(f"{site}/") for path in paths if path.startswith(f"{site}/")} - {"favicon.ico"}
        return {name: (HTML / name).stat().st_size for name in names}

    def leave(self):
        """Close what was opened."""
        for context in self.contexts:
            context.close()
        assert self.outside == []
        assert self.errors == []


@pytest.fixture
def visit(browser):
    """Open pages of a site; at the end, no outside request and no error may have been seen on any of them."""
    visitor = Visitor(browser)
    yield visitor
    visitor.leave()


@pytest.fixture(scope="module")
def visited(request, browser, disk):
    """A page from disk, for all tests of it, and what it asked for."""
    visitor = Visitor(browser)
    yield visitor(disk, f"{request.param}.html"), visitor
    visitor.leave()


WIDE = {"width": 1400, "height": 800}


@pytest.fixture
def page(visited):
    """A page from disk, wide."""
    visited[0].set_viewport_size(WIDE)
    return visited[0]


def each(names):
    """A test of each of these pages."""
    return pytest.mark.parametrize("visited", names, indirect=True, scope="module")


def test_figures_can_be_projected_and_are_light(site):
    pictures = list((HTML / "_images").iterdir())
    assert pictures
    assert {path.suffix for path in pictures} == {".svg"}
    assert [path.name for path in pictures if path.stat().st_size > HEAVIEST] == []


def chapter(page):
    """Where the page that is open comes from."""
    return page.url.removeprefix(f"{HTML.as_uri()}/").partition(".html")[0]


@pytest.fixture
def explorer(visit, site):
    """A page whose first explorer is drawn."""
    page = visit(site, f"{WITH_EXPLORER[0]}.html")
    drawn(page)
    return page


DRAWN = """count => {
  const explorers = [...document.querySelectorAll('.advlib-explorer')];
  const drawn = explorers.filter((node) => node.querySelector('.advlib-summary')?.textContent);
  return drawn.length >= Math.max(count, explorers.length);
}"""


def drawn(page, count=1):
    """Wait until every explorer of a page, so many or more, is drawn; return them."""
    page.wait_for_function(DRAWN, arg=count)
    return page.locator(".advlib-explorer").all()


def becomes(page, explorer, condition, before):
    """Whether what an explorer shows comes to meet this condition on `now` and `before`."""
    test = f"([node, before]) => {{ const now = ({SEEN})(node); return {condition}; }}"
    try:
        page.wait_for_function(test, arg=[explorer.element_handle(), before])
    except TimeoutError:
        return False
    return True


CHANGED = "now[0] !== before[0] && now[1] !== before[1]"
RESTORED = "now[0] === before[0] && now[1] === before[1]"


def push(page, control):
    """Move a slider to its other end, or press the next button of a choice, by keyboard."""
    control.focus()
    if control.get_attribute("type") == "radio":
        page.keyboard.press("ArrowRight")
        return
    first, at_start = control.get_attribute("aria-valuetext"), control.input_value() == "0"
    page.keyboard.press("ArrowRight" if at_start else "ArrowLeft")
    label, shown = control.evaluate("node => [node.labels[0].innerText, node.nextSibling.innerText]")
    assert label
    assert control.get_attribute("aria-valuetext") == shown != first, label
    assert control.evaluate("node => getComputedStyle(node).outlineStyle") == "solid", label
    page.keyboard.press("End" if at_start else "Home")


def controls(explorer):
    """The slider that makes it happen, a dial where there is one, and the others: it starts before anything happens."""
    for folded in explorer.locator("details > summary").all():
        folded.click()
    *others, event = explorer.locator(".advlib-live > .advlib-controls > .advlib-control > input").all()
    return event, others + explorer.locator("details .advlib-control > input, .advlib-control :checked").all()


def check(page, explorer, *walks):
    """All moves of every walk change both the picture and the text, and Reset restores them."""
    start = explorer.evaluate(SEEN)
    for moves in walks:
        before = start
        for control in moves:
            push(page, control)
            assert becomes(page, explorer, CHANGED, before), control
            before = explorer.evaluate(SEEN)
        explorer.get_by_role("button", name="Reset").click()
        assert becomes(page, explorer, RESTORED, start), moves


@each([*WITH_EXPLORER, *WITHOUT])
def test_page_loads_clean_from_disk_and_its_mathematics_renders(page):
    if page.locator(".math").count():
        page.wait_for_selector("mjx-container", state="attached")
        page.wait_for_function("() => MathJax.startup.promise.then(() => true)")
        assert page.locator("mjx-container").count() >= page.locator(".math").count()
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert page.locator("article h1").count() == 1


ICONS = """() => [...document.querySelectorAll('i[class*="fa-"]')].filter((node) => node.checkVisibility()).map(
  (node) => [node.className, node.offsetWidth, getComputedStyle(node, '::before').content])"""


@each([*WITH_EXPLORER, *WITHOUT])
def test_icons_are_seen_and_come_with_the_styles(page, visited):
    for name, width, drawn in page.evaluate(ICONS):
        assert width > 5, name
        assert drawn != "none", name
    assert not [url for url in visited[1].asked if "fontawesome" in url]


ENLARGED = "() => document.querySelector('dialog.enlarged img').getBoundingClientRect().width"


@each(WITH_EXPLORER[1:2])
def test_a_figure_fills_the_window_on_demand(page):
    figure = page.locator("article figure:has(> img)").first
    dialog, small = page.locator("dialog.enlarged"), figure.locator("img").bounding_box()["width"]
    button = figure.get_by_role("button")
    for open_it, close_it in ((lambda: button.press("Enter"), "Escape"), (figure.locator("img").click, "Enter")):
        open_it()
        assert dialog.get_by_role("img").get_attribute("alt") == figure.locator("img").get_attribute("alt")
        assert page.evaluate(ENLARGED) > small
        page.keyboard.press(close_it)
        dialog.wait_for(state="hidden")
    assert page.locator(".advlib-explorer .enlarge").count() == 0


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
    assert page.locator(".math").count() > 0
    assert page.locator("math:visible").count() == page.locator(".math").count()
    assert page.locator(".tex:visible").count() == 0


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


def contrast(one, other):
    def luminance(colour):
        parts = [float(c) / 255 for c in re.findall(r"[\d.]+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


COLOURS = """live => {
  const ground = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return /, 0\\)|transparent/.test(colour) ? ground(node.parentElement) : colour;
  };
  const of = (selector, property) =>
    [...live.querySelectorAll(selector)].map((node) => getComputedStyle(node)[property]).filter((it) => it != 'none');
  return {
    ground: ground(live),
    text: [...of('.role-axis text, .role-title text', 'fill'), ...of('.advlib-summary, label, output', 'color')],
    lines: of('svg .mark-line path, svg .mark-rule line[stroke-dasharray]', 'stroke'),
  };
}"""


AT_REST = "() => document.getAnimations().every(({ playState }) => playState !== 'running')"
"""Colours change by transitions, and these have ended."""


@each(WITH_EXPLORER)
def test_both_themes_read_without_a_reload(page):
    explorers, texts = drawn(page), set()
    for theme in ("light", "dark", "light"):
        page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        page.wait_for_function(AT_REST)
        for explorer in explorers:
            colours = explorer.locator(".advlib-live").evaluate(COLOURS)
            assert all(contrast(colour, colours["ground"]) >= 4.5 for colour in colours["text"]), colours
            assert all(contrast(colour, colours["ground"]) >= 3 for colour in colours["lines"]), colours
            texts.add(colours["text"][0])
    assert len(texts) == 2


FOUND = {"gradient": f"{WITH_EXPLORER[0]}.html", "Theorem 3.1": "book/claims.html#p3-theorem-31"}
"""Queries, and a page or a row that each finds."""


@pytest.mark.parametrize(("query", "place"), FOUND.items())
def test_search_finds_words_and_rows_and_shows_them(visit, site, query, place):
    page = visit(site, f"search.html?q={urllib.parse.quote(query)}")
    page.wait_for_selector(f"#search-results li:has(a[href='{place}']) p.context")


@pytest.fixture(scope="module")
def theme(browser, disk):
    """What every page asks for."""
    visitor = Visitor(browser)
    visitor(disk, "genindex.html").wait_for_function(SETTLED)
    visitor.leave()
    return visitor.files(disk)


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


FEW = ["one_step", "many_layers", "digit_step"]
"""One that computes, one of stored frames, and one that takes a drawing."""
ALL = [name for used in EXPLORERS.values() for name in used]


@pytest.fixture
def lab(tmp_path, names):
    """JupyterLab on a free port, with settings of its own and a notebook that holds these explorers."""
    made = ", ".join(f"explorers.{name}()" for name in names)
    write_notebook(tmp_path / "explorers.ipynb", f"from advlib.pages import explorers\n\ndisplay({made})")
    with jupyterlab(tmp_path, own(tmp_path)) as address:
        yield address


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("names", [FEW, pytest.param(ALL, marks=pytest.mark.thorough)], ids=["few", "all"])
def test_kernel_moves_the_picture_in_jupyterlab(browser, lab, names):
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(f"{lab}/lab/tree/explorers.ipynb")
    page.wait_for_selector(".jp-CodeCell .cm-content")
    page.wait_for_function(READY)
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    for explorer in drawn(page, len(names)):
        event, others = controls(explorer)
        check(page, explorer, [event, *others[:1]])
    page.close()
