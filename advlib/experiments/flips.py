r"""The experiments of the papers: plain parameters and a seed in, one flat record out.

Networks are drawn in chunks, so that memory stays below 1 GiB as long as one network does, and every chunk has random
numbers of its own, derived from the seed and the chunk's place.
"""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Generator

from advlib import checks
from advlib.attacks import Flip, smallest_flip
from advlib.experiments.memory import keep_freed_memory
from advlib.experiments.trials import flip_record
from advlib.plane import TOPS, plane_flips
from advlib.random_networks import multilayer
from advlib.sampling import sphere
from advlib.sweep.names import named

MEMORY = 2**28
"""Bytes that one chunk is planned to take; where many neurons switch it takes up to three times as many."""

COPIES = 15
"""Single-precision numbers held for each neuron and input while a flip is searched."""

IN_CACHE = 64
"""In place of `COPIES` where it pays that a chunk's numbers stay near the processor."""

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
    law = {"top": top, "gain": gain, "matrices": matrices}
    return flip_record(_gathered(_draw(dim, width, depth, networks, inputs, max_step, seed, law), networks))


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
    factor = 2 ** ((checks.size("depth", depth) + 1) / 2)
    reach = factor * checks.positive("max_step", max_step)
    law = {"top": top, "matrices": matrices}
    found = _gathered(_draw(dim, width, depth, networks, inputs, reach, seed, law), networks)
    record: dict[str, float] = {}
    for name, scale in (("plain", 1.0), ("he", factor)):
        scaled = flip_record(_scaled(found, scale, max_step))
        draws = scaled.pop("draws")
        record |= {"draws": draws} | {f"{name}_{column}": number for column, number in scaled.items()}
    return record


def _scaled(flip: Flip, factor: float, max_step: float) -> Flip:
    """What `smallest_flip` finds for the networks times a factor."""
    step = flip.step / factor
    found = step.abs() < max_step
    step, perturbation = (torch.where(found, m, torch.nan) for m in (step, flip.perturbation_norm))
    return Flip(step, found, flip.value * factor, flip.gradient_norm * factor, perturbation)


def _draw(
    dim: int,
    width: int,
    depth: int,
    networks: int,
    inputs: int,
    max_step: float,
    seed: int,
    law: dict[str, Any],
) -> Iterator[Flip]:
    """Draw `multilayer` networks of one width in chunks, with inputs for each, and find their smallest flips."""
    widths = (checks.size("dim", dim), *[checks.size("width", width)] * checks.size("depth", depth))
    n = checks.size("inputs", inputs)
    rows = max(1, MEMORY // (8 * COPIES * width))
    numbers = sum(a * b for a, b in pairwise(widths)) + COPIES * min(n, rows) * width
    if law["matrices"] == "deferred":
        numbers = MEMORY // 4 * n * max(widths) // TOGETHER
    for count, chunk_seed in _chunks(networks, numbers, seed):
        generator = Generator().manual_seed(chunk_seed)
        net = multilayer(widths, batch=(count,), generator=generator, **law)
        x = sphere(n, dim, radius=dim**0.5, batch=(count,), generator=generator)
        blocks = [smallest_flip(net, block, max_step=max_step) for block in x.split(rows, -2)]
        yield Flip(*(torch.cat(fields, -1) for fields in zip(*blocks, strict=True)))


def _gathered(flips: Iterator[Flip], networks: int) -> Flip:
    """Join flips along their networks in one place; kept apart, the small pieces would pin large free memory."""
    whole, start = None, 0
    for flip in flips:
        whole = whole or Flip(*(field.new_empty(networks, field.shape[-1]) for field in flip))
        for joined, field in zip(whole, flip, strict=True):
            joined[start : start + len(field)] = field
        start += len(flip.step)
    assert whole is not None
    return whole


@named("advlib.experiments.flips_in_plane")
def flips_in_plane(
    dim: int, width: int, networks: int, max_step: float = 20.0, top: str = "signs", *, seed: int
) -> dict[str, float]:
    r"""Measure what `flips` does for two-layer networks at gain 1, one input each, in O(width + dim) a draw.

    The networks are drawn in the plane of the input and its gradient (`advlib.plane`), exactly in law.

    Parameters
    ----------
    dim, width, networks : int
    max_step : float
        How far to search.
    top : {"signs", "gaussian"}
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
    checks.positive("max_step", max_step)
    checks.choice("top", top, TOPS)
    chunks = _chunks(networks, numbers, seed)
    found = (plane_flips(dim, width, n, top, max_step, Generator().manual_seed(own)) for n, own in chunks)
    return flip_record(_gathered(found, networks))


def _chunks(networks: int, numbers: int, seed: int) -> Iterator[tuple[int, int]]:
    """Sizes of chunks of networks that hold so many single-precision numbers each, and a seed for each chunk."""
    total, size = checks.size("networks", networks), max(1, MEMORY // (4 * max(1, numbers)))
    keep_freed_memory()
    for chunk, start in enumerate(range(0, total, size)):
        entropy = np.random.SeedSequence((checks.seed("seed", seed), chunk))
        yield min(size, total - start), int(entropy.generate_state(1)[0])
