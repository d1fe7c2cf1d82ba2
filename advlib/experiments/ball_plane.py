r"""Members of the lazy ball in the three directions that one step sees, drawn directly and exactly in law.

Before a push along x, along the gradient or between them, the start is seen in the plane of x and its gradient
(`advlib.experiments.plane`). A pushed network has other neurons on, and those that changed add one direction more to
its gradient: with :math:`v_s = a_s (1\{p'_s > 0\} - 1\{p_s > 0\})` and u the unit vector along
:math:`(a_s 1\{p_s > 0\})_s`, what is left of W across the plane is :math:`(I - u u^\top) Z`, and the third direction is
:math:`Z^\top (I - u u^\top) v`. So a member is a network on three inputs (derived), in O(m + d) a draw.

The rule, written before the table was drawn, is the first one of the row on the length in Theorem 3.1 of Wang et al.
2022, which 200 starts were too few to decide: for :math:`C_0 = 1` and 3 at m = 1000 the slope of the logarithm of the
median length on log d, over d = 400, 1600 and 6400, lies within 0.1 of -1/2 for the start and each of three members
(the first edition's `random` member is left out, as its rows move in more directions than three). With 5,000 starts a
slope has a standard error below 0.01: no false alarm to speak of.
"""

import math

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.attacks import smallest_flip
from advlib.experiments import chunks
from advlib.experiments.entry import Entry
from advlib.network import Network
from advlib.sampling import gaussian
from advlib.sweep.names import named

KINDS = ("start", "value", "gradient", "both")
"""The start and the members of `advlib.experiments.members` that are pushed."""


@named("advlib.ball_plane.pushed_lengths")
def pushed_lengths(dim: int, width: int, constant: float, networks: int, *, seed: int) -> dict[str, float]:
    r"""Measure how long the step is that flips the start and three pushed members of its lazy ball.

    Parameters
    ----------
    dim, width : int
        d, at least 3, and m.
    constant : float
        :math:`C_0`; the ball's radius is :math:`C_0 / \sqrt m`.
    networks : int
        How many starts, at least 2, each with an input of norm 1.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        For each of `KINDS`, behind its name: `flipped`, the share that a step of any length flips; `length_median`, the
        median length of the smallest perturbation that does; `length_median_se`, its standard error, half the distance
        of the order statistics a standard deviation of their number to either side.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = pushed_lengths(400, 1000, 3.0, networks=20, seed=0)
    >>> record["value_flipped"], record["start_length_median"] < record["value_length_median"] < 0.2
    (1.0, True)
    """
    d = checks.size("dim", dim, least=3)
    m = checks.size("width", width)
    n = checks.size("networks", networks, least=2)
    radius = checks.positive("constant", constant) / m**0.5
    found = [_lengths(d, m, radius, *part) for part in chunks.cut(n, 64 * (m + d), seed)]
    record: dict[str, float] = {}
    for kind, lengths in zip(KINDS, torch.cat(found, -1), strict=True):
        record |= {f"{kind}_{column}": number for column, number in _median(lengths).items()}
    return record


def _median(lengths: Tensor) -> dict[str, float]:
    n = len(lengths)
    ordered = lengths.sort().values
    low, middle, high = (ordered[min(n - 1, round(n / 2 + shift * n**0.5 / 2))].item() for shift in (-1, 0, 1))
    flipped = lengths.isfinite().double().mean().item()
    return {"flipped": flipped, "length_median": middle, "length_median_se": (high - low) / 2}


def _lengths(dim: int, width: int, radius: float, count: int, own: int) -> Tensor:
    """Lengths for each of `KINDS`, (kinds, count), infinite where no step flips."""
    generator = Generator().manual_seed(own)
    signs = 2 * torch.randint(2, (count, width), generator=generator).double() - 1
    rows, turned = start(signs, dim, generator)
    pushes = directions(signs, rows)
    found = [_flips(signs, rows)]
    for kind in KINDS[1:]:
        moved = rows + radius * signs.unsqueeze(-1) * pushes[kind].unsqueeze(-2)
        found.append(_flips(signs, third(signs, rows, moved, turned, dim, generator)))
    return torch.stack(found)


def start(signs: Tensor, dim: int, generator: Generator) -> tuple[Tensor, Tensor]:
    """Rows (p, q, 0) of the start, the first two along x and across it along the gradient; and the unit vector u."""
    p, z = (_normals(signs.shape, generator) for _ in range(2))
    u = unit(signs * (p > 0))
    q = z + (_chi(dim - 1, len(signs), generator) - (u * z).sum(-1, keepdim=True)) * u
    return torch.stack((p, q, torch.zeros_like(p)), -1), u


def directions(signs: Tensor, rows: Tensor) -> dict[str, Tensor]:
    """Unit vectors, (count, 3), along which members are pushed, as `advlib.experiments.members` has them."""
    on = signs * (rows[..., 0] > 0)
    gradient = (on.unsqueeze(-1) * rows).sum(-2)
    away = torch.zeros_like(gradient)
    away[:, 0] = gradient[:, 0].sign()  # f(x), up to a factor
    flat = -unit(gradient)
    return {"value": away, "gradient": flat, "both": unit(away + flat)}


def third(signs: Tensor, rows: Tensor, moved: Tensor, u: Tensor, dim: int, generator: Generator) -> Tensor:
    """The moved rows, with the direction that the neurons which changed add to the gradient."""
    changed = signs * ((moved[..., 0] > 0).double() - (rows[..., 0] > 0).double())
    across = unit(changed - (u * changed).sum(-1, keepdim=True) * u)
    z = _normals(signs.shape, generator)
    r = z - (u * z).sum(-1, keepdim=True) * u
    r = r + (_chi(dim - 2, len(signs), generator) - (across * z).sum(-1, keepdim=True)) * across
    return torch.cat((moved[..., :2], r.unsqueeze(-1)), -1)


def _flips(signs: Tensor, rows: Tensor) -> Tensor:
    net = Network([rows], signs / rows.shape[-2] ** 0.5)
    flip = smallest_flip(net, torch.eye(3, dtype=rows.dtype)[:1], max_step=1e6)
    return flip.perturbation_norm.where(flip.found, math.inf).squeeze(-1)


def unit(vectors: Tensor) -> Tensor:
    """Vectors of length 1, or 0 where they are 0."""
    return torch.nn.functional.normalize(vectors, dim=-1)


def _normals(shape: torch.Size, generator: Generator) -> Tensor:
    return gaussian(tuple(shape), 1.0, generator, torch.float64)


def _chi(freedom: int, count: int, generator: Generator) -> Tensor:
    return gaussian((count, freedom), 1.0, generator, torch.float64).norm(dim=-1, keepdim=True)


ENTRIES = {
    "pushed-lengths": Entry(
        pushed_lengths,
        "Wang et al. 2022, Theorem 3.1: the length against d, by 5,000 starts",
        {
            "book": {"dim": [100, 400], "width": [300], "constant": [3.0], "networks": [200]},
            "paper": {"dim": [400, 1600, 6400], "width": [1000], "constant": [1.0, 3.0], "networks": [5000]},
        },
    ),
}
