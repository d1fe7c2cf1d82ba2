"""Small random networks and their inputs, in float64, for the laws that the test modules state."""

from itertools import pairwise

import torch

from advlib import Activation, Network
from advlib.sampling import gaussian, signs, sphere

torch.set_num_threads(1)  # for matrices this small a second thread costs more than it saves


def seeded(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def network(
    widths: tuple[int, ...],
    seed: int = 0,
    *,
    activation: str | Activation = "relu",
    top: str = "gaussian",
    batch: tuple[int, ...] = (),
    bias: bool = False,
    dtype: torch.dtype = torch.float64,
) -> Network:
    """Draw a network of any depth whose values neither grow nor shrink with it, and with a bias unit at any depth."""
    generator = seeded(seed)
    weights = [
        gaussian((*batch, rows, columns), (2 / columns) ** 0.5, generator, dtype) for columns, rows in pairwise(widths)
    ]
    law = {"gaussian": gaussian, "signs": signs}[top]
    amplitudes = law((*batch, widths[-1]), widths[-1] ** -0.5, generator, dtype)
    offset = gaussian((*batch, widths[1]), 1.0, generator, dtype) if bias else None
    return Network(weights, amplitudes, activation, offset)


def points(net: Network, n: int, seed: int = 1) -> torch.Tensor:
    """Draw inputs on the sphere of radius sqrt(d), n for each network of the batch."""
    return sphere(n, net.dim, radius=net.dim**0.5, batch=net.batch, generator=seeded(seed), dtype=net.top.dtype)


def member(net: Network, index: tuple[int, ...]) -> Network:
    """The single network at one place of a batch."""
    offset = None if net.offset is None else net.offset[index]
    return Network([w[index] for w in net.weights], net.top[index], net.activation, offset)
