"""Stored numbers against those drawn again: equal here, within a draw elsewhere."""

import math

import numpy as np
import pandas as pd
import pytest

from advlib.sweep import comparison
from advlib.sweep.comparison import allowance, check_rows, differences, draws, read_rows, same_maker
from advlib.sweep.provenance import processor, versions

NAN = math.nan
ROW = {"dim": 3, "draws": 100, "flipped": 0.97, "flipped_std": 0.17, "step": 2.0, "step_std": 0.5, "shape": "pyramid"}


def columns(again, exactly, row=ROW):
    return [found.column for found in differences(row, again, exactly)]


def test_here_every_number_is_equal_nan_and_infinity_included():
    row = {"a": NAN, "b": math.inf, "c": 1.0, "d": "x", "e": 1}
    assert columns({"a": NAN, "b": math.inf, "c": 1.0, "d": "x", "e": 1.0}, True, row) == []
    assert columns({"a": 0.0, "b": -math.inf, "c": 1.0 + 1e-15, "d": "y", "e": 2}, True, row) == [*"abcde"]


def test_elsewhere_a_share_may_move_by_a_draw_and_a_mean_by_a_far_one():
    assert columns({"flipped": 0.96, "step": 2.04, "shape": "pyramid"}, False) == []
    assert columns({"flipped": 0.85, "step": 2.3, "shape": "hourglass"}, False) == ["flipped", "step", "shape"]
    assert columns({"step": NAN}, False) == ["step"]


def test_one_draw_more_or_less_is_allowed_whatever_it_is():
    """A draw up to ten deviations from the mean, put in place of another, in tables of many sizes."""
    generator = np.random.default_rng(0)
    for number in (20, 100, 3000):
        values = generator.normal(1.0, 2.0, number)
        changed = values.copy()
        changed[0] = values.mean() + 9 * values.std(ddof=1)
        stored, again = (
            {"x": float(v.mean()), "x_std": float(v.std(ddof=1)), "x_se": float(v.std(ddof=1) / number**0.5)}
            for v in (values, changed)
        )
        assert columns(again, False, {"draws": number} | stored) == []
        assert set(columns(again, True, {"draws": number} | stored)) == {"x", "x_std", "x_se"}


@pytest.mark.parametrize(
    ("row", "number"),
    [
        ({"draws": 500, "networks": 3}, 500),
        ({"networks": 4, "inputs": 5}, 20),
        ({"runs": 10}, 10),
        ({"images": 2000, "run": 3}, 2000),
        ({"epochs": 3}, math.inf),
    ],
)
def test_draws_are_counted_by_what_a_row_says(row, number):
    assert draws(row) == number


def test_where_draws_are_unknown_only_rounding_is_allowed():
    assert allowance({"error": 2.0}, "error") == pytest.approx(0.002)


def test_rows_are_those_of_the_cells_in_their_order():
    rows, cells = [{"x": 1, "y": 0.1}, {"x": 2, "y": 0.2}], [{"x": 1}, {"x": 2}]
    check_rows(rows, cells)
    with pytest.raises(ValueError, match="holds 2 cells, and the grid 1"):
        check_rows(rows, cells[:1])
    with pytest.raises(ValueError, match="does not hold the cell {'x': 2} in its place"):
        check_rows(rows, cells[::-1])
    with pytest.raises(ValueError, match="does not hold the cell {'z': 1} in its place"):
        check_rows(rows, [{"z": 1}, {"z": 2}])


def test_rows_are_read_as_they_were_written_to_the_last_digit(tmp_path):
    values = np.random.default_rng(0).normal(size=1000) * 10.0 ** np.arange(-250, 250, 0.5)
    rows = [{"x": float(x), "n": n, "flag": n % 2 == 0, "shape": "pyramid"} for n, x in enumerate(values)]
    pd.DataFrame(rows).to_csv(tmp_path / "t.csv", index=False)
    assert read_rows(tmp_path / "t.csv") == rows
    pd.DataFrame({"x": [1.0, NAN, math.inf], "y": [1, 2, 3]}).to_csv(tmp_path / "t.csv", index=False)
    one, none, infinite = (row["x"] for row in read_rows(tmp_path / "t.csv"))
    assert (one, infinite) == (1.0, math.inf)
    assert math.isnan(none)


def test_the_maker_is_the_same_by_processor_torch_and_numpy(monkeypatch):
    record = {"versions": versions() | {"python": "3", "advlib": "0"}, "hardware": {"processor": processor()}}
    assert same_maker(record)
    assert not same_maker(record | {"versions": versions() | {"torch": "0.1"}})
    monkeypatch.setattr(comparison, "processor", lambda: "another")
    assert not same_maker(record)
