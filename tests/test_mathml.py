"""Formulas as MathML beside their TeX, which stays as it was."""

import re
from pathlib import Path

import pytest
from math_core import LatexError

from tests.extensions import extension

mathml = extension("mathml")

HTML = Path(__file__).parents[1] / "_build" / "html" / "book"
INLINE = r'<span class="math notranslate nohighlight">\(a &lt; b_1\)</span>'
DISPLAYED = (
    r'<div class="math notranslate nohighlight"><div>\[\begin{split}a &amp;= b \\ c &amp;= d\end{split}\]</div></div>'
)


@pytest.mark.parametrize(("formula", "rows"), [(INLINE, 0), (DISPLAYED, 2)])
def test_a_formula_is_there_twice(formula, rows):
    found = mathml.doubled(formula)
    assert re.sub(r'<span class="tex">(.*?)</span><noscript>.*</noscript>', r"\1", found) == formula
    assert found.count("<math") == 1
    assert found.count("<mtr>") == rows


def test_what_mathml_cannot_say_stops_the_build():
    with pytest.raises(LatexError):
        mathml.doubled(INLINE.replace("b_1", r"\unheardof"))


def test_code_is_no_formula():
    code = r'<code class="docutils">\(a\)</code><pre>\[a\]</pre>'
    assert mathml.doubled(code) == code


@pytest.mark.book
def test_every_formula_of_the_book_is():
    if not HTML.exists():
        pytest.skip("no built book; run `make book`")
    for path in HTML.glob("*.html"):
        page = path.read_text("utf-8")
        assert page.count('<span class="tex">') == page.count('class="math notranslate'), path.name
