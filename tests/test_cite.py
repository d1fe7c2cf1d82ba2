"""The footer cites the book as `CITATION.cff` has it."""

from pathlib import Path

import yaml
from bs4 import BeautifulSoup

from tests.extensions import extension

ROOT = Path(__file__).parents[1]
cite = extension("cite")

CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))


def test_the_entry_has_what_the_citation_has():
    entry = cite.bibtex(CITATION)
    assert entry.startswith("@software{")
    assert entry.count("{") == entry.count("}")
    for part in (CITATION["title"], CITATION["version"], CITATION["date-released"][:4], CITATION["authors"][0]["name"]):
        assert part in entry


def test_the_footer_says_version_and_date_and_keeps_what_was_there():
    footer = BeautifulSoup(cite.footer(CITATION, "Text under CC BY 4.0."), "html.parser")
    assert CITATION["version"] in footer.p.text
    assert CITATION["date-released"] in footer.p.text
    assert "CC BY" in footer.p.text
    assert footer.details.pre.text == cite.bibtex(CITATION)
