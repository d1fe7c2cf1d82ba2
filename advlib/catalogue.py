"""The experiments that the command line runs, each at two scales."""

import math
from collections.abc import Sequence
from itertools import product
from typing import Any, NamedTuple

from advlib.collapse_experiments import angle_scatter, collapse
from advlib.experiments import flips_in_plane, flips_plain_and_he
from advlib.shape_experiments import SHAPES, distortion, narrow_layer, shapes
from advlib.store import Cell
from advlib.sweep import Experiment, Grid, cells

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
    *deeper(DIMS, WIDTHS[:4], DEPTHS, 100),
    *deeper([100], WIDTHS[:5], [2, 6], 100, ["gaussian"]),
    *deeper([500], [3000, 10_000], DEPTHS, 1000),
    *deeper([500], [1_000_000], DEPTHS, 300),
    *deeper(DIMS[:5], [3000, 10_000], DEPTHS, 1000),
    *deeper(DIMS, [1000], DEPTHS, 100),
    *deeper([100], [1_000_000], DEPTHS, 300),
    *deeper(DIMS, [30_000, 100_000], DEPTHS, 1000),
    *deeper([100, 500], [300_000], DEPTHS, 300),
]
"""The paper's grid as far as a laptop carries it in hours, with the most draws where they are cheap."""


def otherwise(cells: Sequence[Cell]) -> list[Cell]:
    """The same cells with their networks drawn the other way, in number a tenth as many where they become dense.

    Examples
    --------
    >>> otherwise(deeper([100], [1000], [6], networks=100))[0]["matrices"]
    'deferred'
    """
    dense = {"inputs": 10, "matrices": "dense"}
    deferred = {"networks": 1000, "inputs": 1, "matrices": "deferred"}
    return [
        cell | (deferred if cell["matrices"] == "dense" else dense | {"networks": cell["networks"] // 10})
        for cell in cells
    ]


ONE_LAYER = [
    *(cell | {"inputs": 100, "matrices": "dense"} for cell in deeper(DIMS, WIDTHS[:9], [1], 100)),
    *(cell | {"inputs": 10, "matrices": "dense"} for cell in deeper(DIMS, WIDTHS[9:], [1], 100)),
]

STARTS, WIDE = [0.1, math.pi / 2, math.pi], [100, 1000, 10_000, 100_000]
LAYERS = [1, 2, 3, 5, 10, 20, 30, 50, 100, 200, 300, 500, 1000]

FEW: dict[str, Sequence[Any]] = {"networks": [10], "inputs": [10]}

FORMS = [
    ("constant", 1.0),
    ("pyramid", 4.0),
    ("pyramid", 16.0),
    ("hourglass", 4.0),
    ("hourglass", 16.0),
    ("random", 4.0),
]
NARROWING, LEAST = ["pyramid", "hourglass"], [1, 2, 3, 5, 10, 20, 50, 100]
"""Shapes that narrow to a least width, and these widths."""


def shaped(forms: Sequence[tuple[str, float]], dims: Sequence[int], depths: Sequence[int], networks: int) -> list[Cell]:
    """Cells of `shapes`, each form a shape with its factor.

    Examples
    --------
    >>> shaped([("pyramid", 4.0)], [30], [3], 10)[0]["factor"]
    4.0
    """
    shared = {"networks": networks, "inputs": 10}
    return [
        {"shape": shape, "dim": dim, "depth": depth, "factor": factor} | shared
        for (shape, factor), depth, dim in product(forms, depths, dims)
    ]


CATALOGUE = {
    "two-layers": Entry(
        flips_in_plane,
        "Bubeck et al. 2021, Figures 1 and 2, one hidden layer",
        {
            "book": {"width": WIDTHS[:7], "dim": DIMS, "networks": [1000]},
            "paper": {"width": WIDTHS, "dim": DIMS, "networks": [10_000]},
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
    "cross-check": Entry(
        flips_plain_and_he,
        "The networks of the two tables above, drawn independently and by other means",
        {
            "book": otherwise(deeper([10, 100], [10, 100], [2, 4, 6], networks=10)),
            "paper": [
                *otherwise(deeper(DIMS, WIDTHS[:5], DEPTHS, 100)),
                *ONE_LAYER,
                *otherwise(deeper(DIMS, [3000], DEPTHS, 1000)),
            ],
        },
    ),
    "distortion": Entry(
        distortion,
        "Bartlett et al. 2021, Figure 1",
        {
            "book": {"dim": [1000], "width": [10, 50, 100, 500, 1000], "runs": [10]},
            "paper": {"dim": [10_000], "width": [10, 50, 100, 500, 1000, 5000, 10_000], "runs": [10]},
        },
    ),
    "shapes": Entry(
        shapes,
        "Theorem 1.1 of Bartlett et al. 2021 for networks of several shapes",
        {
            "book": {"shape": [*SHAPES], "dim": [30, 100, 300], "depth": [3], "factor": [4.0], **FEW},
            "paper": [
                *shaped(FORMS, [30, 100, 300], [3, 6], 1000),
                *shaped(FORMS, [1000], [3, 6], 300),
                *shaped(FORMS, [3000], [3], 100),
                *shaped([(shape, 100 / n) for shape in NARROWING for n in LEAST], [100], [3], 1000),
                *shaped([(shape, 1000 / n) for shape in NARROWING for n in LEAST], [1000], [3], 300),
            ],
        },
    ),
    "narrow-layer": Entry(
        narrow_layer,
        "How far the gradient stays near, against one narrow layer's width and position",
        {
            "book": {
                "dim": [300],
                "width": [300],
                "depth": [4],
                "narrow": [10, 30, 100],
                "position": [1, 2, 3, 4],
                **FEW,
            },
            "paper": {
                "dim": [300],
                "width": [300],
                "depth": [6],
                "narrow": [3, 10, 30, 100, 300],
                "position": [1, 2, 3, 4, 5, 6],
                "networks": [40],
                "inputs": [10],
            },
        },
    ),
    "angles": Entry(
        angle_scatter,
        "Lemma 3.2 of Bartlett et al. 2021 at finite width",
        {
            "book": {"theta": [math.pi / 2], "width": [100, 1000], "depth": [1, 3, 10, 30, 100], "runs": [20]},
            "paper": [
                *cells({"theta": STARTS, "width": WIDE, "depth": [1, 10, 100, 1000], "runs": [10]}),
                *cells({"theta": STARTS, "width": WIDE[:3], "depth": [10_000], "runs": [10]}),
            ],
        },
    ),
    "collapse": Entry(
        collapse,
        "Sensitivity against depth, which Bartlett et al. 2021 leave open",
        {
            "book": {"dim": [30], "width": [100], "depth": [1, 3, 10, 30], "networks": [4], "inputs": [20]},
            "paper": [
                *cells({"dim": [30], "width": [100], "depth": LAYERS, "networks": [10], "inputs": [20]}),
                *cells({"dim": [100], "width": [100], "depth": LAYERS, "networks": [5], "inputs": [20]}),
                *cells({"dim": [30], "width": [300], "depth": LAYERS[:8], "networks": [4], "inputs": [20]}),
            ],
        },
    ),
}
