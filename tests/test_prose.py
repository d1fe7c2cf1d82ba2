"""Running text is counted and nothing else is; hidden code is known by its tags."""

import jupytext
import pytest

from tests.small_project import HEADER
from tools import prose

CHAPTER = (
    HEADER
    + """
# A heading of 7 words

One two three, $x_1 = 5$ and `four_4` six.
{cite:t}`someone2021` found {glue:text}`share:.1f` % of 1,000, as [chapter two](two.md) says.

```{code-cell} ipython3
a = 1

b = 2
```

(a-label)=
## Another

- 1.5 is a number ({numref}`fig-3`).

$$y = 7$$ (eq-9)

```{prf:lemma} Nine
Ten 11 twelve.
```

| 1 | 2 |
|---|---|
| 3 | 4 |

```{code-cell} ipython3
---
mystnb:
  figure:
    name: fig-3
    caption: |
      A caption with 100 numbers.
tags: [hide-input]
---
c = 3
```

## Exercises

Show that 1 + 1 = 2.

```{code-cell} ipython3
d = 4
e = 5
f = 6
```
"""
)


@pytest.fixture
def found():
    return prose.measure(jupytext.reads(CHAPTER, fmt="md:myst"))


def test_words_are_those_of_running_text_before_the_exercises(found):
    first = "One two three formula and code six found 0 of 1,000 as chapter two says"
    second = "1.5 is a number"
    assert found.words == len(first.split()) + len(second.split())
    assert found.paragraphs == 2


def test_numbers_are_numerals_and_glued_values_and_none_of_a_formula_a_caption_or_a_box(found):
    assert found.numbers == len(["share", "1,000", "1.5"])


def test_cells_are_visible_figures_named_and_hidden_lines_counted(found):
    assert (found.cells, found.longest, found.figures) == (1, 2, 1)
    assert (found.hidden, found.lines) == (1, 6)


def test_a_row_prints_shares(found):
    assert found.row("it") == ["it", "19", "10", "1", "158", "1", "2", "17%"]


def test_chapters_add_up_but_for_the_longest_cell(found):
    both = prose.whole([found, found])
    assert (both.words, both.lines, both.longest) == (2 * found.words, 12, 2)


def test_every_chapter_has_its_row_and_no_other_page(tmp_path, capsys):
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "one.md").write_text(CHAPTER)
    (tmp_path / "book" / "plain.md").write_text("# No chapter\n")
    prose.main(tmp_path)
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == ["chapter", "one", "the"]
