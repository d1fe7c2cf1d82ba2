"""What explorers add to a page of the built book: their data and our scripts, Vega apart."""

import re
from pathlib import Path

import pytest

from advlib.pages import live
from advlib.pages.explorer import PAGE_SCRIPT, SCRIPTS
from tests.chromium import HTML
from tests.visits import WITH_EXPLORER

pytestmark = pytest.mark.browser

OURS = {script.name for script in (*live.SCRIPTS, *SCRIPTS, PAGE_SCRIPT)}

LIMITS = {"book/trained": 400_000}
"""Bytes, on pages that may hold more than 150,000."""

MODEL = re.compile(r'<div class="advlib-explorer">.*?<script type="application/json">(.*?)</script>', re.DOTALL)


@pytest.mark.parametrize("name", WITH_EXPLORER)
def test_explorers_and_our_scripts_are_light(name):
    if not (HTML / f"{name}.html").exists():
        pytest.skip(f"no built book in {HTML}: run `make book`")
    page = (HTML / f"{name}.html").read_text(encoding="utf-8")
    models = [model.encode() for model in MODEL.findall(page)]
    scripts = {Path(source).name for source in re.findall(r'<script[^>]* src="([^"?]*)', page)} & OURS
    assert models
    assert PAGE_SCRIPT.name in scripts
    held = sum(map(len, models)) + sum((HTML / "_static" / script).stat().st_size for script in scripts)
    assert held <= LIMITS.get(name, 150_000), (held, [*map(len, models)])
