"""A small Gaussian matrix that is decided question by question."""

import math
from typing import Any

import torch
from torch import Generator, Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.deferred import DeferredGaussian
from advlib.pages.live import philox

SIZE = 10
"""Rows and columns of the matrix."""

QUESTIONS = 2 * SIZE
KINDS = ("coordinates", "random vectors", "earlier answers")
SEEDS = 100

ENTRIES, ASKED = 0, 1
"""Streams: what decides the matrix, and the random vectors asked."""


class AddressedGaussian(DeferredGaussian):
    """A square `DeferredGaussian` whose numbers come from `philox.py`: a row of them for each new direction."""

    def __init__(self, size: int, seed: int):
        super().__init__(size, size, std=1.0, generator=Generator(), dtype=torch.float64)
        self.seed = seed

    def _fresh(self, shape: tuple[int, ...]) -> Tensor:
        decided = self.left.count + self.right.count
        return torch.from_numpy(philox.normals(self.seed, ENTRIES, 1, decided + shape[0], shape[1]))[0, decided:]


def expected(matrix: DeferredGaussian) -> Tensor:
    """Return the mean of a matrix given what it has answered."""
    by_columns = matrix.right.images.mT @ matrix.right.basis
    by_rows = matrix.left.basis.mT @ matrix.left.images
    return by_columns + by_rows - (by_rows @ matrix.right.basis.mT) @ matrix.right.basis


def deferred_decisions_frame(kind: str, seed: int) -> dict[str, Any]:
    r"""Compute what `deferred_decisions` draws: a matrix A, asked for :math:`A x` and :math:`A^\top y` in turns.

    Parameters
    ----------
    kind : {"coordinates", "random vectors", "earlier answers"}
        What is asked: unit vectors, Gaussian vectors, or the positive part of the answer before, at length 1 and
        rounded to tenths: unrounded such questions converge, and a new one is soon all but known.
    seed : int
        Which draw, from 0 to 99.

    Returns
    -------
    dict
        `states`, one before the first question and one after each. Of each, `mean`: the expected entries, row by row;
        `rows` and `columns`: the share of each that lies in the span of the questions, so that an entry's variance is
        the product of what they leave of 1; `surest`: row, column, mean and standard deviation of the entry best known;
        `drawn`: how many numbers have been drawn; `decided`: the share of the variance of all entries that is gone.

    Raises
    ------
    ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> states = deferred_decisions_frame("coordinates", seed=0)["states"]
    >>> states[0]["decided"], round(states[1]["decided"], 9), states[1]["columns"][:2]
    (0.0, 0.1, [1.0, 0.0])
    """
    kind = checks.choice("kind", kind, KINDS)
    seed = checks.index("seed", seed, SEEDS)
    matrix = AddressedGaussian(SIZE, seed)
    asked = torch.from_numpy(philox.normals(seed, ASKED, 1, QUESTIONS, SIZE))[0]
    states = [_state(matrix)]
    answer = None
    for count in range(QUESTIONS):
        side = matrix.mT if count % 2 else matrix
        answer = side @ _question(kind, count, answer, asked).unsqueeze(-1)
        states.append(_state(matrix))
    return {"states": states}


def _question(kind: str, count: int, answer: Tensor | None, asked: Tensor) -> Tensor:
    if kind == "coordinates":
        return torch.eye(SIZE, dtype=torch.float64)[count // 2]
    if answer is None or kind == "random vectors":
        return asked[count]
    return (10 * normalize(answer.relu().squeeze(-1), dim=0)).round() / 10


def _state(matrix: DeferredGaussian) -> dict[str, Any]:
    sides = (matrix.left, matrix.right)
    mean = expected(matrix)
    rows, columns = (side.basis.square().sum(0) for side in sides)
    row, column = (int(shares.round(decimals=9).argmax()) for shares in (rows, columns))
    left = (1 - rows[row]) * (1 - columns[column])
    return {
        "mean": mean.flatten().tolist(),
        "rows": rows.tolist(),
        "columns": columns.tolist(),
        "surest": [row, column, mean[row, column].item(), left.clamp(min=0).sqrt().item()],
        "drawn": SIZE * sum(side.count for side in sides),
        "decided": 1 - math.prod(1 - side.count / SIZE for side in sides),
    }
