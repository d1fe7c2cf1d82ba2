"""How often and how far one gradient step flips the sign of a two-layer network, against its width."""

import math
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor

from advlib import checks
from advlib.attacks import smallest_flip
from advlib.pages.live.draws import plane_networks

WIDTHS = [10, 20, 30, 50, 100, 200, 300, 500, 1000]
DRAWS, MOST = 400, 10_000
"""How many draws of each width a frame has, and how many a page can draw on to."""

CAPS = [i / 10 for i in range(1, 31)] + [i / 2 for i in range(7, 21)] + [*range(11, 21)]
"""Where a frame is known: the largest steps allowed. The last is the paper's."""

KINDS = {"ReLU": ("signs", "relu"), "ReLU, Gaussian top": ("gaussian", "relu"), "tanh": ("signs", "tanh")}
"""Law of the top weights, and activation."""

REFERENCE = [10, 50, 500]
"""Dimensions whose lengths stand in every frame."""


def how_often_frame(dim: int, kind: str) -> dict[str, Any]:
    r"""Compute what `how_often` draws: flipping steps and gradient norms of random networks of nine widths.

    Parameters
    ----------
    dim : int
        The input dimension d, at least 2.
    kind : {"ReLU", "ReLU, Gaussian top", "tanh"}
        Activation and law of the top weights.

    Returns
    -------
    dict
        Lists with a place for every width: `share` of the `draws` that flip, mean `step` of those, its standard
        deviation `spread`, each of them a list over `CAPS` and None where too few flip; mean `norm` of the gradient
        over all draws and its standard deviation `norm_spread`; mean `length` of the perturbations that flip, `lengths`
        that of other networks, a list for each of `REFERENCE`; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = how_often_frame(100, "ReLU")
    >>> frame["share"][-1][-1], len(frame["step"]) == len(WIDTHS)
    (1.0, True)
    """
    return _frame(checks.size("dim", dim, least=2), checks.choice("kind", kind, KINDS))


def _frame(dim: int, kind: str) -> dict[str, Any]:
    return {"dim": dim, "kind": kind, "draws": DRAWS, "lengths": _lengths(kind)} | columns(dim, kind)


def page_data() -> dict[str, Any]:
    """The lengths that stand in every frame, which the page does not draw again."""
    return {kind: _lengths(kind) for kind in KINDS}


def _lengths(kind: str) -> list[list[float | None]]:
    return [columns(dim, kind)["length"] for dim in REFERENCE]


@lru_cache(maxsize=64)
def columns(dim: int, kind: str, draws: int = DRAWS) -> dict[str, Any]:
    """What so many draws of each width add to a frame."""
    drawn = [_column(dim, width, draws, *KINDS[kind]) for width in WIDTHS]
    return {name: [column[name] for column in drawn] for name in drawn[0]}


def _column(dim: int, width: int, draws: int, top: str, activation: str) -> dict[str, Any]:
    """What the draws of one width, its own seed, add to a frame."""
    net, x = plane_networks(dim, width, draws, width, top, activation)
    flip = smallest_flip(net, x, max_step=CAPS[-1])
    step = flip.step.abs().flatten()
    within = [step[step < cap] for cap in CAPS]
    return {
        "share": [len(steps) / draws for steps in within],
        "step": [_known(steps.sum() / len(steps)) for steps in within],
        "spread": [_known(_spread(steps)) for steps in within],
        "length": _known(flip.perturbation_norm[flip.found].mean()),
        "norm": flip.gradient_norm.mean().item(),
        "norm_spread": _spread(flip.gradient_norm.flatten()).item(),
    }


def _spread(values: Tensor) -> Tensor:
    """Standard deviation, nan for fewer than two values."""
    return (values - values.mean()).norm() / torch.tensor(len(values) - 1.0, dtype=values.dtype).sqrt()


def _known(value: Tensor) -> float | None:
    return None if math.isnan(value) else value.item()
