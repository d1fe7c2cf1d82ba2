"""One two-layer network along its gradient ray, and the flipping steps of many."""

from functools import lru_cache
from typing import Any

from advlib import checks
from advlib.attacks import smallest_flip
from advlib.pages.live.draws import plane_networks
from advlib.pages.live.ray import along_ray, counted

DRAWS, MOST = 400, 10_000
"""How many draws a frame has, and how many a page can draw on to."""

CROWD = 100
"""The seed of the many draws; those of the one are smaller."""

PER_UNIT = 50
STEPS = [i / PER_UNIT for i in range(5 * PER_UNIT + 1)]
"""Where a frame is known."""


@lru_cache(maxsize=64)
def flipped_by(dim: int, width: int, draws: int = DRAWS) -> tuple[int, ...]:
    """How many of so many networks, each at its own input, have changed sign by each of `STEPS`."""
    flip = smallest_flip(*plane_networks(dim, width, draws, CROWD), max_step=STEPS[-1])
    return tuple(counted(flip.step.abs().flatten(), STEPS))


def one_step_frame(dim: int, width: int, seed: int) -> dict[str, Any]:
    r"""Compute what `one_step` draws: one network along its gradient ray, and the flipping steps of many.

    Parameters
    ----------
    dim, width : int
        The input dimension d, at least 2, and the number of neurons k.
    seed : int
        Which draw, from 0 to 99.

    Returns
    -------
    dict
        `value` and `gradient_norm` at x; `f` along the ray at each of `STEPS`; `zero`, the flipping step, None where
        there is none as far as that; `flipped`, how many of `draws` have flipped by each of them; and the parameters.

    Raises
    ------
    TypeError, ValueError
        If a parameter is not accepted; the message names it.

    Examples
    --------
    >>> frame = one_step_frame(100, 1000, seed=2)
    >>> frame["value"] * frame["f"][-1] < 0
    True
    """
    dim = checks.size("dim", dim, least=2)
    width = checks.size("width", width)
    seed = checks.index("seed", seed, CROWD)
    one = along_ray(*plane_networks(dim, width, 1, seed), STEPS)
    many = {"flipped": list(flipped_by(dim, width)), "draws": DRAWS}
    return {"dim": dim, "width": width, "seed": seed, **one, **many}
