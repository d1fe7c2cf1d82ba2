"""Whether two independent tables of the same cells agree."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy.stats import binom

FAR = 3.0
"""Distances of more standard errors than this are counted."""


class Agreement(NamedTuple):
    """A count of distances between two tables."""

    compared: int
    """Distances that are known."""

    beyond: int
    """Those of more than `FAR` standard errors."""

    allowed: int
    """The most that chance puts there in all but one of a thousand comparisons of two tables of the same law."""


def distances(left: pd.DataFrame, right: pd.DataFrame, names: Sequence[str], on: Sequence[str]) -> pd.DataFrame:
    r"""Return the differences between two tables in standard errors, cell by cell.

    The error of a difference of means is :math:`\sqrt{s_1^2 + s_2^2}`, from the columns with `_se`. A sample in which
    every draw flips has an estimated error of 0, which is too small; so the error of a share is at least the binomial
    one of both samples together, :math:`\sqrt{p (1 - p) (1 / n_1 + 1 / n_2)}` with the share `p` among all draws.

    Parameters
    ----------
    left, right : pandas.DataFrame
        Independent tables with a row for each cell, such as `advlib.sweep.sweep` returns, and a column `draws`.
    names : sequence of str
        Columns to compare; those that end in "flipped" are shares.
    on : sequence of str
        Columns that name a cell.

    Returns
    -------
    pandas.DataFrame
        A row for each cell that both tables hold, a column for each name; NaN where no error is known, and where both
        samples are constant and equal.

    Raises
    ------
    ValueError
        If a table lacks a column or holds a cell twice, or the tables share no cell.

    Examples
    --------
    >>> one, other = ({"k": [10], "flipped": [share], "flipped_se": [0.0], "draws": [50]} for share in (1.0, 0.92))
    >>> distances(pd.DataFrame(one), pd.DataFrame(other), ["flipped"], ["k"]).loc[10, "flipped"].round(2)
    np.float64(2.04)
    """
    needed = {*on, *names, *(f"{name}_se" for name in names), "draws"}
    for side, table in {"left": left, "right": right}.items():
        if lacking := needed - {*table.columns}:
            raise ValueError(f"{side} must have the columns {', '.join(sorted(lacking))}")
    pairs = left.merge(right, on=list(on), suffixes=("_1", "_2"), validate="one_to_one").set_index(list(on))
    if pairs.empty:
        raise ValueError(f"left and right must share a cell, by {', '.join(on)}")
    columns = {}
    for name in names:
        one = pairs[f"{name}_1"]
        other = pairs[f"{name}_2"]
        error = np.hypot(pairs[f"{name}_se_1"], pairs[f"{name}_se_2"])
        if name.endswith("flipped"):
            n = pairs.draws_1
            m = pairs.draws_2
            p = (n * one + m * other) / (n + m)
            error = error.clip(lower=np.sqrt(p * (1 - p) * (1 / n + 1 / m)))
        columns[name] = (one - other) / error
    return pd.DataFrame(columns)


def agreement(z: pd.DataFrame) -> Agreement:
    """Count the distances of more than three standard errors, and how many of them chance allows.

    The allowed number takes the distances for independent and normal; those of one cell's columns are neither quite.

    Raises
    ------
    ValueError
        If no distance is known.

    Examples
    --------
    >>> agreement(pd.DataFrame({"step": [0.5, -3.2, float("nan")], "norm": [1.0, -1.0, 2.0]}))
    Agreement(compared=5, beyond=1, allowed=1)
    """
    if not (compared := int(z.count().sum())):
        raise ValueError("z must hold a known distance, got none")
    beyond = int((z.abs() > FAR).sum().sum())
    return Agreement(compared, beyond, int(binom.isf(0.001, compared, math.erfc(FAR / math.sqrt(2)))))
