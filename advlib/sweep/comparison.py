"""Stored cells drawn again and compared with what is stored."""

import csv
import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from advlib.sweep.provenance import processor, versions
from advlib.sweep.store import Cell

ROUNDING = 1e-3
"""How much, relatively, sums in another order may move a number."""

DEVIATIONS = 10.0
"""How far from their mean, in standard deviations, single draws are taken to lie at most."""


class Difference(NamedTuple):
    """A number of a cell that does not come out as it is stored."""

    column: str
    stored: Any
    again: Any


def read_rows(path: Path) -> list[Cell]:
    """Read a table's rows, every float to its last digit, which libraries for tables do not promise."""
    with open(path, newline="", encoding="utf-8") as file:
        return [{name: read_value(text) for name, text in row.items()} for row in csv.DictReader(file)]


def read_value(text: str) -> Any:
    """Read a value as a table's CSV spells it.

    Examples
    --------
    >>> [read_value(text) for text in ("3", "0.1", "True", "", "inf", "pyramid")]
    [3, 0.1, True, nan, inf, 'pyramid']
    """
    known = {"True": True, "False": False, "": math.nan}
    if text in known:
        return known[text]
    for kind in (int, float):
        with suppress(ValueError):
            return kind(text)
    return text


def check_rows(rows: list[Cell], cells: list[Cell]) -> None:
    """Refuse rows that are not those of a sweep's cells, in their order.

    Raises
    ------
    ValueError
        If they hold other cells, or the same in another order.
    """
    if len(rows) != len(cells):
        raise ValueError(f"the table holds {len(rows)} cells, and the grid {len(cells)}")
    for cell, row in zip(cells, rows, strict=True):
        if not all(name in row and _equal(row[name], value) for name, value in cell.items()):
            raise ValueError(f"the table does not hold the cell {cell} in its place")


def same_maker(record: Mapping[str, Any]) -> bool:
    """Whether this machine has the processor and the versions of torch and numpy that a provenance names."""
    ours = versions()
    theirs = record["versions"]
    same = all(ours[name] == theirs[name] for name in ("torch", "numpy"))
    return same and processor() == record["hardware"]["processor"]


def differences(row: Mapping[str, Any], again: Cell, exactly: bool) -> Iterator[Difference]:
    r"""Compare a stored row with the record drawn again.

    Parameters
    ----------
    row : mapping
        The cell's parameters and its record as stored.
    again : dict
        The record drawn again.
    exactly : bool
        Whether every number must be equal. Elsewhere sums are taken in another order, which moves a number by a
        thousandth of itself, and turns one draw into another: that one, at most 10 standard deviations or 1 from the
        mean, moves a mean and its error by that over the number of draws, and a standard deviation by that over its
        root. Training, whose every step rests on the last, has no such bound but the first.

    Yields
    ------
    Difference

    Examples
    --------
    >>> row = {"networks": 100, "flipped": 0.98, "norm": 1.0}
    >>> list(differences(row, {"flipped": 0.97, "norm": 1.0005}, exactly=False))
    []
    >>> list(differences(row, {"flipped": 0.97, "norm": 1.0}, exactly=True))
    [Difference(column='flipped', stored=0.98, again=0.97)]
    """
    for column, value in again.items():
        stored = row.get(column)
        allowed = 0.0 if exactly else allowance(row, column)
        if not _equal(stored, value, allowed):
            yield Difference(column, stored, value)


def allowance(row: Mapping[str, Any], column: str) -> float:
    """Return how far a number may lie from the stored one on another machine; `differences` says why.

    Examples
    --------
    >>> allowance({"draws": 1000, "flipped": 0.0, "flipped_std": 0.0}, "flipped")
    0.001
    """
    if not isinstance(row.get(column), (int, float)):
        return 0.0
    measure = column.removesuffix("_std").removesuffix("_se")
    farthest = np.nanmax([1.0, DEVIATIONS * row.get(f"{measure}_std", 0.0)])
    number = draws(row)
    among = math.sqrt(number) if column.endswith("_std") else number
    return float(ROUNDING * abs(row[column]) + farthest / among)


def draws(row: Mapping[str, Any]) -> float:
    """Return how many draws a row sums up, infinity where it does not say.

    Examples
    --------
    >>> draws({"networks": 10, "inputs": 20}), draws({"epochs": 30})
    (200.0, inf)
    """
    if "draws" in row:
        return float(row["draws"])
    counts = [row[name] for name in ("networks", "inputs", "runs", "images") if name in row]
    return float(math.prod(counts)) if counts else math.inf


def _equal(stored: Any, again: Any, allowed: float = 0.0) -> bool:
    if not isinstance(stored, (int, float)) or not isinstance(again, (int, float)):
        return bool(stored == again)
    both_nan = math.isnan(stored) and math.isnan(again)
    return both_nan or stored == again or abs(stored - again) <= allowed
