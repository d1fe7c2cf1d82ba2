"""A grid of an experiment's parameters: its cells, and a seed for each."""

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import product
from typing import Any

from advlib import checks
from advlib.sweep.store import Cell, key

Experiment = Callable[..., Mapping[str, Any]]
Grid = Mapping[str, Sequence[Any]] | Sequence[Mapping[str, Any]]


def cells(grid: Grid) -> list[Cell]:
    """List a grid's cells, in its order.

    Examples
    --------
    >>> cells({"dim": [2, 3], "width": (10,)})
    [{'dim': 2, 'width': 10}, {'dim': 3, 'width': 10}]
    """
    if isinstance(grid, Mapping):
        for name, values in grid.items():
            if isinstance(values, str) or not hasattr(values, "__iter__"):
                raise TypeError(f"grid[{name!r}] must be a sequence of values, got {values!r}")
        listed: list[Any] = [dict(zip(grid, values, strict=True)) for values in product(*grid.values())]
    else:
        listed = [*grid] if isinstance(grid, Iterable) else []
        if not isinstance(grid, Iterable) or not all(isinstance(cell, Mapping) for cell in listed):
            raise TypeError(f"grid must be a mapping of names to sequences or a sequence of mappings, got {grid!r}")
    if not listed or not all(listed[0].keys() == cell.keys() for cell in listed):
        raise ValueError("grid must hold at least one cell, and every cell the same parameters")
    return [plain("grid", cell) for cell in listed]


def cell_seed(seed: int, name: str, cell: Cell) -> int:
    """Derive the seed of a cell from the sweep's seed, the experiment's name and the cell's parameters.

    Examples
    --------
    >>> cell_seed(0, "flips", {"dim": 2, "width": 3}) == cell_seed(0, "flips", {"width": 3, "dim": 2})
    True
    """
    text = json.dumps([checks.seed("seed", seed), name, key(cell)])
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big")


def plain(what: str, values: Mapping[str, Any]) -> Cell:
    """Return the values as JSON gives them back; scalars of numpy and torch become numbers.

    Examples
    --------
    >>> import numpy as np
    >>> plain("cell", {"dim": np.int64(3), "factors": (1.5, 2)})
    {'dim': 3, 'factors': [1.5, 2]}
    """
    try:
        return json.loads(json.dumps(dict(values), default=lambda scalar: scalar.item()))
    except (AttributeError, RuntimeError, TypeError, ValueError):
        raise TypeError(f"{what} must hold numbers, strings, booleans or lists of them, got {values!r}") from None
