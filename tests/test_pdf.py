"""The book as one file: its pages in order, each under its title."""

from pathlib import Path

import pytest
from pypdf import PdfReader

from tools import pdf

ROOT = Path(__file__).parents[1]


def test_pages_come_in_the_order_of_the_table_of_contents():
    names = pdf.names(ROOT)
    assert names[0] == "book/index"
    assert len({*names}) == len(names)
    assert names.index("book/one-gradient-step") < names.index("notebooks/assignments/ps1") < names.index("book/claims")


@pytest.mark.slow
def test_pages_are_printed_and_bound_under_their_titles(browser, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.html").write_text(f"<h1>Page {name}#</h1><p>Text</p>")
    pdf.bind(pdf.printed(browser, tmp_path, ["one", "two"], tmp_path), tmp_path / "book.pdf")
    bound = PdfReader(tmp_path / "book.pdf")
    assert [entry.title for entry in bound.outline] == ["Page one", "Page two"]
    assert ["Page one" in page.extract_text() for page in bound.pages] == [True, False]
