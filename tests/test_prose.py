"""Running text is counted and nothing else is; hidden code is known by its tags."""

from pathlib import Path

import jupytext
import pytest

from tests.small_project import HEADER
from tools import prose

FOUND = prose.measured(Path(__file__).parents[1])
STORIES = prose.stories(FOUND)

CHAPTER = (
    HEADER
    + """
# A heading of 7 words

One two three, $x_1 = 5$ and `four_4` six.
{cite:t}`someone2021` found {glue:text}`share:.1f` % of 1,000, as [chapter two](two.md) says after BBC Lemma 2.6.

```{code-cell} ipython3
explorers.one_step()
```

```{code-cell} ipython3
a = 1

b = 2
```

(a-label)=
## Another

- 1.5 is a number ({numref}`fig-3`).
1. One item
   of two lines.

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
    first = "One two three formula and code six found 0 of 1,000 as chapter two says after BBC Lemma"
    items = ["1.5 is a number", "One item of two lines"]
    assert found.words == sum(len(part.split()) for part in (first, *items))
    assert found.paragraphs == 1 + len(items)


def test_numbers_are_numerals_and_glued_values_and_none_of_a_formula_a_caption_or_a_box(found):
    assert found.numbers == len(["share", "1,000", "1.5"])


def test_cells_are_visible_figures_named_and_hidden_lines_counted(found):
    assert (found.cells, found.longest, found.figures) == (1, 2, 1)
    assert (found.hidden, found.lines) == (1, 7)


def test_a_row_prints_shares(found):
    assert found.row("it") == ["it", "27", "9", "1", "111", "1", "2", "14%"]


def test_chapters_add_up_but_for_the_longest_cell(found):
    both = prose.whole([found, found])
    assert (both.words, both.lines, both.longest) == (2 * found.words, 14, 2)


WITHIN = {"words": 1500, "paragraphs": 60, "numbers": 22, "figures": 6, "cells": 4, "longest": 15}
BEYOND = {
    "words": ({"words": 1501}, {"words"}),
    "a paragraph": ({"paragraphs": 49}, {"a paragraph"}),
    "numbers": ({"numbers": 23}, {"numbers in 1000"}),
    "figures": ({"figures": 5}, {"figures"}),
    "cells": ({"cells": 5}, {"cells"}),
    "longest": ({"longest": 16}, {"longest"}),
    "two": ({"cells": 5, "longest": 16}, {"cells", "longest"}),
}


@pytest.mark.parametrize(("change", "columns"), BEYOND.values(), ids=BEYOND)
def test_what_is_beyond_a_limit_is_named_and_marked_in_a_story(change, columns):
    assert prose.Measures(**WITHIN).beyond() == set()
    beyond = prose.Measures(**WITHIN | change)
    assert beyond.beyond() == columns
    assert sum(text.endswith("*") for text in beyond.row("it", story=True)) == len(columns)
    assert not any(text.endswith("*") for text in beyond.row("it"))


def test_there_are_stories():
    assert STORIES
    assert {name + prose.RECORD for name in STORIES} == {name for name in FOUND if name.endswith(prose.RECORD)}


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_within_the_limits(name):
    found = STORIES[name]
    assert not found.beyond(), found.row(name, story=True)


def test_every_chapter_has_its_row_and_no_other_page_and_its_record_comes_after_it(tmp_path, capsys):
    (tmp_path / "book").mkdir()
    for name in ("one", "two", "two-record"):
        (tmp_path / "book" / f"{name}.md").write_text(CHAPTER)
    (tmp_path / "book" / "plain.md").write_text("# No chapter\n")
    prose.main(tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["chapter", "one", "two", "two-record", "the", "the", "*"]
    assert [line.split()[0] for line in lines[:-1] if "*" in line] == ["two"]
