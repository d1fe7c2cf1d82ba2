"""Figures show the numbers they are given, and tell lines apart by more than colour."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from advlib.pages import plots


@pytest.fixture
def ax():
    with plt.style.context("advlib.pages.book"):
        figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_rays_draw_every_ray_and_every_root(ax):
    t = np.linspace(0, 2, 9)
    values = np.stack((1 - t, 3 - 2 * t), -1)
    lines = plots.rays(ax, t, values, np.array([1.0, 1.5])).lines
    assert np.array_equal(np.stack([line.get_ydata() for line in lines[1:3]], -1), values)
    assert np.array_equal(lines[-1].get_xdata(), [1.0, 1.5])
    assert not np.any(lines[-1].get_ydata())


def test_the_bars_of_a_law_have_the_area_of_a_density(ax):
    samples = np.random.default_rng(0).uniform(0, 1, 1000)
    plots.law(ax, samples, np.linspace(0, 1, 5), np.ones(5), label="uniform")
    assert sum(bar.get_height() * bar.get_width() for bar in ax.patches) == pytest.approx(1)


@pytest.mark.slow
def test_bands_have_a_marker_for_each_dimension_and_cover_one_error(ax):
    table = pd.DataFrame([{"d": d, "k": k, "y": d / k, "y_error": 0.1} for d in (10, 20, 50) for k in (1, 10)])
    plots.bands(ax, table, "y", limit=2.0)
    assert len({line.get_marker() for line in ax.lines[:3]}) == 3
    for dim, line, band in zip((10, 20, 50), ax.lines, ax.collections, strict=False):
        assert np.array_equal(line.get_ydata(), [dim, dim / 10])
        heights = band.get_paths()[0].vertices[:, 1]
        assert heights.min() == pytest.approx(dim / 10 - 0.1)
        assert heights.max() == pytest.approx(dim + 0.1)
    assert set(ax.lines[-1].get_ydata()) == {2.0}


def test_every_dimension_has_its_line_however_many(ax):
    plots.bands(ax, pd.DataFrame({"d": range(12), "k": 1, "y": 1.0}), "y")
    assert len(ax.lines) == 12


def test_without_errors_there_is_no_band(ax):
    plots.bands(ax, pd.DataFrame({"d": [10], "k": [1], "y": [1.0]}), "y")
    assert not ax.collections
