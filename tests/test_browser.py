"""The built book in a browser, from a web server and from disk, with every outside request blocked and counted."""

import functools
import http.server
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Error, sync_playwright

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
CHAPTERS = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text())
WITH_EXPLORER = [name for name in CHAPTERS if "explorers." in (ROOT / f"{name}.md").read_text()]
SLIDERS = ["dim", "width", "seed", "step"]

PICTURE = "() => document.querySelector('.advlib-charts').innerHTML"
SUMMARY = ".advlib-summary"


@pytest.fixture(scope="module")
def browser():
    """The system's Chromium, else Playwright's own."""
    system = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    with sync_playwright() as playwright:
        try:
            browser = playwright.chromium.launch(executable_path=system, args=["--no-sandbox", "--disable-gpu"])
        except Error as error:
            pytest.skip(f"no Chromium: install the system's (apt install chromium) or run `make browser`; {error}")
        yield browser
        browser.close()


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def server():
    """The built book on a free port of this machine."""
    handler = functools.partial(Quiet, directory=HTML)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as httpd:
        thread = threading.Thread(target=httpd.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{httpd.server_port}"
        httpd.shutdown()
        thread.join()


@pytest.fixture(params=["http", "file"])
def site(request):
    """Where the built book is: on a web server, then on disk."""
    if not (HTML / "index.html").exists():
        pytest.skip(f"no built book in {HTML}: run `make book`")
    return request.getfixturevalue("server") if request.param == "http" else HTML.as_uri()


@pytest.fixture
def visit(browser):
    """Open pages of a site; at the end, no outside request and no error may have been seen on any of them."""
    outside, errors, contexts = [], [], []

    def visit(site, path="", **options):
        def guard(route):
            inside = route.request.url.startswith((site, "data:", "blob:"))
            if not inside:
                outside.append(route.request.url)
            return route.continue_() if inside else route.abort()

        context = browser.new_context(**options)
        contexts.append(context)
        context.route("**/*", guard)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{site}/{path}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert outside == []
    assert errors == []


@pytest.fixture
def explorer(visit, site):
    """The front page, its explorer drawn."""
    return drawn(visit(site, f"{WITH_EXPLORER[0]}.html"))


def drawn(page):
    page.wait_for_function("() => document.querySelector('.advlib-summary')?.textContent")
    return page


def slider(page, name):
    return page.locator(f"input[data-name={name}]").first


def moves(page, act):
    """Whether both the picture and the text below it change on this act."""
    picture, text = page.evaluate(PICTURE), page.inner_text(SUMMARY)
    act()
    page.wait_for_function(f"before => ({PICTURE})() !== before", arg=picture)
    page.wait_for_function(f"before => document.querySelector('{SUMMARY}').innerText !== before", arg=text)
    return True


@pytest.mark.parametrize("name", CHAPTERS)
def test_page_loads_clean_and_its_mathematics_renders(visit, site, name):
    page = visit(site, f"{name}.html")
    if page.locator(".math").count():
        page.wait_for_selector("mjx-container")
        page.wait_for_function("() => MathJax.startup.promise.then(() => true)")
        assert page.locator("mjx-container").count() >= page.locator(".math").count()
    assert page.locator("mjx-merror, [data-mjx-error]").count() == 0
    assert page.locator("article h1").count() == 1


@pytest.mark.parametrize("name", WITH_EXPLORER)
@pytest.mark.parametrize("control", SLIDERS)
def test_slider_moves_the_picture_and_the_text(visit, site, name, control):
    page = drawn(visit(site, f"{name}.html"))
    assert moves(page, lambda: slider(page, control).fill("0"))
    assert "when this page was built" in page.inner_text(".advlib-note")


@pytest.mark.parametrize("control", SLIDERS)
def test_arrow_keys_move_a_slider_and_reset_restores(explorer, control):
    start = explorer.evaluate(PICTURE), explorer.inner_text(SUMMARY)
    slider(explorer, control).focus()
    outline = "() => getComputedStyle(document.activeElement).outlineStyle"
    assert moves(explorer, lambda: explorer.keyboard.press("ArrowLeft"))
    assert explorer.evaluate(outline) == "solid"
    assert moves(explorer, lambda: explorer.get_by_role("button", name="Reset").first.click())
    assert (explorer.evaluate(PICTURE), explorer.inner_text(SUMMARY)) == start


def test_every_slider_has_a_label_and_tells_its_value(explorer):
    for name in SLIDERS:
        label, shown = slider(explorer, name).evaluate("node => [node.labels[0].innerText, node.nextSibling.innerText]")
        assert label
        assert slider(explorer, name).get_attribute("aria-valuetext") == shown


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


@pytest.mark.parametrize("width", [320, 375, 700, 1400])
def test_explorer_fits_the_window(visit, site, width):
    page = drawn(visit(site, f"{WITH_EXPLORER[0]}.html", viewport={"width": width, "height": 800}))
    for narrower in (0, 10):
        page.set_viewport_size({"width": width - narrower, "height": 800})
        page.wait_for_function("""() => [...document.querySelectorAll('.advlib-live *')].every((node) => {
            const { left, right } = node.getBoundingClientRect();
            return left >= 0 && right <= node.closest('.advlib-explorer').getBoundingClientRect().right + 0.5;
        })""")
        assert page.locator(".advlib-explorer").first.bounding_box()["width"] <= width - narrower


def contrast(one, other):
    def luminance(colour):
        parts = [float(c) / 255 for c in re.findall(r"[\d.]+", colour)[:3]]
        linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


COLOURS = """() => {
  const ground = (node) => {
    const colour = getComputedStyle(node).backgroundColor;
    return /, 0\\)|transparent/.test(colour) ? ground(node.parentElement) : colour;
  };
  const live = document.querySelector('.advlib-live');
  const of = (selector, property) => getComputedStyle(live.querySelector(selector))[property];
  return {
    ground: ground(live),
    text: [of('svg .mark-text text', 'fill'), of('.advlib-summary', 'color'), of('label', 'color')],
    lines: [of('svg .mark-line path', 'stroke'), of('svg .mark-rule line[stroke-dasharray]', 'stroke')],
  };
}"""


def test_both_themes_read_without_a_reload(explorer):
    texts = set()
    for theme in ("light", "dark", "light"):
        explorer.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
        explorer.wait_for_timeout(300)
        colours = explorer.evaluate(COLOURS)
        assert all(contrast(colour, colours["ground"]) >= 4.5 for colour in colours["text"]), colours
        assert all(contrast(colour, colours["ground"]) >= 3 for colour in colours["lines"]), colours
        texts.add(colours["text"][0])
    assert len(texts) == 2


def test_search_finds_a_word(visit, site):
    page = visit(site, "search.html?q=gradient")
    page.wait_for_selector(f"#search-results a[href*='{Path(WITH_EXPLORER[-1]).name}']")
    page.wait_for_load_state("networkidle")


def loaded(visit, server, path):
    """The files that this page asks for, and their sizes."""
    page, addresses = visit(server), set()
    page.on("response", lambda answer: addresses.add(urllib.parse.urlparse(answer.url).path))
    page.goto(f"{server}/{path}", wait_until="networkidle")
    return {address: (HTML / address.lstrip("/")).stat().st_size for address in addresses}


@pytest.mark.parametrize("name", WITH_EXPLORER)
def test_page_weighs_less_than_3_mb_beyond_the_theme(visit, server, name):
    theme = loaded(visit, server, "genindex.html")
    beyond = {address: size for address, size in loaded(visit, server, f"{name}.html").items() if address not in theme}
    assert any("vega" in address for address in beyond)
    assert any("mathjax" in address for address in beyond)
    assert sum(beyond.values()) < 3e6, beyond


def test_pages_without_an_explorer_do_not_load_its_scripts(visit, server):
    assert not any("vega" in url for url in loaded(visit, server, "genindex.html"))
    assert any("vega" in url for url in loaded(visit, server, f"{WITH_EXPLORER[0]}.html"))


@pytest.fixture
def lab(tmp_path):
    """JupyterLab on a free port, with settings of its own and a notebook that holds the explorer."""
    cell = nbformat.v4.new_code_cell("from advlib import explorers\n\nexplorers.one_step()")
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=kernel), tmp_path / "explorer.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = {f"JUPYTER_{name}_DIR": str(tmp_path / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    options = [
        f"--port={port}",
        f"--notebook-dir={tmp_path}",
        "--no-browser",
        "--allow-root",
        "--IdentityProvider.token=",
    ]
    command = [sys.executable, "-m", "jupyterlab", *options, "--expose-app-in-browser", "--ServerApp.port_retries=0"]
    environment = os.environ | settings | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        wait_for(f"http://127.0.0.1:{port}/api", process)
        yield f"http://127.0.0.1:{port}"
        process.terminate()


def wait_for(address, process, patience=60):
    for _ in range(2 * patience):
        assert process.poll() is None, "JupyterLab has stopped"
        try:
            return urllib.request.urlopen(address).close()
        except OSError:
            time.sleep(0.5)
    raise AssertionError(f"nothing answers at {address}")


def test_kernel_moves_the_picture_in_jupyterlab(browser, lab):
    page = browser.new_page()
    page.goto(f"{lab}/lab/tree/explorer.ipynb")
    page.wait_for_selector(".jp-CodeCell .cm-content")
    page.wait_for_function("() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    drawn(page)
    start = page.evaluate(PICTURE), page.inner_text(SUMMARY)
    for control in SLIDERS:
        slider(page, control).focus()
        assert moves(page, lambda: page.keyboard.press("ArrowRight"))
    assert moves(page, lambda: page.get_by_role("button", name="Reset").click())
    page.wait_for_function("before => document.querySelector('.advlib-summary').innerText === before", arg=start[1])
    assert page.evaluate(PICTURE) == start[0]
    page.close()
