"""What the search looks at: the words of a page and its places, and the items of the papers by their numbers."""

import pytest
from docutils import nodes
from sphinx import addnodes
from sphinx_proof.nodes import NODE_TYPES

from tests.extensions import extension

search = extension("search_from_disk")
paper_items = extension("paper_items")
claims = extension("claims")


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<tr id="p1" data-paper="1"><td>One</td> <td>Two</td></tr>', '<tr id="p1"><td>One</td> <td>Two</td></tr>'),
        ('<h1>Title<a class="headerlink" href="#t" title="Link">#</a></h1>', "<h1>Title</h1>"),
        ('a<script type="x">1 < 2</script>b<svg viewBox="0"><g></g></svg>c', "abc"),
        (r'<span class="math">\(x &lt; 1\)</span>', r"<span>\(x &lt; 1\)</span>"),
    ],
)
def test_words_and_places_are_kept_and_nothing_else(body, expected):
    assert search.searched(body) == f'<div role="main">{expected}</div>'


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("(WUMA Theorem 3.1, in our words.) Fix an input.", ["WUMA Theorem 3.1"]),
        ("(BBC Corollary C.4.) Let W have rows.", ["BBC Corollary C.4"]),
        ("(BBC GD-DECOMP.) For all x.", ["BBC GD-DECOMP"]),
        ("Our own. (BBC Lemma 2.1 is weaker.)", []),
    ],
)
def test_a_quoted_statement_stands_in_the_index(text, names):
    statement = NODE_TYPES["theorem"]("", nodes.title(), nodes.section("", nodes.paragraph("", text)), label="thm")
    page = nodes.section("", statement)
    paper_items.index(page)
    entries = [entry for node in page.findall(addnodes.index) for entry in node["entries"]]
    assert entries == [("single", name, "thm", "main", None) for name in names]
    assert page[-1] is statement


def test_every_row_of_an_item_stands_in_the_index():
    item = {"paper": "3", "item": "Theorem 3.1", "row": "p3-theorem-31 p3-theorem-31-length"}
    entries = claims.indexed([item, item | {"row": ""}])
    assert [(name, row) for _, name, row, *_ in entries] == [("WUMA Theorem 3.1", row) for row in item["row"].split()]
