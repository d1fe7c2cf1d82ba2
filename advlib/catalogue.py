"""The experiments that the command line runs, each at two scales."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from advlib.experiments import flips, flips_in_plane
from advlib.store import Cell
from advlib.sweep import Experiment, Grid

DIMS = [10, 20, 50, 100, 200, 500]
WIDTHS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
LAST_DENSE = 1000
"""Up to this width deeper networks are drawn dense, with many inputs each."""


class Entry(NamedTuple):
    """An experiment and its grids."""

    experiment: Experiment
    summary: str
    grids: dict[str, Grid]


def deeper(dims: Sequence[int], widths: Sequence[int], depths: Sequence[int], draws: int) -> list[Cell]:
    """Cells of `flips` for both scales of the weights and both laws of the top layer.

    Wide networks are drawn deferred, for one input each; from where these would take long there are fewer of them.

    Examples
    --------
    >>> cell = deeper([100], [10**6], [6], draws=10_000)[0]
    >>> cell["matrices"], cell["networks"]
    ('deferred', 666)
    """
    crossed = product(depths, (1.0, 2**0.5), ("signs", "gaussian"), dims, widths)
    listed = []
    for depth, gain, top, dim, width in crossed:
        cell = {"depth": depth, "gain": gain, "top": top, "dim": dim, "width": width}
        side = int(draws**0.5)
        if width <= LAST_DENSE:
            cell |= {"networks": side, "inputs": side, "matrices": "dense"}
        else:
            cell |= {"networks": min(draws, 4 * 10**9 // (depth * width)), "inputs": 1, "matrices": "deferred"}
        listed.append(cell)
    return listed


CATALOGUE = {
    "two-layers": Entry(
        flips_in_plane,
        "Bubeck et al. 2021, Figures 1 and 2, one hidden layer",
        {
            "book": {"dim": DIMS, "width": WIDTHS[:7], "networks": [1000]},
            "paper": {"dim": DIMS, "width": WIDTHS, "networks": [10_000]},
        },
    ),
    "deeper": Entry(
        flips,
        "Bubeck et al. 2021, Figures 1 and 3 to 7, two to six hidden layers",
        {
            "book": deeper([10, 100, 500], [10, 100, 1000], [2, 4, 6], draws=100),
            "paper": deeper(DIMS, WIDTHS, [2, 3, 4, 5, 6], draws=10_000),
        },
    ),
}
