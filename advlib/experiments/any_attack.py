r"""Until which depth has a random network an adversarial example at all? At infinite width, on the whole sphere.

The rules, written before the table was drawn, knowing a pilot of 20 draws at (d, L) = (10, 40) and (30, 40). The law of
one step is erf(A / sqrt 2), the heuristic of any attack erf(B / sqrt 2) with
:math:`B = (3 \pi / L) \sqrt{d \log(L / 3\pi)}`.

* The sphere is drawn rightly: the share that one step flips lies within 4 standard errors of the mean of
  `theory.wide_shares` in every cell (false in one of 800 tables; both look as far as a right angle, this one at 24
  angles alone).
* One step dies first: the depth at which half of the networks keep one sign before the search is at least twice that at
  which half keep it before one step, at every d; by a straight line in log L between the depths of the grid.
* The heuristic is no less than what is found: in no cell with :math:`L \ge 20` does the search find the other sign in a
  share that exceeds the heuristic by more than three standard errors (false in one of 60 tables if the two were equal).
  A search bounds from below, so this can refute the heuristic and not confirm it.
"""

import math

import torch
from torch import Generator, Tensor

from advlib import checks
from advlib.experiments.entry import Entry
from advlib.experiments.trials import mean
from advlib.experiments.wide_field import WideField, values
from advlib.sweep.names import named

RAY = [0.05 * 1.25**i for i in range(24)]
"""At which angles one step looks, in units of the angle that the depth leaves, 3 pi / L."""

LINE = [0.03, 0.06, 0.12, 0.25, 0.5, 1.0]
"""At which angles each further step looks, in the same unit."""

STEPS = 16
"""How many steps a walk has."""

TRIED = 8
"""Of so many random points for each walk the lowest are begun from."""


@named("advlib.any_attack.sphere_signs")
def sphere_signs(dim: int, depth: int, networks: int, questions: int = 1600, *, seed: int) -> dict[str, float]:
    r"""Measure how often one step, and how often a search of the sphere, finds the other sign at infinite width.

    The search goes on from the best point of the one step, and from the lowest of many random points. Each of its walks
    has `STEPS` steps, along a fresh gradient to the lowest of `LINE`; where none is lower it begins anew elsewhere.

    Parameters
    ----------
    dim, depth : int
        The dimension d, at least 2, and the number of hidden layers.
    networks : int
        How many, at least 2.
    questions : int
        About how many values and derivatives the walks of a network take together.
    seed : int
        From 0 up.

    Returns
    -------
    dict
        `flipped`, the share of networks whose sign at a random input one step turns; `found`, the share in which the
        search finds the other sign, that step included; and their standard errors, `flipped_se` and `found_se`.

    Raises
    ------
    TypeError, ValueError
        If an argument is not accepted; the message names it.

    Examples
    --------
    >>> record = sphere_signs(10, 20, networks=4, questions=200, seed=0)
    >>> record["flipped"] <= record["found"] <= 1
    True
    """
    d = checks.size("dim", dim, least=2)
    layers = checks.size("depth", depth)
    n = checks.size("networks", networks, least=2)
    paths = max(1, checks.size("questions", questions) // (STEPS * (d + len(LINE))))
    generator = Generator().manual_seed(checks.seed("seed", seed))
    flipped, found = torch.stack([_found(d, layers, paths, generator) for _ in range(n)]).double().unbind(-1)
    measured = {"flipped": [*flipped], "found": [*found]}
    return mean("flipped", measured) | mean("found", measured)


def _found(dim: int, depth: int, paths: int, generator: Generator) -> Tensor:
    """Whether one step, and whether the search, finds the other sign in one network: two booleans."""
    walks = paths * STEPS * (dim + len(LINE))
    field = WideField(dim, depth, dim + len(RAY) + TRIED * paths + walks, generator)
    at = field.somewhere(1)
    field.ask(values(at))
    field.noise.abs_()  # the sign at the input is 1
    unit = 3 * math.pi / depth
    at, low = downhill(field, at, field.noise[:1], unit * torch.tensor(RAY, dtype=torch.float64))
    one = low[0] < 0
    return torch.stack((one, one or _search(field, at, low, paths, unit * torch.tensor(LINE, dtype=torch.float64))))


def _search(field: WideField, at: Tensor, low: Tensor, paths: int, turns: Tensor) -> Tensor:
    """Whether walks from a point, and from the lowest of many others, come below 0."""
    others = field.somewhere(TRIED * paths)
    heights = field.ask(values(others))
    chosen = heights.argsort()[: paths - 1]
    at = torch.cat((at, others[chosen]))
    low = torch.cat((low, heights[chosen]))
    for _ in range(STEPS):
        if low.min() < 0:
            break
        before = low
        at, low = downhill(field, at, low, turns)
        at, low = elsewhere(field, at, low, low == before)
    return low.min() < 0


def downhill(field: WideField, points: Tensor, heights: Tensor, turns: Tensor) -> tuple[Tensor, Tensor]:
    """Move each point against its gradient, to the lowest of the places at these angles, if that is lower."""
    down = -torch.nn.functional.normalize(field.gradients(points), dim=-1).unsqueeze(-2)
    angles = turns.clamp(max=math.pi / 2).unsqueeze(-1)
    places = angles.cos() * points.unsqueeze(-2) + angles.sin() * down
    found = field.ask(values(places.flatten(0, 1))).view(places.shape[:-1])
    lowest, which = found.min(-1)
    there = torch.take_along_dim(places, which[:, None, None], 1).squeeze(1)
    lower = lowest < heights
    return torch.where(lower.unsqueeze(-1), there, points), torch.where(lower, lowest, heights)


def elsewhere(field: WideField, points: Tensor, heights: Tensor, stuck: Tensor) -> tuple[Tensor, Tensor]:
    """Put those that are stuck at random points."""
    if not stuck.any():
        return points, heights
    points[stuck] = field.somewhere(int(stuck.sum()))
    heights[stuck] = field.ask(values(points[stuck]))
    return points, heights


ENTRIES = {
    "any-attack": Entry(
        sphere_signs,
        "The depth at which the sphere keeps one sign, at infinite width: one step and a search",
        {
            "book": {"dim": [10], "depth": [10, 40], "networks": [20], "questions": [400]},
            "paper": {"dim": [10, 20, 30], "depth": [5, 10, 20, 40, 80, 160], "networks": [120]},
        },
    ),
}
