r"""The experiments of paper 2 on the widths of a network: plain parameters and a seed in, one flat record out.

`advlib.experiments.trials` says what the records' names mean.
"""

import math
from collections.abc import Callable

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.bottleneck import total_distortion
from advlib.experiments.trials import draw, mean, medians
from advlib.extremes import one_step_reach
from advlib.network import Network
from advlib.radii import near_linear_radius
from advlib.sampling import gaussian
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
    sizes, n = (checks.size("dim", dim), checks.size("width", width)), checks.size("runs", runs)
    measured = draw(lambda generator: sizes, n, 1, seed, lambda net, x, generator: {"ratio": total_distortion(net, x)})
    spread = float(torch.cat(measured["ratio"]).std()) if n > 1 else math.nan
    return mean("ratio", measured) | {"ratio_std": spread}


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
    if checks.number("factor", factor) < 1:
        raise ValueError(f"factor must be at least 1, got {factor}")
    profile = SHAPES[checks.choice("shape", shape, SHAPES)]
    d, layers = checks.size("dim", dim), checks.size("depth", depth)

    def widths(generator: Generator) -> tuple[int, ...]:
        exponents = profile(torch.arange(1, layers + 1, dtype=torch.float64), layers, generator)
        return (d, *(max(1, round(d * factor**exponent)) for exponent in exponents.tolist()))

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
"""Logarithms of the widths of layers i, in units of the factor."""


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

    def measure(net: Network, x: Tensor, generator: Generator) -> dict[str, Tensor]:
        directions, length = {"ahead": None, "aside": gaussian(tuple(x.shape), 1.0, generator, x.dtype)}, dim**0.5
        return {
            f"{name}_{percent}": near_linear_radius(
                net, x, tolerance=percent / 100, reach=4 * length, direction=direction
            )
            / length
            for name, direction in directions.items()
            for percent in (10, 50)
        }

    measured = draw(lambda generator: sizes, networks, inputs, seed, measure)
    return medians(measured)
