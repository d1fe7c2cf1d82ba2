"""Figures are counted on each page of a story and of a record, and cross-references name the same numbers."""

import re
from collections import Counter

import pytest

from tests.chromium import HTML
from tests.extensions import extension

numbers = extension("figure_numbers")

BELOW = {"one": ["one-record"], "two": ["two-record"], "three": ["three-more"]}
PREFIX = {"one": "1", "one-record": "R1", "two": "2", "two-record": "R2"}


def test_stories_are_numbered_in_order_and_records_after_them():
    assert numbers.prefixes(["how-to", "one", "three", "two"], BELOW) == PREFIX


def test_figures_are_counted_on_their_page_in_order():
    book = {"one": {"figure": {"b": (9,), "a": (10,)}, "table": {"t": (3,)}}, "how-to": {"figure": {"c": (1,)}}}
    counted = numbers.by_page(book, PREFIX)
    assert counted["one"] == {"figure": {"b": ("1", 1), "a": ("1", 2)}, "table": {"t": (3,)}}
    assert counted["how-to"] == book["how-to"]


def test_a_page_without_figures_stays_as_it_is():
    assert numbers.by_page({"one": {}}, PREFIX)["one"].get("figure", {}) == {}


@pytest.mark.browser
def test_no_two_figures_of_the_built_book_have_one_number():
    if not (HTML / "index.html").exists():
        pytest.skip(f"no built book in {HTML}: run `make book`")
    pages = [path.read_text("utf-8") for path in (HTML / "book").glob("*.html")]
    found = Counter(number for page in pages for number in re.findall(r'caption-number">Figure ([^<]+?) ?<', page))
    assert found
    assert [number for number, times in found.items() if times > 1] == []
