"""What the search looks at: the words of a page and its places, and the items of the papers by their numbers."""

from html import unescape
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from sphinx import addnodes
from sphinx_proof.nodes import NODE_TYPES

from tests.extensions import extension

search = extension("search_from_disk")
mathml = extension("mathml")
paper_items = extension("paper_items")
claims = extension("claims")

EXCERPTS = Path(__file__).parents[1] / "_build" / "html" / "_static" / "excerpts" / "book"


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
    ("tex", "line"),
    [
        (r"\theta' \approx \theta - \frac{\theta^2}{3\pi}", "θ′ ≈ θ−θ^2/3π"),
        (r"\mathbb E\,\psi'(X)^2, \qquad d_{i-1}", "𝔼 ψ′(X)^2, d_(i−1)"),
        (r"\sum_{i &lt; L} \frac{a + b}{\sqrt{d/2}}", "∑_(i &lt; L)(a+b)/√(d/2)"),
        (r"\sin\theta \operatorname{erf}(A)", "sin θ erf(A)"),
        (r"\begin{aligned} a &amp;= b \\ x'^2 &amp;\sim c\end{aligned}", "a = b x′^2 ∼ c"),
    ],
)
@pytest.mark.parametrize("around", [r'<span class="{}">\({}\)</span>', '<div class="{}">\n\\[{}\\]</div>'])
def test_a_formula_is_a_line_of_text(tex, line, around):
    page = around.format("math notranslate nohighlight", tex)
    assert BeautifulSoup(search.searched(mathml.doubled(page)), "html.parser").text == unescape(line)


def test_formulas_side_by_side_keep_the_words_between_them():
    formula = r'<span class="math notranslate nohighlight">\({}\)</span>'
    body = f"{formula.format('a')} and {formula.format('b')}, <code>\\(c\\)</code>"
    assert BeautifulSoup(search.searched(mathml.doubled(body)), "html.parser").text == r"a and b, \(c\)"


@pytest.mark.book
def test_excerpts_hold_no_markup_of_formulas():
    if not EXCERPTS.exists():
        pytest.skip("no built book; run `make book`")
    for path in EXCERPTS.glob("*.js"):
        page = path.read_text("utf-8")
        assert "<math" not in page, path.name
        assert r">\\(" not in page, path.name


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
