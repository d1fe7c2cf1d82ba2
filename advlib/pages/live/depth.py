"""Two inputs on their way through a deep random ReLU network: the map of their angle, and their images."""

import math
from typing import Any

import torch
from torch import Tensor

from advlib import checks
from advlib.depth import Images, angle_between, angles
from advlib.pages.live import philox
from advlib.pages.live.draws import kept

LAYERS = [*range(41), 50, 70, 100, 150, 200, 300, 500, 700, 1000]
"""Where a frame is known."""


def depth_frame(start: int, width: int, seed: int) -> dict[str, Any]:
    r"""Compute what `depth` draws: the angle of two inputs' images, in the limit and in a random network.

    Parameters
    ----------
    start : int
        The angle between the inputs in degrees, from 1 to 180.
    width : int
    seed : int
        Which draw, from 0 up.

    Returns
    -------
    dict
        `limit`, the map's angles in degrees, and `angle` and `ratio`, those of the network and how long the second
        image is for the first, at each of `LAYERS`; in them None where an image is zero; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = depth_frame(180, 1000, seed=0)
    >>> abs(frame["angle"][1] - 90) < 10
    True
    """
    start = checks.size("start", start)
    if start > 180:
        raise ValueError(f"start must be at most 180 degrees, got {start}")
    width = checks.size("width", width)
    seed = checks.seed("seed", seed)
    images = _images(math.radians(start), width, seed)
    return {
        "start": start,
        "width": width,
        "seed": seed,
        "limit": _at_layers(angles(math.radians(start), LAYERS[-1]).rad2deg()),
        "angle": _at_layers(images.angle.rad2deg()),
        "ratio": _at_layers(images.ratio),
    }


def _images(start: float, width: int, seed: int) -> Images:
    """What `advlib.depth.random_angles` draws, from numbers of `philox.py`, a matrix of two rows a layer."""
    numbers = kept(philox.normals, seed, 0, LAYERS[-1], 2, width)
    path = [torch.tensor(start, dtype=torch.float64)]
    ratios = [torch.ones((), dtype=torch.float64)]
    for g, free in numbers:
        one = g.relu()
        other = (g * path[-1].cos() + free * path[-1].sin()).relu()
        path.append(angle_between(one, other))
        ratios.append(ratios[-1] * other.norm() / one.norm())
    return Images(torch.stack(path), torch.stack(ratios))


def _at_layers(path: Tensor) -> list[float | None]:
    return [value if math.isfinite(value) else None for value in path[LAYERS].tolist()]
