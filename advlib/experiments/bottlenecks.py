r"""The second paper's experiments on one narrow layer.

`advlib.experiments.trials` says what the records' names mean.
"""

import math
from itertools import product

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.bottleneck import total_distortion
from advlib.experiments.entry import Entry
from advlib.experiments.trials import draw, mean, medians
from advlib.network import Network
from advlib.radii import near_linear_radius
from advlib.sampling import gaussian_beside
from advlib.sweep.names import named


@named("advlib.shape_experiments.distortion")
def distortion(dim: int, width: int, runs: int, *, seed: int) -> dict[str, float]:
    r"""Measure the smallest perturbation that distorts the gradient totally (Bartlett et al. 2021, Figure 1).

    Parameters
    ----------
    dim, width : int
    runs : int
        How many independent matrices, with an input each.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `ratio`, the mean of :math:`\|W^+ W x\| / \|x\|`; `ratio_se`; and `ratio_std`, over runs.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> abs(distortion(400, 100, runs=20, seed=0)["ratio"] - 0.5) < 0.05
    True
    """
    d = checks.size("dim", dim)
    k = checks.size("width", width)
    n = checks.size("runs", runs)
    measured = draw(lambda generator: (d, k), n, 1, seed, lambda net, x, generator: {"ratio": total_distortion(net, x)})
    spread = float(torch.cat(measured["ratio"]).std()) if n > 1 else math.nan
    return mean("ratio", measured) | {"ratio_std": spread}


@named("advlib.shape_experiments.narrow_layer")
def narrow_layer(
    dim: int, width: int, depth: int, narrow: int, position: int, networks: int, inputs: int, *, seed: int
) -> dict[str, float]:
    r"""Measure how far the gradient stays near, against the width and the position of one narrow layer.

    Parameters
    ----------
    dim, width, depth : int
    narrow, position : int
        The narrow layer's width, and which layer it is, from 1 to depth.
    networks, inputs : int
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `ahead_10_median` and `ahead_50_median`, of the distance along the attack's direction, over the input's length,
        at which the gradient has changed by 10 % and by 50 %; `aside_10_median` and `aside_50_median`, the same along a
        random direction. Infinite beyond four lengths.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = narrow_layer(100, 200, 3, narrow=20, position=2, networks=2, inputs=3, seed=0)
    >>> 0 < record["ahead_10_median"] < record["ahead_50_median"]
    True
    """
    layers = [checks.size("width", width)] * checks.size("depth", depth)
    if checks.size("position", position) > depth:
        raise ValueError(f"position must be an integer from 1 to depth = {depth}, got {position}")
    layers[position - 1] = checks.size("narrow", narrow)
    sizes = (checks.size("dim", dim), *layers)
    return medians(draw(lambda generator: sizes, networks, inputs, seed, _near_linear))


def _near_linear(net: Network, x: Tensor, generator: Generator) -> dict[str, Tensor]:
    """Relative distances at which the gradient has changed, ahead and in a random direction."""
    length = net.dim**0.5
    directions = {"ahead": None, "aside": gaussian_beside(x, tuple(x.shape), generator)}
    measured = {}
    for (name, direction), percent in product(directions.items(), (10, 50)):
        radius = near_linear_radius(net, x, tolerance=percent / 100, reach=4 * length, direction=direction)
        measured[f"{name}_{percent}"] = radius / length
    return measured


ENTRIES = {
    "distortion": Entry(
        distortion,
        "Bartlett et al. 2021, Figure 1",
        {
            "book": {"dim": [1000], "width": [10, 50, 100, 500, 1000], "runs": [10]},
            "paper": {"dim": [10_000], "width": [10, 50, 100, 500, 1000, 5000, 10_000], "runs": [10]},
        },
    ),
    "narrow-layer": Entry(
        narrow_layer,
        "How far the gradient stays near, against one narrow layer's width and position",
        {
            "book": {
                "dim": [300],
                "width": [300],
                "depth": [4],
                "narrow": [10, 30, 100],
                "position": [1, 2, 3, 4],
                "networks": [10],
                "inputs": [10],
            },
            "paper": {
                "dim": [300],
                "width": [300],
                "depth": [6],
                "narrow": [3, 10, 30, 100, 300],
                "position": [1, 2, 3, 4, 5, 6],
                "networks": [40],
                "inputs": [10],
            },
        },
    ),
}
