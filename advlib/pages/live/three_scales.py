"""Three scales of a random landscape: how a network and its gradient look from ever farther."""

from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import normalize

from advlib import checks
from advlib.landscape import gradient_change, switched
from advlib.network import Network
from advlib.pages.live import philox
from advlib.pages.live.draws import ASIDE, INPUT, OUTPUT, inputs, matrices

RADII = [round(mantissa * 10.0**power, 3) for power in range(-2, 2) for mantissa in (1, 1.6, 2.5, 4, 6.3)] + [100.0]
"""The lengths of the perturbation, the places of the slider."""

PLACES = 25
"""How many points of the ray a picture shows, from -R to R."""

DIRECTIONS = 2
"""How many random directions the dashed curves average."""

ACTIVATIONS = ("relu", "tanh")

SEEDS = 100


def three_scales_frame(dim: int, width: int, seed: int) -> dict[str, Any]:
    r"""Compute what `three_scales` draws: a ReLU and a tanh network with the same weights, at every length of `RADII`.

    Parameters
    ----------
    dim, width : int
        The input dimension d and the number of neurons k.
    seed : int
        Which draw.

    Returns
    -------
    dict
        For each of "relu" and "tanh": `along` and `apart`, how far the gradient has moved along the ray of the gradient
        and along random ones, relative to its norm; `switched`, the share of neurons that have changed sign along the
        first; `ray`, for each length R, :math:`(f(x + t u) - f(x)) / (R \|\nabla f(x)\|)` at `PLACES` points t from -R
        to R, u the gradient's direction; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = three_scales_frame(100, 1000, seed=0)
    >>> frame["relu"]["along"][0] < frame["relu"]["along"][-1]
    True
    """
    dim = checks.size("dim", dim)
    width = checks.size("width", width)
    seed = checks.index("seed", seed, SEEDS)
    weights = matrices(seed, 0, 1, width, dim)[0] / dim**0.5
    top = torch.from_numpy(philox.signs(seed, OUTPUT, 1, 1, width))[0, 0] / width**0.5
    x = inputs(dim, 1, 1, seed, INPUT)[0]
    random = inputs(dim, 1, DIRECTIONS, seed, ASIDE)[0]
    seen = {name: _views(Network([weights], top, name), x, random) for name in ACTIVATIONS}
    return {"dim": dim, "width": width, "seed": seed, **seen}


def _views(net: Network, x: Tensor, random: Tensor) -> dict[str, Any]:
    """What one network looks like at every length."""
    radii = torch.tensor(RADII, dtype=x.dtype)
    gradient = net.gradient(x)
    norm = gradient.norm().clamp(min=1e-30)
    directions = normalize(torch.cat((gradient, random)), dim=-1)
    delta = (radii[:, None, None] * directions).flatten(0, 1)
    change = (gradient_change(net, x.expand_as(delta), delta) / norm).view(len(RADII), -1)
    steps = radii[:, None] * torch.linspace(-1, 1, PLACES, dtype=x.dtype)
    ray = (net(x + steps.flatten()[:, None] * directions[:1]) - net(x)).view(steps.shape) / (radii[:, None] * norm)
    along = radii[:, None] * directions[:1]
    return {
        "along": change[:, 0].tolist(),
        "apart": change[:, 1:].mean(-1).tolist(),
        "switched": switched(net, x.expand_as(along), along).tolist(),
        "ray": ray.tolist(),
    }
