"""Stored cells of the catalogue's tables, chosen within a time, drawn again and compared."""

import json
import math
import random
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from advlib.data import MissingData
from advlib.experiments.catalogue import CATALOGUE
from advlib.sweep import Cell, Drawing, Finished, cells, drawing
from advlib.sweep.comparison import Difference, check_rows, differences, read_rows, same_maker
from advlib.sweep.provenance import beside, outdated
from advlib.sweep.results import folder
from advlib.sweep.workers import local

MARGIN = 4
"""How many times longer than guessed a cell may take and still fit."""


class Stored(NamedTuple):
    """A table of the catalogue as it is stored."""

    name: str
    cells: list[Cell]
    rows: list[dict[str, Any]]
    record: Mapping[str, Any]
    """Its provenance."""


class Verdict(NamedTuple):
    """What came of drawing a cell again."""

    cell: Cell
    seconds: float
    differs: list[Difference]
    unverified: str = ""
    """Why it could not be drawn, where it could not."""


class OutOfTime(Exception):
    """The time for drawing cells again is over."""


def stored(name: str, results: Path | None = None) -> Stored:
    """Read a table of the catalogue, by default where the book's tables lie.

    Raises
    ------
    OSError, ValueError
        If it is not there, or does not hold the catalogue's cells.

    Examples
    --------
    >>> len(stored("distortion").cells)
    7
    """
    path = (results or folder()) / f"{name}.csv"
    listed = cells(CATALOGUE[name].grids["paper"])
    rows = read_rows(path)
    check_rows(rows, listed)
    return Stored(name, listed, rows, json.loads(beside(path).read_text()))


def guesses(table: Stored) -> list[float]:
    """Guess how many seconds each cell takes: a share of what all took together that grows like the product of sizes.

    Where the provenance has no time at all, a unit of size counts as a second, so that only the order is told.
    """
    sizes = [math.prod(value for value in cell.values() if _is_size(value)) for cell in table.cells]
    return [size * _seconds(table.record, sum(sizes)) / sum(sizes) for size in sizes]


def _is_size(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value > 0


def _seconds(record: Mapping[str, Any], unknown: float) -> float:
    """How long all cells took together, as far as a provenance knows."""
    for name in ("compute_seconds", "compute_seconds_estimate", "wall_seconds"):
        if record.get(name):
            return float(record[name])
    return unknown


def choose(seconds: Sequence[float], count: int, limit: float, seed: int) -> list[int]:
    """Choose cells by a seed among those that fit well into the time, or among the cheapest; the cheaper come first.

    Examples
    --------
    >>> choose([2.0, 50.0, 1.0], count=2, limit=20.0, seed=0)
    [2, 0]
    """
    fitting = [place for place, guess in enumerate(seconds) if guess <= limit / (MARGIN * count)]
    if len(fitting) < count:
        fitting = sorted(range(len(seconds)), key=seconds.__getitem__)[:count]
    return sorted(random.Random(seed).sample(fitting, min(count, len(fitting))), key=seconds.__getitem__)


def verify(table: Stored, places: Sequence[int], limit: float) -> Iterator[Verdict]:
    """Draw some cells of a table again, within so many seconds, and compare them with what is stored.

    On the processor and the versions that the provenance names, numbers must be equal; elsewhere
    `advlib.sweep.comparison.differences` says how near. Cells run in a process of their own, which is stopped when the
    time is over.

    Yields
    ------
    Verdict
        For each cell.
    """
    older = outdated(pd.DataFrame(table.rows), table.record)
    for place in (place for place in places if older[place]):
        yield Verdict(table.cells[place], 0.0, [], unverified=table.record["outdated"]["reason"])
    left = [place for place in places if not older[place]]
    draw = drawing(CATALOGUE[table.name].experiment, [table.cells[place] for place in left], table.record["seed"])
    exactly = same_maker(table.record)
    try:
        with local(1) as worker:
            worker.submit(repr, draw).result()  # now it has started, and imported what it needs
            end = time.monotonic() + limit
            while left:
                yield _verdict(table, left[0], _again(worker, draw, table.cells[left[0]], end), exactly)
                left.pop(0)
    except OutOfTime:
        for place in left:
            yield Verdict(table.cells[place], 0.0, [], unverified="the time was over first")


def _again(worker: Executor, draw: Drawing, cell: Cell, end: float) -> Finished | MissingData:
    """Draw a cell until some time of the monotonic clock."""
    try:
        return worker.submit(draw.one, cell).result(timeout=end - time.monotonic())
    except TimeoutError:
        raise OutOfTime from None
    except MissingData as error:
        return error


def _verdict(table: Stored, place: int, again: Finished | MissingData, exactly: bool) -> Verdict:
    if isinstance(again, MissingData):
        return Verdict(table.cells[place], 0.0, [], unverified=str(again))
    found = list(differences(table.rows[place], again.record, exactly))
    return Verdict(again.cell, again.seconds or 0.0, found)
