"""Pages on disk that hold nothing but explorers and what these load."""

from functools import cache
from pathlib import Path

from advlib.pages import live
from advlib.pages.explorer import PAGE_SCRIPT, SCRIPTS, STYLE, Explorer, vega


@cache
def vega_file(folder: Path) -> Path:
    """Vega as a built book holds it."""
    path = folder / "vega.js"
    path.write_text(f"(function () {{\n{vega()}\n}})();\n", encoding="utf-8")
    return path


def write_page(folder: Path, *explorers: Explorer) -> Path:
    """Write a page of these explorers, with a section to link to, and return where it is."""
    scripts = [vega_file(folder), *live.SCRIPTS, *SCRIPTS, PAGE_SCRIPT]
    loaded = "".join(f'<script defer src="{script.as_uri()}"></script>' for script in scripts)
    head = f"<meta charset=utf-8><link rel=icon href=data:,><style>{STYLE.read_text('utf-8')}</style>{loaded}"
    body = "".join(explorer.html() for explorer in explorers)
    page = folder / "page.html"
    page.write_text(f"<!doctype html><title>Explorers</title>{head}<h2 id=section>Section</h2>{body}", encoding="utf-8")
    return page


def reads(page, text):
    """Wait until an explorer's line of text is this one."""
    page.wait_for_function("text => document.querySelector('.advlib-summary')?.textContent === text", arg=text)
