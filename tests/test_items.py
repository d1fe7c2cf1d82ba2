"""The list of what the three papers state, against itself and against the claims page of the built book."""

import csv
import json
import re
from collections import Counter
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from advlib.pages import claims_html

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "_build" / "html" / "book" / "claims.html"

with (ROOT / "book" / "items.csv").open(encoding="utf-8", newline="") as file:
    ITEMS = list(csv.DictReader(file))

with (ROOT / "tests" / "verdicts.csv").open(encoding="utf-8", newline="") as file:
    VERDICTS = {row["id"]: row["verdict"] for row in csv.DictReader(file)}
"""Verdicts of all rows: one that changes is changed here too, with its reason in the change log."""

FEW_IMAGES = "1,000 images of MNIST"
"""Where the book was built without MNIST, rows that say so may have another verdict."""


def named(item):
    return f"paper {item['paper']}, {item['item']}: {item['name']}"


@pytest.fixture(scope="module")
def rows():
    """All rows of the built claims page, by their names."""
    if not PAGE.exists():
        pytest.skip(f"no built book: there is no {PAGE}; run `make book`")
    return json.loads(PAGE.with_suffix(".json").read_text("utf-8"))


def test_every_item_is_listed_once_with_rows_or_with_a_reason():
    assert ITEMS
    assert max(Counter(map(named, ITEMS)).values()) == 1
    for item in ITEMS:
        assert bool(item["row"]) != bool(item["reason"]), named(item)


def test_all_three_papers_are_listed():
    assert {item["paper"] for item in ITEMS} == {"1", "2", "3"}


def test_an_item_names_rows_of_its_own_paper():
    for item in ITEMS:
        for row in item["row"].split():
            assert re.fullmatch(rf"p{item['paper']}(-[a-z0-9]+)+", row), named(item)


def test_no_two_rows_of_the_chapters_are_called_alike():
    """Names that a loop makes are seen on the built page alone."""
    pages = [path.read_text("utf-8") for path in (ROOT / "book").glob("**/*.md")]
    names = Counter(name for page in pages for name in re.findall(r'\bitem="([^"]+)"', page))
    assert names
    assert max(names.values()) == 1, names.most_common(3)


def test_one_page_alone_says_that_formulas_are_lost():
    """In the others a dagger stands for it."""
    said = re.compile(r"\b(our copy|damaged|cannot be read|(formula|exponent|display)s? (that )?(is|are) lost)\b", re.I)
    texts = [*(ROOT / "book").glob("*.md"), ROOT / "book" / "items.csv"]
    assert [path.name for path in texts if said.search(path.read_text("utf-8"))] == ["notation.md"]


@pytest.mark.book
def test_each_row_of_the_book_has_a_name_of_its_own(rows):
    assert max(Counter(row["id"] for row in rows).values()) == 1


@pytest.mark.book
def test_every_row_that_an_item_names_is_on_the_page(rows):
    missing = {row for item in ITEMS for row in item["row"].split()} - {row["id"] for row in rows}
    assert not missing


@pytest.mark.book
def test_every_row_on_a_paper_belongs_to_an_item(rows):
    on_papers = {row["id"] for row in rows if not row["id"].startswith(("own-", "tool-"))}
    assert not on_papers - {row for item in ITEMS for row in item["row"].split()}


@pytest.mark.book
def test_no_row_comes_goes_or_changes_its_verdict_unnoticed(rows):
    assert {row["id"] for row in rows} == set(VERDICTS)
    told = {row["id"]: claims_html.kind(row) for row in rows if FEW_IMAGES not in " ".join(row.values())}
    assert told == {name: VERDICTS[name] for name in told}


@pytest.mark.book
def test_verdicts_of_our_tools_are_those_of_rows_on_our_tools(rows):
    for row in rows:
        assert (claims_html.kind(row) == "of our tools") == row["id"].startswith("tool-"), row["id"]


@pytest.mark.book
def test_the_page_counts_the_rows_that_it_shows_and_offers(rows):
    page = BeautifulSoup(PAGE.read_text("utf-8"), "html.parser")
    assert [line["id"] for line in page.select(".claims tbody tr")] == [row["id"] for row in rows]
    assert page.select(".counts tr")[-1].find_all("td")[-1].text == str(len(rows))
    with PAGE.with_suffix(".csv").open(encoding="utf-8", newline="") as file:
        assert list(csv.DictReader(file)) == rows


@pytest.mark.book
def test_each_row_leads_to_itself_in_its_chapter(rows):
    chapters = {}
    for row in rows:
        file, _, name = row["page"].partition("#")
        chapters.setdefault(file, (PAGE.parent / file).read_text("utf-8"))
        assert f'<tr id="{name}"' in chapters[file]


@pytest.mark.book
def test_rows_lead_to_the_cells_that_computed_them(rows):
    assert sum(bool(row["cell"]) for row in rows) > len(rows) / 2
    for row in filter(lambda row: row["cell"], rows):
        file, _, name = row["cell"].partition("#")
        assert f'id="{name}"' in (PAGE.parent / file).read_text("utf-8"), row["id"]
