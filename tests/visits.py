"""The pages of the built book, and visits to them with every outside request blocked; a plugin of pytest."""

import functools
import re
import urllib.parse
from pathlib import Path

import pytest

from benchmarks.pages import TIMES, WATCH
from tests.chromium import HTML, PATIENCE
from tools.serve import served

ROOT = Path(__file__).parents[1]

CHAPTERS = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text())

SETS = [f"notebooks/assignments/{path.stem}" for path in sorted((ROOT / "notebooks" / "assignments").glob("*.ipynb"))]

EXPLORERS = {
    name: re.findall(r"^explorers\.(\w+)\(", (ROOT / f"{name}.md").read_text(), re.MULTILINE) for name in CHAPTERS
}

WITH_EXPLORER = [name for name, used in EXPLORERS.items() if used]

WITHOUT = [name for name in [*CHAPTERS, *SETS] if name not in WITH_EXPLORER]


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


SCREEN = {"width": 1280, "height": 720}

AT_ONCE = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync('* { transition: none !important; } .bd-article { animation: none !important; }');
  document.adoptedStyleSheets = [sheet];
}"""
"""Colours change at once, and no text is shown before its formulas are set, however long a loaded machine takes."""


class Visitor:
    """Opens pages of a site, and remembers what they asked for and what went wrong on any of them."""

    def __init__(self, browser):
        self.browser, self.contexts = browser, []
        self.asked, self.outside, self.errors = [], [], []
        self.shift = None

    def __call__(self, site, path="", **options):
        context = self.browser.new_context(**options)
        context.set_default_timeout(PATIENCE)
        self.contexts.append(context)
        context.add_init_script(f"({WATCH})(); ({AT_ONCE})()")
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

    def forget(self):
        """Begin anew; nothing may have gone wrong."""
        outside, errors = self.outside, self.errors
        self.asked, self.outside, self.errors = [], [], []
        assert outside == []
        assert errors == []

    def leave(self):
        """Close what was opened."""
        for context in self.contexts:
            context.close()
        self.forget()


@pytest.fixture
def visit(browser):
    """Open pages of a site; at the end, no outside request and no error may have been seen on any of them."""
    visitor = Visitor(browser)
    yield visitor
    visitor.leave()


@pytest.fixture(scope="module")
def walk(browser, disk):
    """One tab for all pages, as each new one costs a second, and what they ask for."""
    visitor = Visitor(browser)
    yield visitor(disk, "genindex.html"), visitor
    visitor.leave()


@pytest.fixture(scope="module")
def visited(request, walk, disk):
    """A page from disk, for all tests of it, what it asked for, and how far it moved while it was loaded."""
    page, visitor = walk
    visitor.forget()
    page.set_viewport_size(SCREEN)
    page.emulate_media(reduced_motion="no-preference")
    page.goto(f"{disk}/{request.param}.html")
    visitor.shift = page.evaluate(TIMES)[2]
    yield page, visitor
    visitor.forget()


def each(names):
    """A test of each of these pages."""
    return pytest.mark.parametrize("visited", names, indirect=True, scope="module")


def chapter(page):
    """Where the page that is open comes from."""
    return page.url.removeprefix(f"{HTML.as_uri()}/").partition(".html")[0]
