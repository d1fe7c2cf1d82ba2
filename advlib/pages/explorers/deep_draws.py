"""Random networks of several layers, drawn and infinitely wide, and when one gradient step flips their signs."""

from functools import lru_cache

import numpy as np
import torch
from torch import Tensor

from advlib import theory
from advlib.attacks import smallest_flip
from advlib.network import Network
from advlib.pages.explorers.sliders import SEEDS
from advlib.pages.live.ray import counted
from advlib.random_networks import multilayer, points

HE = 2**0.5
CROWD = SEEDS
"""The seed of the draws in the second picture; the slider's seeds are smaller."""

ALL = range(1, 7)
"""The numbers of hidden layers."""

COARSE = 2
"""How many places of `STEPS` lie between two of the curves of all L."""

WIDE_DRAWS = 4000
EFFORT, MOST = 600_000, 200
"""Neurons that all the draws of a frame may have together, and how many draws there are at most."""

DENSE = 2_000_000
"""Up to so many entries a layer, over all draws, dense matrices are faster than deferred ones."""

PER_UNIT = 20
STEPS = [i / PER_UNIT for i in range(4 * PER_UNIT + 1)]
"""Where a frame is known, as steps of the He network."""

END = STEPS[-1]


def he_networks(depth: int, dim: int, width: int, draws: int, seed: int) -> tuple[Network, Tensor]:
    """Draw He networks of one width with signs on top, and an input on the sphere for each."""
    generator = torch.Generator().manual_seed(seed)
    matrices = "dense" if draws * width**2 <= DENSE else "deferred"
    net = multilayer(
        (dim, *[width] * depth), top="signs", gain=HE, batch=(draws,), matrices=matrices, generator=generator
    )
    return net, points(net, 1, generator=generator)


@lru_cache(maxsize=64)
def flipped_by(depth: int, dim: int, width: int) -> tuple[int, tuple[int, ...]]:
    """How many networks were drawn, and how many of them have changed sign by each of `STEPS`."""
    draws = min(MOST, EFFORT // (depth * width))
    step = smallest_flip(*he_networks(depth, dim, width, draws, CROWD), max_step=END).step.abs().flatten()
    return draws, tuple(counted(step, STEPS))


@lru_cache(maxsize=64)
def wide_share(depth: int, dim: int) -> tuple[float, ...]:
    """Share of infinitely wide networks that have changed sign by each of `STEPS`."""
    generator = torch.Generator().manual_seed(CROWD)
    steps = theory.wide_steps(dim, depth, WIDE_DRAWS, gain=HE, generator=generator)
    return tuple(round(count / WIDE_DRAWS, 3) for count in counted(steps, STEPS))


def wide_median(depth: int, dim: int) -> float | None:
    """The step by which half of the infinitely wide networks have changed sign, None beyond the last of `STEPS`."""
    share = wide_share(depth, dim)
    return round(float(np.interp(0.5, share, STEPS)), 3) if share[-1] >= 0.5 else None
