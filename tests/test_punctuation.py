"""A formula's punctuation stays with it, and nothing else is touched."""

import pytest

from tests.extensions import extension

punctuation = extension("punctuation")

FORMULA = r'<span class="math notranslate nohighlight">\(a_1\)</span>'


@pytest.mark.parametrize(("before", "after"), [("", ","), ("(", ""), ("(", ")."), ("“", "”")])
def test_a_formula_keeps_its_punctuation(before, after):
    text = f"<p>as {before}{FORMULA}{after} {FORMULA} is</p>"
    kept = f'<p>as <span class="together">{before}{FORMULA}{after}</span> {FORMULA} is</p>'
    assert punctuation.kept(text) == kept


@pytest.mark.parametrize("text", [f"{FORMULA} is", f"({FORMULA[:-1]}", r"<code>(\(a\)),</code>", "one (two), three"])
def test_nothing_else_is_touched(text):
    assert punctuation.kept(text) == text
