"""The first paper's experiments on two to six hidden layers.

The rule of `deeper-million`, written before it was drawn: its cells join those that are held to infinite width.
"""

from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

import torch
from torch import Generator

from advlib import checks
from advlib.attacks import Flip, smallest_flip
from advlib.experiments import chunks
from advlib.experiments.entry import Entry
from advlib.experiments.trials import flip_record
from advlib.experiments.two_layers import DIMS, WIDTHS
from advlib.random_networks import multilayer, points
from advlib.sweep.names import named
from advlib.sweep.store import Cell

COPIES = 15
"""Single-precision numbers held for each neuron and input while a flip is searched."""

TOGETHER = 2**17
"""Neurons of a layer in a chunk of deferred networks: few enough that one late flip keeps few others waiting."""


@named("advlib.experiments.flips")
def flips(
    dim: int,
    width: int,
    depth: int,
    top: str,
    gain: float,
    networks: int,
    inputs: int,
    max_step: float = 20.0,
    matrices: str = "dense",
    *,
    seed: int,
) -> dict[str, float]:
    r"""Measure how often, and how far, one gradient step flips the sign (Bubeck et al. 2021, Figures 1 to 7).

    Draws networks with `depth` hidden layers of one width (`multilayer`), and for each of them inputs on the sphere of
    radius :math:`\sqrt d`.

    Parameters
    ----------
    dim, width, depth : int
    top : {"signs", "gaussian"}
    gain : float
        1 is "plain", :math:`\sqrt 2` is "He".
    networks, inputs : int
        How many networks, and how many inputs for each.
    max_step : float
        How far to search.
    matrices : {"dense", "deferred"}
        How the weights are drawn; the law is the same.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `draws`, how many; `flipped`, the fraction flipped; `step`, the mean of :math:`|\eta|` over those that flip;
        `norm`, the mean of :math:`\|\nabla f(x)\|` over all; `value`, the mean of :math:`|f(x)|` over all;
        `perturbation`, the mean of :math:`|\eta| \|\nabla f(x)\|` over those that flip. A name with `_std` is a
        standard deviation over draws; one with `_se` is a standard error of the mean, computed across networks because
        the inputs of a network share its weights. What cannot be computed is nan.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = flips(50, 200, 1, "signs", 1.0, networks=20, inputs=5, seed=0)
    >>> record["draws"], record["flipped"] > 0.9, 0.5 < record["norm"] < 0.9
    (100, True, True)
    """
    sizes = _sizes(dim, width, depth)
    return flip_record(_found(sizes, networks, inputs, max_step, seed, top=top, gain=gain, matrices=matrices))


@named("advlib.experiments.flips_plain_and_he")
def flips_plain_and_he(
    dim: int,
    width: int,
    depth: int,
    top: str,
    networks: int,
    inputs: int,
    max_step: float = 20.0,
    matrices: str = "dense",
    *,
    seed: int,
) -> dict[str, float]:
    r"""Measure what `flips` does at gain 1 ("plain") and :math:`\sqrt 2` ("He"), on the same draws.

    A ReLU network without bias multiplies its value and gradient by c when all its weights together are multiplied by
    c. The He network is the plain one with :math:`c = 2^{(L + 1) / 2}` for L hidden layers and the top: the same
    perturbation flips its sign, at a step that is c times smaller. Only the cap on the step cuts elsewhere.

    Parameters
    ----------
    dim, width, depth, top, networks, inputs, max_step, matrices, seed
        As for `flips`; `max_step` holds for each of the two.

    Returns
    -------
    dict
        As for `flips`, each name twice, behind `plain_` and `he_`; and `draws`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = flips_plain_and_he(50, 30, 3, "signs", networks=20, inputs=5, seed=0)
    >>> round(record["he_norm"] / record["plain_norm"], 5)
    4.0
    """
    sizes = _sizes(dim, width, depth)
    furthest = checks.positive("max_step", max_step)
    factor = 2 ** (len(sizes) / 2)
    found = _found(sizes, networks, inputs, factor * furthest, seed, top=top, matrices=matrices)
    record: dict[str, float] = {}
    for name, scale in (("plain", 1.0), ("he", factor)):
        scaled = flip_record(_scaled(found, scale, furthest))
        draws = scaled.pop("draws")
        record |= {"draws": draws} | {f"{name}_{column}": number for column, number in scaled.items()}
    return record


def _scaled(flip: Flip, factor: float, max_step: float) -> Flip:
    """What `smallest_flip` finds for the networks times a factor."""
    step = flip.step / factor
    found = step.abs() < max_step
    step, perturbation = (torch.where(found, m, torch.nan) for m in (step, flip.perturbation_norm))
    return Flip(step, found, flip.value * factor, flip.gradient_norm * factor, perturbation)


def _sizes(dim: int, width: int, depth: int) -> tuple[int, ...]:
    """Widths from the input on."""
    return (checks.size("dim", dim), *[checks.size("width", width)] * checks.size("depth", depth))


def _found(sizes: tuple[int, ...], networks: int, inputs: int, max_step: float, seed: int, **how: Any) -> Flip:
    """The smallest flips of `multilayer` networks of these widths, of shape (networks, inputs)."""
    total = checks.size("networks", networks)
    n = checks.size("inputs", inputs)
    rows = max(1, chunks.MEMORY // (8 * COPIES * sizes[-1]))
    numbers = sum(a * b for a, b in pairwise(sizes)) + COPIES * min(n, rows) * sizes[-1]
    if how["matrices"] == "deferred":
        numbers = chunks.MEMORY // 4 * n * max(sizes) // TOGETHER
    drawn = (
        _chunk(sizes, count, n, rows, max_step, Generator().manual_seed(own), how)
        for count, own in chunks.cut(total, numbers, seed)
    )
    return chunks.gathered(drawn, total)


def _chunk(
    sizes: tuple[int, ...], count: int, n: int, rows: int, max_step: float, generator: Generator, how: dict[str, Any]
) -> Flip:
    """Draw so many networks with n inputs each and search so many rows of inputs at once."""
    net = multilayer(sizes, batch=(count,), generator=generator, **how)
    x = points(net, n, generator=generator)
    blocks = [smallest_flip(net, block, max_step=max_step) for block in x.split(rows, -2)]
    return Flip(*(torch.cat(fields, -1) for fields in zip(*blocks, strict=True)))


LAST_DENSE = 1000
"""Up to this width deeper networks are drawn dense, with many inputs each; beyond it deferred, for one input each."""


def deeper_cells(
    dims: Sequence[int], widths: Sequence[int], depths: Sequence[int], networks: int, tops: Sequence[str] = ("signs",)
) -> list[Cell]:
    """Cells of `flips_plain_and_he`, narrow ones first.

    Examples
    --------
    >>> deeper_cells([100], [10**6], [6], networks=300)[0]["matrices"]
    'deferred'
    """
    listed = []
    for width, depth, top, dim in product(widths, depths, tops, dims):
        dense = width <= LAST_DENSE
        how = {"inputs": networks, "matrices": "dense"} if dense else {"inputs": 1, "matrices": "deferred"}
        listed.append({"depth": depth, "top": top, "dim": dim, "width": width, "networks": networks} | how)
    return listed


DEPTHS = [2, 3, 4, 5, 6]
PAPER = [
    *deeper_cells(DIMS, WIDTHS[:5], DEPTHS, 100),
    *deeper_cells(DIMS, WIDTHS[:5], DEPTHS, 100, ["gaussian"]),
    *deeper_cells(DIMS, [3000, 10_000], DEPTHS, 1000, ["gaussian"]),
    *deeper_cells(DIMS, [3000, 10_000], DEPTHS, 10_000),
    *deeper_cells(DIMS, [30_000], [2, 3, 4, 5], 10_000),
    *deeper_cells(DIMS[:2], [30_000], [6], 1000),
    *deeper_cells(DIMS[2:], [30_000], [6], 10_000),
    *deeper_cells(DIMS, [100_000, 300_000], DEPTHS, 1000),
    *deeper_cells([100, 500], [1_000_000], DEPTHS, 300),
]
"""The paper's grid as far as a laptop carries it in hours, with the most draws where they are cheap."""

ENTRIES = {
    "deeper": Entry(
        flips_plain_and_he,
        "Bubeck et al. 2021, Figures 1 and 3 to 7, two to six hidden layers",
        {"book": deeper_cells([10, 100, 500], [10, 100, 1000], [2, 4, 6], networks=10), "paper": PAPER},
    ),
    "deeper-million": Entry(
        flips_plain_and_he,
        "Bubeck et al. 2021, Figure 1, two hidden layers of a million neurons, where `deeper` has none",
        {
            "book": deeper_cells([10], [100_000], [2], 4),
            "paper": deeper_cells([10, 20, 50, 200], [1_000_000], [2], 40),
        },
    ),
}
