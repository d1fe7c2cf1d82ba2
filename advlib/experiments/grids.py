"""The grids of the papers' experiments: parameters alone, at the sizes that a laptop carries."""

import math
from collections.abc import Sequence
from itertools import product
from typing import Any

from advlib.sweep import cells
from advlib.sweep.store import Cell

Options = dict[str, Sequence[Any]]

DIMS = [10, 20, 50, 100, 200, 500]
WIDTHS = [10, 30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000, 300_000, 1_000_000]
LAST_DENSE = 1000
"""Up to this width deeper networks are drawn dense, with many inputs each; beyond it deferred, for one input each."""


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
    *deeper(DIMS, WIDTHS[:5], DEPTHS, 100, ["gaussian"]),
    *deeper(DIMS, [3000, 10_000], DEPTHS, 1000, ["gaussian"]),
    *deeper(DIMS, [3000, 10_000], DEPTHS, 10_000),
    *deeper(DIMS, [30_000], [2, 3, 4, 5], 10_000),
    *deeper(DIMS[:2], [30_000], [6], 1000),
    *deeper(DIMS[2:], [30_000], [6], 10_000),
    *deeper(DIMS, [100_000, 300_000], DEPTHS, 1000),
    *deeper([100, 500], [1_000_000], DEPTHS, 300),
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

SIZES = [5, 7, 10, 14, 20, 28]
TRAINED: Options = {"source": ["mnist"], "size": SIZES, "normalize": [True, False], "epochs": [1000]}
RUNS: Options = {"run": [*range(5)]}
LAZY = [
    *cells(TRAINED | RUNS | {"width": [1000], "constant": [1.0, 3.0, 10.0]}),
    *cells(TRAINED | RUNS | {"width": [4000], "constant": [10.0]}),
    *cells(TRAINED | RUNS | {"width": [1000], "constant": [30.0], "normalize": [True]}),
    *cells(TRAINED | {"width": [16_000], "constant": [10.0], "normalize": [True], "run": [0, 1]}),
    *cells(TRAINED | {"width": [16_000], "constant": [10.0], "normalize": [False], "run": [0]}),
    *cells(TRAINED | {"width": [1000], "constant": [30.0], "normalize": [False], "run": [0], "size": SIZES[:4]}),
]
"""The paper's limit of 1000 epochs, which few cells come near; fewer runs where they are long."""

BALL: Options = {"constant": [1.0, 3.0, 10.0, 30.0]}
MEMBERS = [
    *cells(BALL | {"dim": [25, 100, 400, 1600, 6400], "width": [1000], "networks": [200]}),
    *cells(BALL | {"dim": [25, 100, 400, 1600], "width": [10_000], "networks": [40]}),
]
"""Past the dimension of any image here, for members of the ball that need no training."""

HARDENED: Options = {"source": ["mnist"], "images": [2000], "lr": [0.5], "epochs": [30], "steps": [10], "run": [0]}
RADII = [round(0.03 * 100 ** (i / 11), 4) for i in range(12)]
LENGTHS = [round(0.01 * 50 ** (i / 11), 4) for i in range(12)]
ROBUST = [
    *cells(HARDENED | {"width": [100, 300, 1000, 3000], "radius": RADII, "size": [28], "attack_radius": [0.2]}),
    *cells(HARDENED | {"width": [1000], "radius": [10 / 1000**0.5], "size": SIZES, "attack_radius": LENGTHS}),
]
"""Figure 4, right and left, with 2,000 images, ten attack steps and a faster rate: what a laptop trains in an hour."""

FEW: Options = {"networks": [10], "inputs": [10]}

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
