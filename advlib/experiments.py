r"""The experiments of the papers: plain parameters and a seed in, one flat record out.

Networks are drawn in chunks, so that memory stays below 1 GiB as long as one network does, and every chunk has random
numbers of its own, derived from the seed and the chunk's place.
"""

import math
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.attacks import Flip, smallest_flip
from advlib.networks import multilayer
from advlib.plane import plane_flips
from advlib.sampling import sphere

MEMORY = 2**28
"""Bytes that one chunk is planned to take; where many neurons switch it takes up to three times as many."""

COPIES = 15
"""Single-precision numbers held for each neuron and input while a flip is searched."""

IN_CACHE = 64
"""In place of `COPIES` where it pays that a chunk's numbers stay near the processor."""

QUERIES = 8
"""About how many products one input asks of a matrix."""


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
    widths = (checks.size("dim", dim), *[checks.size("width", width)] * checks.size("depth", depth))
    n = checks.size("inputs", inputs)
    rows = max(1, MEMORY // (8 * COPIES * width))
    sizes = [a * b if matrices == "dense" else 2 * QUERIES * n * (a + b) for a, b in pairwise(widths)]
    found = []
    for count, chunk_seed in _chunks(networks, sum(sizes) + COPIES * min(n, rows) * width, seed):
        generator = Generator().manual_seed(chunk_seed)
        net = multilayer(widths, top=top, gain=gain, batch=(count,), matrices=matrices, generator=generator)
        x = sphere(n, dim, radius=dim**0.5, batch=(count,), generator=generator)
        blocks = [smallest_flip(net, block, max_step=max_step) for block in x.split(rows, -2)]
        found.append(Flip(*(torch.cat(fields, -1) for fields in zip(*blocks, strict=True))))
    return _record(found)


def flips_in_plane(dim: int, width: int, networks: int, max_step: float = 20.0, *, seed: int) -> dict[str, float]:
    r"""Measure what `flips` does for two-layer networks with signs on top, one input each, in O(width + dim) a draw.

    The networks are drawn in the plane of the input and its gradient (`advlib.plane`), exactly in law.

    Parameters
    ----------
    dim, width, networks : int
    max_step : float
        How far to search.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        As for `flips`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> flips_in_plane(100, 10_000, networks=50, seed=0)["flipped"]
    1.0
    """
    numbers = IN_CACHE * (checks.size("dim", dim) + checks.size("width", width))
    chunks = _chunks(networks, numbers, seed)
    return _record([plane_flips(dim, width, n, max_step, Generator().manual_seed(own)) for n, own in chunks])


def _chunks(networks: int, numbers: int, seed: int) -> Iterator[tuple[int, int]]:
    """Sizes of chunks of networks that hold so many single-precision numbers each, and a seed for each chunk."""
    total, size = checks.size("networks", networks), max(1, MEMORY // (4 * numbers))
    for chunk, start in enumerate(range(0, total, size)):
        entropy = np.random.SeedSequence((checks.seed("seed", seed), chunk))
        yield min(size, total - start), int(entropy.generate_state(1)[0])


def _record(chunks: list[Flip]) -> dict[str, float]:
    flip = Flip(*(torch.cat(fields).double() for fields in zip(*chunks, strict=True)))
    found, all_draws = flip.found, torch.ones_like(flip.found)
    measured = {
        "flipped": (found, all_draws),
        "step": (flip.step.abs(), found),
        "norm": (flip.gradient_norm, all_draws),
        "value": (flip.value.abs(), all_draws),
        "perturbation": (flip.perturbation_norm, found),
    }
    record: dict[str, float] = {"draws": found.numel()}
    for name, (values, counted) in measured.items():
        record |= _statistics(name, values, counted)
    return record


def _statistics(name: str, values: Tensor, counted: Tensor) -> dict[str, float]:
    """Mean, standard deviation over draws and standard error across networks, the rows, of a mean over some draws."""
    chosen, networks = values[counted > 0], len(values)
    mean = chosen.mean()
    residuals = torch.where(counted > 0, values - mean, 0).sum(-1)
    error = residuals.norm() * math.sqrt(networks / (networks - 1)) / len(chosen) if networks > 1 else math.nan
    deviation = (chosen - mean).norm() / math.sqrt(len(chosen) - 1) if len(chosen) > 1 else math.nan
    return {name: float(mean), f"{name}_std": float(deviation), f"{name}_se": float(error)}
