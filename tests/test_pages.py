"""A chapter's page offers its notebook, and links to the repository where that has an address, with no dead button."""

import re

from tests.small_book import build, executed
from tools import notebooks

ADDRESS = "https://github.com/one/gradient-step"


def built(root, address):
    """The page of a book whose repository has this address."""
    config = root / "_config.yml"
    config.write_text(config.read_text().replace('url: ""', f'url: "{address}"'))
    assert notebooks.write(root) == ["Wrote notebooks/chapter.ipynb"]
    executed(build(root))
    return (root / "_build" / "html" / "book" / "chapter.html").read_text()


def buttons(page):
    """The addresses behind the header's buttons, in their order."""
    return re.findall(r'<a href="([^"]*)" target="_blank"\s+class="btn', page)


def test_without_an_address_a_page_offers_its_notebook_first_and_nothing_dead(small_book):
    page = built(small_book, "")
    assert buttons(page) == ["../_sources/book/chapter.ipynb", "../_sources/book/chapter.md"]
    for file in buttons(page):
        assert (small_book / "_build" / "html" / "book" / file).exists()
    offered = (small_book / "_build" / "html" / "_sources" / "book" / "chapter.ipynb").read_bytes()
    assert offered == (small_book / "notebooks" / "chapter.ipynb").read_bytes()
    assert not re.search("github|colab|mybinder", page, re.IGNORECASE)


def test_with_an_address_a_page_links_to_source_issues_colab_and_binder(small_book):
    found = buttons(built(small_book, ADDRESS))
    assert ADDRESS in found
    assert f"{ADDRESS}/blob/main/book/chapter.md?plain=1" in found
    assert any(link.startswith(f"{ADDRESS}/issues/new?") for link in found)
    assert "https://colab.research.google.com/github/one/gradient-step/blob/main/notebooks/chapter.ipynb" in found
    assert "https://mybinder.org/v2/gh/one/gradient-step/main?urlpath=lab/tree/notebooks/chapter.ipynb" in found
    assert "../_sources/book/chapter.ipynb" in found
