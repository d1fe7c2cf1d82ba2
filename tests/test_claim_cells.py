"""Which cell computed what a row of claims says."""

import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell

from tools import claim_cells

BEFORE = (
    "a, b = 1, 2",
    "def f(x):\n    a = x\n    return a",
    "c = a",
    "for b in range(3):\n    found = b",
    "t['c'] = 3",
)


@pytest.mark.parametrize(
    ("evidence", "cell"),
    [
        ("measured=f'{a}'", 0),
        ("measured=f'{a} and {c}'", 2),
        ("measured=f'{b:.2f}'", 0),
        ("measured=f'{f(a)}'", 1),
        ("measured=', '.join(f'{c}' for c in t)", 4),
        ("why=f'{found}'", 3),
        ("measured='by hand', holds=c", None),
        ("measured=f'{c} {own}'", None),
        ("measured=f'{unheard}'", None),
    ],
)
def test_it_is_the_last_that_set_a_name_which_the_row_prints(evidence, cell):
    last = f"own = c\nrows = [claim(item='p1-lemma-1', statement=f'{{found}}', {evidence})]"
    cells = [new_markdown_cell("a = 3"), *map(new_code_cell, (*BEFORE, last))]
    assert claim_cells.computing(cells) == ({} if cell is None else {"p1-lemma-1": BEFORE[cell]})


def test_rows_are_known_by_names_that_stand_there():
    made = "a = 1", "claim(item=f'p1-{a}', measured=f'{a}')", "other(item='apple', measured=f'{a}')", "claim('p1-a')"
    assert claim_cells.computing(map(new_code_cell, made)) == {}


def test_a_cell_is_called_by_its_code():
    assert claim_cells.name("a = 1\n") == claim_cells.name("a = 1") != claim_cells.name("a = 2")
