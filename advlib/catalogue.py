"""The experiments that the command line runs, each at two scales."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from advlib.experiments import flips_in_plane, flips_plain_and_he
from advlib.store import Cell
from advlib.sweep import Experiment, Grid

DIMS = [10, 20, 50, 100, 200, 500]
WIDTHS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
LAST_DENSE = 1000
"""Up to this width deeper networks are drawn dense, with many inputs each; beyond it deferred, for one input each."""


class Entry(NamedTuple):
    """An experiment and its grids."""

    experiment: Experiment
    summary: str
    grids: dict[str, Grid]


def deeper(
    dims: Sequence[int], widths: Sequence[int], depths: Sequence[int], networks: int, tops: Sequence[str] = ("signs",)
) -> list[Cell]:
    """Cells of `flips_plain_and_he`, narrow ones first.

    Examples
    --------
    >>> deeper([100], [10**6], [6], networks=300)[0]["matrices"]
    'deferred'
    """
    listed = []
    for width, depth, top, dim in product(widths, depths, tops, dims):
        dense = width <= LAST_DENSE
        how = {"inputs": networks, "matrices": "dense"} if dense else {"inputs": 1, "matrices": "deferred"}
        listed.append({"depth": depth, "top": top, "dim": dim, "width": width, "networks": networks} | how)
    return listed


DEPTHS = [2, 3, 4, 5, 6]
PAPER_DEEPER = [
    *deeper(DIMS, WIDTHS[:5], DEPTHS, 100),
    *deeper([100], WIDTHS[:5], DEPTHS, 100, ["gaussian"]),
    *deeper(DIMS, WIDTHS[5:8], DEPTHS, 1000),
    *deeper([100], WIDTHS[5:8], [2, 6], 1000, ["gaussian"]),
    *deeper(DIMS, [100_000], DEPTHS, 1000),
    *deeper([100, 500], [300_000, 1_000_000], DEPTHS, 300),
]
"""The paper's grid as far as a laptop carries it in hours, with the most draws where they are cheap."""


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
        flips_plain_and_he,
        "Bubeck et al. 2021, Figures 1 and 3 to 7, two to six hidden layers",
        {
            "book": deeper([10, 100, 500], [10, 100, 1000], [2, 4, 6], networks=10),
            "paper": PAPER_DEEPER,
        },
    ),
}
