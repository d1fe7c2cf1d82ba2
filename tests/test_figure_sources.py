"""Which stored tables a figure is made from, and what is said of them."""

import json
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, SoupStrainer
from nbformat.v4 import new_code_cell, new_markdown_cell

from tests.extensions import extension
from tools import chapters

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html" / "book"
figure_sources = extension("figure_sources")


def behind(*sources):
    """The tables behind a figure that the last of these cells draws."""
    *others, last = sources
    figure = {"mystnb": {"figure": {"name": "fig"}}}
    cells = [new_markdown_cell("tables.table('none')"), *map(new_code_cell, others)]
    return figure_sources.origins([*cells, new_code_cell(last, metadata=figure)])["fig"]


@pytest.mark.parametrize(
    ("sources", "expected"),
    [
        (["plot(tables.table('a'))"], {"a"}),
        (["x = tables.table('a')", "y = x[x.dim > 2]", "plot(y)"], {"a"}),
        (["x = tables.table('a')", "x = tables.table('b')", "plot(x)"], {"b"}),
        (["x = tables.table('a')", "def draw(ax):\n    ax.plot(x)", "draw(axes)"], {"a"}),
        (["x = tables.table('a')", "def draw(x):\n    axes.plot(x)", "draw(other)"], set()),
        (["x = tables.table('a')", "rows = []", "for d in dims:\n    rows.append(x[d])", "plot(rows)"], {"a"}),
        (["d = tables.table('a')", "for d in dims:\n    plot(d)"], set()),
        (["x = tables.table('a')", "plot([x for x in others])"], set()),
        (["x = tables.table('a')", "y = 2", "plot(y)"], set()),
    ],
)
def test_names_carry_tables_from_cell_to_cell(sources, expected):
    assert behind(*sources) == expected


@pytest.mark.parametrize(("seconds", "said"), [(12.3, "12 s"), (600, "10 min"), (43000, "12 h")])
def test_times_are_said_as_a_reader_would(seconds, said):
    assert figure_sources.took(seconds) == said


def test_what_is_not_known_is_not_said():
    assert figure_sources.history({}) == ""
    assert figure_sources.history({"commit": "3e7267122a", "compute_seconds": None}) == " (commit 3e72671)"
    assert figure_sources.history({"commit": None, "compute_seconds_estimate": 43000}) == " (about 12 h of computing)"
    part = {"commit": "3e7267122a", "compute_seconds": 10392.1, "compute_seconds_of": "102 of 520 cells"}
    assert figure_sources.history(part) == " (commit 3e72671, 3 h of computing for 102 of 520 cells)"
    known = {"stored_by_commit": "aa0240d1f2", "wall_seconds": 696.0}
    assert figure_sources.history(known) == " (stored by commit aa0240d, 12 min by the clock)"


@pytest.mark.parametrize(
    "record", sorted((ROOT / "book" / "results").glob("*.provenance.json")), ids=lambda it: it.stem
)
def test_every_stored_table_knows_a_commit_and_a_time(record):
    known = json.loads(record.read_text("utf-8"))
    assert figure_sources.made(known)
    assert figure_sources.cost(known)


@pytest.mark.book
@pytest.mark.parametrize("name", [path.stem for path in sorted((ROOT / "book").glob("*.md"))])
def test_figures_of_the_book_offer_the_tables_behind_them(name):
    if not (HTML / f"{name}.html").exists():
        pytest.skip("no built book; run `make book`")
    figures = SoupStrainer("figure")
    page = BeautifulSoup((HTML / f"{name}.html").read_text("utf-8"), "html.parser", parse_only=figures)
    for label, expected in figure_sources.origins(chapters.read(ROOT / "book" / f"{name}.md").cells).items():
        links = page.select(f"figure#{label} .figure-source a, figure:has(#{label}) .figure-source a")
        assert {Path(link["href"]).stem for link in links} == expected, label
        assert all((HTML / link["href"]).is_file() for link in links)
