"""The networks of the first paper's tables once more, drawn independently and by other means."""

from collections.abc import Sequence

from advlib.experiments.deeper import DEPTHS, deeper_cells, flips_plain_and_he
from advlib.experiments.entry import Entry
from advlib.experiments.two_layers import DIMS, WIDTHS
from advlib.sweep.store import Cell


def otherwise(cells: Sequence[Cell]) -> list[Cell]:
    """The same cells with their networks drawn the other way, in number a tenth as many where they become dense.

    Examples
    --------
    >>> otherwise(deeper_cells([100], [1000], [6], networks=100))[0]["matrices"]
    'deferred'
    """
    dense = {"inputs": 10, "matrices": "dense"}
    deferred = {"networks": 1000, "inputs": 1, "matrices": "deferred"}
    return [
        cell | (deferred if cell["matrices"] == "dense" else dense | {"networks": cell["networks"] // 10})
        for cell in cells
    ]


ONE_LAYER = [
    *(cell | {"inputs": 100, "matrices": "dense"} for cell in deeper_cells(DIMS, WIDTHS[:9], [1], 100)),
    *(cell | {"inputs": 10, "matrices": "dense"} for cell in deeper_cells(DIMS, WIDTHS[9:], [1], 100)),
]

ENTRIES = {
    "cross-check": Entry(
        flips_plain_and_he,
        "The networks of the two tables above, drawn independently and by other means",
        {
            "book": otherwise(deeper_cells([10, 100], [10, 100], [2, 4, 6], networks=10)),
            "paper": [
                *otherwise(deeper_cells(DIMS, WIDTHS[:5], DEPTHS, 100)),
                *ONE_LAYER,
                *otherwise(deeper_cells(DIMS, [3000], DEPTHS, 300)),
                *otherwise(deeper_cells(DIMS, [10_000], [2, 3], 300)),
            ],
        },
    ),
}
