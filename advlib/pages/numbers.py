"""The numbers that a chapter computes and its text then shows."""

from typing import Any

import numpy as np
import torch
from myst_nb import glue

SCALARS = (np.generic, np.ndarray, torch.Tensor)


def numbers(**values: Any) -> None:
    """Keep each value under its keyword, for the text to show by {glue:text}`keyword`.

    Parameters
    ----------
    **values : int, float, str, or a scalar of numpy or torch
        Scalars become the plain numbers that they hold.

    Raises
    ------
    TypeError
        If a value is anything else; the message names it.
    """
    plain = {name: plain_value(name, value) for name, value in values.items()}
    for name, value in plain.items():
        glue(name, value, display=False)


def plain_value(name: str, value: Any) -> int | float | str:
    """Return a scalar as a plain number.

    Examples
    --------
    >>> plain_value("worst", np.float64(0.5))
    0.5
    >>> plain_value("worst", torch.tensor(3))
    3
    """
    if isinstance(value, SCALARS) and value.ndim == 0:
        value = value.item()
    if not isinstance(value, int | float | str):
        raise TypeError(f"{name} must be a number, a text or a scalar of numpy or torch, got {value!r}")
    return value
