"""What is mended in the HTML of a page: its roles and its boxes, and none of its words."""

import re

import pytest

from tests.extensions import extension

accessible = extension("accessible")

TABLE = '<table border="1" class="dataframe"><thead><tr><th></th><th>k</th></tr></thead></table>'
FORMULA = '<div class="math notranslate nohighlight" id="a">\n<span class="eqno">(1)</span>\\[x\n< 1\\]</div>'
ITEM = '<div role="list"><div class="citation" role="doc-biblioentry">A paper</div></div>'
FOLD = '<summary aria-label="Toggle hidden content"><p>Show code</p></summary>'


def words(html):
    return re.sub(r"</?\w[^>]*>", "", html)


@pytest.mark.parametrize(
    ("html", "holds", "holds_not"),
    [
        (TABLE, f"{accessible.BOX}<table", "<th></th>"),
        (FORMULA, f"</span>{accessible.BOX}\\[x", "<pre"),
        (ITEM, 'role="listitem"', "doc-biblioentry"),
        (FOLD, "<summary><p>", "aria-label"),
    ],
)
def test_it_is_mended_and_no_word_is_lost(html, holds, holds_not):
    mended = accessible.mended(f"<p>before</p>\n{html}\n<p>after</p>")
    assert holds in mended
    assert holds_not not in mended
    assert words(mended) == words(f"<p>before</p>\n{html}\n<p>after</p>")
    assert mended.count("<div") == mended.count("</div>")


@pytest.mark.parametrize(
    "html", ['<span class="math">\\(x\\)</span>', "<table><tr><th>k</th></tr></table>", "<p>a</p>"]
)
def test_all_else_stays_as_it_is(html):
    assert accessible.mended(html) == html
