"""Figures of the record of *How often, how far*: a stored table as lines, a re-run of it as hollow marks."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advlib.pages import plots
from advlib.pages.pictures.drawing import panel, panels, spread

BANDS = {10: 0.12, 500: 0.25}
"""Dimensions with a band, and how dark it is."""

FIRST: dict[str, Any] = {"linestyle": "-", "ms": 4}
AGAIN: dict[str, Any] = {"linestyle": "none", "ms": 9, "mfc": "none"}
"""The looks of a stored table and of its re-run."""

Column = Callable[[pd.Series], pd.Series]


def as_is(values: pd.Series) -> pd.Series:
    """Return the values.

    Examples
    --------
    >>> as_is(pd.Series([1])).tolist()
    [1]
    """
    return values


def failures(shares: pd.Series) -> pd.Series:
    """Return the shares that do not flip, nan where all do.

    Examples
    --------
    >>> failures(pd.Series([1.0, 0.75])).tolist()
    [nan, 0.25]
    """
    return (1 - shares).where(shares < 1)


def against_width(ax: Axes, table: pd.DataFrame, again: pd.DataFrame, name: str, of: Column = as_is) -> Axes:
    """Draw a column of a table as lines and of its re-run as hollow marks, for each dimension.

    Examples
    --------
    >>> table = pd.DataFrame({"dim": [10, 50], "width": [10, 10], "step": [1.6, 1.5]})
    >>> len(against_width(Figure().subplots(), table, table[:1], "step").lines)
    4
    """
    colors = plots.shades(table["dim"].nunique())
    for marker, color, (d, cells) in zip(plots.MARKERS, colors, table.groupby("dim"), strict=False):
        other = again[again["dim"] == d]
        look: dict[str, Any] = {"color": color, "marker": marker}
        ax.plot(cells["width"], of(cells[name]), label=f"d = {d}", **look, **FIRST)
        ax.plot(other["width"], of(other[name]), **look, **AGAIN)
    ax.set(xscale="log", xlabel="width $k$")
    return ax


def shares(table: pd.DataFrame, again: pd.DataFrame, dense: pd.DataFrame) -> Figure:
    """Draw shares that flip with the spread over dense networks, and shares that do not.

    Examples
    --------
    >>> table = pd.DataFrame({"dim": [10, 10], "width": [10, 30], "flipped": [0.9, 0.95]})
    >>> dense = table.assign(plain_flipped=0.9, plain_flipped_se=0.1, networks=4)
    >>> len(shares(table, table, dense).axes)
    2
    """
    figure, (left, right) = panels(2, 3.6)
    against_width(left, table, again, "flipped").set_ylabel("share flipped")
    for d, alpha in BANDS.items():
        cells = dense[dense["dim"] == d]
        deviation = cells["plain_flipped_se"] * cells["networks"] ** 0.5
        spread(left, cells["width"], cells["plain_flipped"], deviation, alpha=alpha)
    left.legend(ncols=2, loc="lower right")
    against_width(right, table, again, "flipped", failures).set(yscale="log", ylabel="share not flipped")
    return figure


def sizes(table: pd.DataFrame, again: pd.DataFrame, limits: Mapping[str, float]) -> Figure:
    """Draw mean steps and norms, each with the spread of a draw and its limit.

    Examples
    --------
    >>> table = pd.DataFrame({"dim": [10], "width": [10], "step": [1], "step_std": [1], "norm": [1], "norm_std": [1]})
    >>> len(sizes(table, table, {"step": 1.0, "norm": 1.0}).axes)
    2
    """
    figure, axes = panels(2, 3.6)
    labels = {"step": r"smallest step $|\eta|$", "norm": r"$\|\nabla f(x)\|$"}
    for ax, (name, limit) in zip(axes, limits.items(), strict=True):
        against_width(ax, table, again, name).set_ylabel(labels[name])
        for d, alpha in BANDS.items():
            cells = table[table["dim"] == d]
            spread(ax, cells["width"], cells[name], cells[f"{name}_std"], alpha=alpha)
        ax.axhline(limit, **plots.LIMIT)
        ax.set_ylim(0)
    axes[0].legend(ncols=2, loc="upper right")
    return figure


def constant(means: pd.DataFrame, limit: float, correction: Callable[[np.ndarray], np.ndarray]) -> Figure:
    """Draw mean steps at large widths against the dimension, over the limit, its first correction and the exact law.

    Examples
    --------
    >>> means = pd.DataFrame({"step": [1.5], "se": [0.1], "wide": [1.5]}, index=[10])
    >>> constant(means, 1.1, lambda d: 1.1 + d**-0.5).axes[0].get_legend_handles_labels()[1][:2]
    ['infinite width', 'first correction']
    """
    figure, ax = panel(3.2)
    fine = np.geomspace(10, 500, 100)
    ax.errorbar(means.index, means["step"], 2 * means["se"], fmt="o", capsize=3, label="stored table")
    ax.plot(means.index, means["wide"], color="0.45", linestyle="-", label="infinite width")
    ax.plot(fine, correction(fine), color="black", linestyle=":", label="first correction")
    ax.axhline(limit, label=r"limit $2/\sqrt{\pi}$", **plots.LIMIT)
    ax.set(xscale="log", xlabel="dimension $d$", ylabel=r"mean smallest step $|\eta|$")
    ax.legend(fontsize=10)
    return figure


def tops(signs: pd.DataFrame, other: pd.DataFrame, again: pd.DataFrame, dims: Sequence[int]) -> Figure:
    """Draw steps and failures with other output weights as marks, and with signs as lines, for some dimensions.

    Examples
    --------
    >>> table = pd.DataFrame({"dim": [10, 10, 20], "width": [10, 30, 10], "step": 1.5, "flipped": [0.9, 0.95, 0.9]})
    >>> len(tops(table, table, table, [10]).axes[0].lines)
    3
    """
    figure, (left, right) = panels(2, 3.6)
    signs, other, again = (table[table["dim"].isin(dims)] for table in (signs, other, again))
    colors = plots.shades(signs["dim"].nunique())
    for ax, name, of in ((left, "step", as_is), (right, "flipped", failures)):
        against_width(ax, other, again, name, of)
        for line in ax.lines[::2]:
            line.set_linestyle("none")
        for color, (_, cells) in zip(colors, signs.groupby("dim"), strict=True):
            ax.plot(cells["width"], of(cells[name]), color=color, linestyle="-")
    left.set(ylabel=r"smallest step $|\eta|$", ylim=(0, 2.4))
    right.set(yscale="log", ylabel="share not flipped")
    left.legend()
    return figure
