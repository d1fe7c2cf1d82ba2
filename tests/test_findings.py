"""What the page of findings says, against the rows that it leads to."""

import json
import re
from pathlib import Path

import pytest

from advlib.pages import claims_html

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "book" / "findings.md").read_text("utf-8")
ROWS = ROOT / "_build" / "html" / "book" / "claims.json"
LINK = re.compile(r"\{row\}`[^`<]+<([a-z0-9-]+)>`")
UPHELD = {"confirmed at these sizes", "not refuted", "identity", "of our tools"}


def lines(heading):
    """The lines below every heading of this name."""
    parts = re.split(r"^#{2,3} (.+)$", TEXT, flags=re.M)
    below = [text for name, text in zip(parts[1::2], parts[2::2], strict=True) if name == heading]
    return [line for text in below for line in text.splitlines() if line.startswith("- ")]


@pytest.fixture(scope="module")
def verdicts():
    """The kind of each row's verdict, on the built page."""
    if not ROWS.exists():
        pytest.skip(f"no built book: there is no {ROWS}; run `make book`")
    return {row["id"]: claims_html.kind(row) for row in json.loads(ROWS.read_text("utf-8"))}


@pytest.mark.parametrize("heading", ["Holds", "Holds if", "Differs", "Found in passing"])
def test_every_line_leads_to_a_row_and_each_paper_has_lines_of_this_kind(heading):
    assert TEXT.count(f"### {heading}\n") == 3
    assert all(LINK.search(line) for line in lines(heading))


@pytest.mark.book
def test_every_row_is_there(verdicts):
    assert set(LINK.findall(TEXT)) <= verdicts.keys()


@pytest.mark.book
def test_what_is_said_to_hold_has_been_upheld(verdicts):
    for line in lines("Holds"):
        assert {verdicts[row] for row in LINK.findall(line)} <= UPHELD, line


@pytest.mark.book
def test_what_is_said_to_differ_rests_on_a_row_at_odds(verdicts):
    for line in lines("Differs"):
        assert "at odds" in {verdicts[row] for row in LINK.findall(line)}, line
