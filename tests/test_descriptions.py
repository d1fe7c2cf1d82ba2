"""Each page says in its head what it is about, in whole sentences that have no formula."""

import re
from html import unescape
from pathlib import Path

import pytest
from docutils import nodes

from tests.extensions import extension

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
PAGES = re.findall(r"(?:root|file): (\S+)", (ROOT / "_toc.yml").read_text("utf-8"))
descriptions = extension("descriptions")

PARTS = [
    nodes.paragraph("", "Move the slider."),
    nodes.section("", nodes.title("", "Why?"), nodes.paragraph("", "So.")),
]


def page(*parts):
    return nodes.section("", nodes.title("", "A page"), *(part.deepcopy() for part in parts))


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (PARTS, ["Move the slider."]),
        ([nodes.paragraph("", "Prerequisites: none"), *PARTS], ["Why?", "So."]),
        ([nodes.paragraph("", "Story: another page"), *PARTS], ["Move the slider."]),
        ([nodes.paragraph("", r"Let x. Let \psi. Let z."), *PARTS], ["Let x."]),
        ([nodes.paragraph("", r"Let \psi."), *PARTS], ["Move the slider."]),
        ([], []),
    ],
)
def test_what_a_page_tells(parts, expected):
    assert descriptions.tells(page(*parts)) == expected


def test_as_many_sentences_as_there_is_room_for():
    sentence = "a" * 70 + "."
    assert descriptions.shortened([sentence] * 3) == f"{sentence} {sentence}"


def test_a_long_sentence_ends_with_a_word_and_says_that_it_goes_on():
    assert descriptions.shortened(["word " * 40]) == "word " * 31 + "…"


def described(name):
    """What a built page says in its head, to either kind of reader."""
    head = (HTML / f"{name}.html").read_text("utf-8").partition("</head>")[0]
    return [
        unescape(text) for text in re.findall(r'<meta (?:name|property)="(?:og:)?description" content="([^"]*)"', head)
    ]


@pytest.mark.book
def test_every_page_of_the_book_has_one_of_its_own():
    if not (HTML / "index.html").exists():
        pytest.skip(f"no built book in {HTML}: run `make book`")
    found = {name: described(name) for name in [*PAGES, "genindex", "search"]}
    for name, texts in found.items():
        assert len(texts) == 2, name
        assert len({*texts}) == 1, name
        assert 30 < len(texts[0]) <= descriptions.ROOM, (name, texts[0])
    assert found[PAGES[0]] == found["genindex"]
    own = [found[name][0] for name in PAGES if name.startswith("book/") and name != "book/bibliography"]
    assert len({*own}) == len(own)
