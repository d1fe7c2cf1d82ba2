"""Every paper that the book cites can be reached from the bibliography."""

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_file

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "_build" / "html" / "book" / "bibliography.html"
PAPERS = parse_file(str(ROOT / "book" / "references.bib"), "bibtex").entries

FORMS = {"eprint": r"\d{4}\.\d{4,5}", "doi": r"10\.\d{4,}/\S+", "url": r"https://\S+"}
"""A number of arXiv, a DOI, an address."""


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_has_an_address(name):
    fields = PAPERS[name].fields
    addresses = {form: fields[form] for form in FORMS if form in fields}
    assert addresses
    assert all(re.fullmatch(FORMS[form], address) for form, address in addresses.items())
    assert "arXiv" not in fields.get("note", ""), "eprint makes it a link"


@pytest.mark.book
def test_the_bibliography_links_to_each():
    if not PAGE.exists():
        pytest.skip("no built book; run `make book`")
    listed = BeautifulSoup(PAGE.read_text("utf-8"), "html.parser").select("article .citation")
    assert len(listed) == len(PAPERS)
    assert all(paper.select('a.external[href^="https://"]') for paper in listed)
