"""Every stored table comes out of the catalogue again: it has the catalogue's cells, and the cheapest is redrawn."""

import json
import math
from functools import cache
from numbers import Number
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from advlib.data import has_mnist
from advlib.experiments import CATALOGUE
from advlib.pages import tables
from advlib.sweep import cells, sweep

RESULTS = Path(__file__).parents[2] / "book" / "results"
TABLES = sorted(path.stem for path in RESULTS.glob("*.csv") if path.stem in CATALOGUE)


COSTLY = {
    "ball-flips",
    "collapse",
    "deeper-million",
    "deeper-tops",
    "depth-widths",
    "few-dimensions",
    "fooled-digits",
    "learning-rates",
    "longer-attacks",
    "loss-rule",
    "narrow-layer",
    "restarts",
    "robust-training",
    "shapes",
    "to-the-rule",
    "whole-lengths",
}
"""Tables whose cheapest cell takes five seconds or more."""


def paper_cells(name):
    grid = CATALOGUE[name].grids["paper"]
    return cells(grid) if isinstance(grid, dict) else list(grid)


@cache
def stored(name):
    """A table, and its columns as arrays, which are searched cell by cell."""
    table = pd.read_csv(RESULTS / f"{name}.csv")
    return table, {column: table[column].to_numpy() for column in table}


def stored_row(name, cell):
    table, columns = stored(name)
    same = [
        np.abs(columns[column] - value) <= 1e-12 if isinstance(value, float) else columns[column] == value
        for column, value in cell.items()
    ]
    (place,) = np.flatnonzero(np.all(same, axis=0))
    return table.iloc[place]


@pytest.mark.parametrize("name", TABLES)
def test_table_holds_the_cells_of_the_catalogue_and_no_others(name):
    listed = paper_cells(name)
    assert len(stored(name)[0]) == len(listed)
    for cell in listed:
        stored_row(name, cell)


@pytest.mark.parametrize("name", TABLES)
def test_a_note_of_outdated_rows_is_of_some_and_says_why(name):
    record = json.loads((RESULTS / f"{name}.provenance.json").read_text(encoding="utf-8"))
    older = len(tables.table(name)) - len(tables.current(name))
    assert (older > 0) == ("outdated" in record)
    assert older == 0 or record["outdated"]["reason"]


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.thorough if name in COSTLY else ()) for name in TABLES]
)
def test_cheapest_cell_comes_out_again(name):
    """To 1e-3, which allows a processor with another order of summation one flip more or less."""
    current = {*tables.current(name).index}
    listed = [cell for place, cell in enumerate(paper_cells(name)) if place in current]
    if not listed:
        pytest.skip("older code drew every cell, as the provenance says")
    if "source" in listed[0] and not has_mnist():
        pytest.skip("MNIST is not here")
    cell = min(listed, key=lambda cell: math.prod(v for v in cell.values() if isinstance(v, Number) and v > 0))
    again, row = sweep(CATALOGUE[name].experiment, [cell], seed=0, progress=False).iloc[0], stored_row(name, cell)
    measured = [column for column in again.index if column not in cell]
    assert row[measured].to_dict() == pytest.approx(again[measured].to_dict(), rel=1e-3, abs=1e-6, nan_ok=True)
