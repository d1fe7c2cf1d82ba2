"""Numbers reach the text as plain values, under the names they were given."""

import numpy as np
import pandas as pd
import pytest
import torch

from advlib.pages import numbers as module
from advlib.pages.numbers import numbers


@pytest.fixture
def glued(monkeypatch):
    """What the text would be given."""
    kept = {}

    def glue(name, value, display):
        assert not display
        kept[name] = value

    monkeypatch.setattr(module, "glue", glue)
    return kept


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (3, 3),
        (0.1, 0.1),
        ("MNIST", "MNIST"),
        (np.float64(0.1), 0.1),
        (np.float32(0.1), float(np.float32(0.1))),
        (np.int64(3), 3),
        (np.array(0.1), 0.1),
        (torch.tensor(3), 3),
        (torch.tensor(0.1, dtype=torch.float64), 0.1),
        (torch.tensor(0.1), torch.tensor(0.1).item()),
        (pd.Series([0.1, 0.2]).max(), 0.2),
        (pd.Series([1, 2]).sum(), 3),
    ],
)
def test_a_scalar_becomes_the_plain_number_that_it_holds(glued, value, plain):
    numbers(worst=value)
    assert glued == {"worst": plain}
    assert repr(glued["worst"]) == repr(plain)


def test_every_keyword_is_a_name_even_those_of_glue(glued):
    numbers(name=1, variable=2, display=3)
    assert glued == {"name": 1, "variable": 2, "display": 3}


@pytest.mark.parametrize(
    "value", [None, [1], torch.ones(2), torch.ones(1), np.ones(1), pd.Series([1.0]), (x for x in "a")]
)
def test_anything_else_is_refused_by_its_name_and_nothing_is_kept(glued, value):
    with pytest.raises(TypeError, match="^second must be a number, a text or a scalar"):
        numbers(first=1, second=value)
    assert not glued
