r"""The second paper's experiments on the shapes that a network's widths make.

`advlib.experiments.trials` says what the records' names mean.
"""

from collections.abc import Callable, Sequence
from itertools import product

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.experiments.entry import Entry
from advlib.experiments.trials import draw, mean, medians
from advlib.extremes import one_step_reach
from advlib.network import Network
from advlib.sweep.names import named
from advlib.sweep.store import Cell


@named("advlib.shape_experiments.shapes")
def shapes(
    shape: str, dim: int, depth: int, factor: float, networks: int, inputs: int, reach: float = 1.0, *, seed: int
) -> dict[str, float]:
    r"""Measure the flipping step relative to the input for networks of several shapes (Bartlett et al. 2021, Thm 1.1).

    Parameters
    ----------
    shape : {"constant", "pyramid", "hourglass", "random"}
        Widths that stay at `dim`, shrink to dim / factor, shrink to it in the middle, or are log-uniform between
        dim / factor and dim * factor, drawn anew for each network.
    dim, depth : int
    factor : float
        From 1 up.
    networks, inputs : int
    reach : float
        How far to search, in lengths of the input.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `flipped`, the share of inputs that one step flips, with `flipped_se`; `relative_median`, the median of
        :math:`\|\eta \nabla f(x)\| / \|x\|`; `narrowest`, the mean of the smallest width, input included.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = shapes("hourglass", 100, 3, 4.0, networks=5, inputs=4, seed=0)
    >>> record["narrowest"], record["flipped"] > 0.5
    (25.0, True)
    """

    def widths(generator: Generator) -> tuple[int, ...]:
        return shape_widths(shape, dim, depth, factor, generator)

    def measure(net: Network, x: Tensor, generator: Generator) -> dict[str, Tensor]:
        relative = one_step_reach(net, x, reach=reach)
        return {"relative": relative, "flipped": relative.isfinite(), "narrowest": torch.tensor([min(net.widths)])}

    measured = draw(widths, networks, inputs, seed, measure)
    narrowest = mean("narrowest", measured)["narrowest"]
    return mean("flipped", measured) | medians({"relative": measured["relative"]}) | {"narrowest": narrowest}


SHAPES: dict[str, Callable[[Tensor, int, Generator], Tensor]] = {
    "constant": lambda i, depth, generator: 0 * i,
    "pyramid": lambda i, depth, generator: -i / depth,
    "hourglass": lambda i, depth, generator: (2 * i / (depth + 1) - 1).abs() - 1,
    "random": lambda i, depth, generator: 2 * torch.rand(len(i), generator=generator, dtype=i.dtype) - 1,
}
"""Logarithms of the widths of layers i, in units of the factor's."""


def shape_widths(shape: str, dim: int, depth: int, factor: float, generator: Generator) -> tuple[int, ...]:
    """Return the widths of a network of a shape, from the input on; `shapes` says what the parameters mean.

    Parameters
    ----------
    shape : {"constant", "pyramid", "hourglass", "random"}
    dim, depth : int
    factor : float
    generator : torch.Generator
        Draws the widths of "random"; the others draw nothing.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> shape_widths("hourglass", 100, 3, 4.0, Generator())
    (100, 50, 25, 50)
    """
    profile = SHAPES[checks.choice("shape", shape, SHAPES)]
    d = checks.size("dim", dim)
    layers = checks.size("depth", depth)
    if checks.number("factor", factor) < 1:
        raise ValueError(f"factor must be at least 1, got {factor}")
    exponents = profile(torch.arange(1, layers + 1, dtype=torch.float64), layers, generator)
    return (d, *(max(1, round(d * factor**exponent)) for exponent in exponents.tolist()))


FORMS = {
    "constant": ("constant", 1.0),
    "pyramid to d/4": ("pyramid", 4.0),
    "pyramid to d/16": ("pyramid", 16.0),
    "hourglass to d/4": ("hourglass", 4.0),
    "hourglass to d/16": ("hourglass", 16.0),
    "random, d/4 to 4d": ("random", 4.0),
}
"""Shapes, each with its factor."""

NARROWING = ["pyramid", "hourglass"]
LEAST = [1, 2, 3, 5, 10, 20, 50, 100]
"""The least widths of shapes that narrow."""


def shape_cells(
    forms: Sequence[tuple[str, float]], dims: Sequence[int], depths: Sequence[int], networks: int
) -> list[Cell]:
    """Cells of `shapes`, each form a shape with its factor.

    Examples
    --------
    >>> shape_cells([("pyramid", 4.0)], [30], [3], 10)[0]["factor"]
    4.0
    """
    shared = {"networks": networks, "inputs": 10}
    return [
        {"shape": shape, "dim": dim, "depth": depth, "factor": factor} | shared
        for (shape, factor), depth, dim in product(forms, depths, dims)
    ]


ALL_FORMS = [*FORMS.values()]

ENTRIES = {
    "shapes": Entry(
        shapes,
        "Theorem 1.1 of Bartlett et al. 2021 for networks of several shapes",
        {
            "book": {
                "shape": [*SHAPES],
                "dim": [30, 100, 300],
                "depth": [3],
                "factor": [4.0],
                "networks": [10],
                "inputs": [10],
            },
            "paper": [
                *shape_cells(ALL_FORMS, [30, 100, 300], [3, 6], 1000),
                *shape_cells(ALL_FORMS, [1000], [3, 6], 300),
                *shape_cells(ALL_FORMS, [3000], [3], 100),
                *shape_cells([(shape, 100 / n) for shape in NARROWING for n in LEAST], [100], [3], 1000),
                *shape_cells([(shape, 1000 / n) for shape in NARROWING for n in LEAST], [1000], [3], 300),
            ],
        },
    ),
}
