"""Figures of the record of *Adversarial training*."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from advlib import theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import panels
from advlib.pages.pictures.trained import ASIDE, dimensions

TITLES = {"width": "width $m$", "d": "dimension $d$", "radius": "radius $V$", "attack_radius": "attack's length"}
ATTACK, DIM, CONSTANT = 0.2, 784, 10
"""Of WUMA Figure 4: the length of attacks and the dimension on the right, the constant of the ball on the left."""

OVER: dict[str, Any] = {"ylim": (0, 1.05), "ylabel": "measured over law"}


def maps(cells: pd.DataFrame, across: str, up: str, middles: pd.Series, through: int) -> Figure:
    """Draw robust and clean accuracy of a table, the cliff, and the line of the theory through one of its points.

    Examples
    --------
    >>> rows = [{"width": m, "radius": v, "robust": v, "clean": 1.0} for m in (100, 300) for v in (0.1, 0.5)]
    >>> middles = pd.Series([0.3, 0.2], index=[100, 300])
    >>> len(maps(pd.DataFrame(rows), "width", "radius", middles, 0).axes)
    4
    """
    x = middles.index.to_numpy(float)
    span = x[[0, -1]] * [0.5, 2]
    line = np.log10(span), np.log10(middles.iloc[through] * (x[through] / span) ** 0.5)
    figure, axes = panels(2, 3.4)
    for ax, name in zip(axes, ("robust", "clean"), strict=True):
        grid = cells.pivot(index=up, columns=across, values=name)
        mesh = ax.pcolormesh(np.log10(x), np.log10(grid.index), grid, cmap="cividis", vmin=0, vmax=1)
        limits = ax.axis()
        ax.plot(*line, color="black", lw=3)
        ax.plot(*line, color="white", ls="--")
        ax.plot(np.log10(x), np.log10(middles), "o", color="white", mec="black")
        ticks = np.array([0.01, 0.03, 0.1, 0.3, 1, 3])
        ticks = ticks[(np.log10(ticks) > limits[2]) & (np.log10(ticks) < limits[3])]
        ax.set(xlabel=TITLES[across], ylabel=TITLES[up], title=f"{name} accuracy")
        ax.set_xticks(np.log10(x), [f"{v:g}" for v in x])
        ax.set_yticks(np.log10(ticks), [f"{v:g}" for v in ticks])
        ax.axis(limits)
        ax.minorticks_off()
        ax.grid(visible=False)
        ax.figure.colorbar(mesh, ax=ax)
    return figure


def trained_laws(plain: pd.DataFrame, free: pd.DataFrame) -> Figure:
    """Draw lengths after plain training over the law for one image, a panel for each of WUMA Figures 2, 3, 5 and 6.

    Parameters
    ----------
    plain, free : DataFrame
        The tables `trained-flips` and `trained-room`, with the dimension.

    Examples
    --------
    >>> run = {"width": 1000, "constant": 10, "d": 100, "relative": 0.3, "first_relative": 0.2, "most": 0.5}
    >>> runs = [run | {"normalize": unit, "bias": not unit, "input": 10.0} for unit in (True, False)]
    >>> [ax.get_title()[:8] for ax in trained_laws(pd.DataFrame(runs), pd.DataFrame(runs)).axes]
    ['Figure 2', 'Figure 3', 'Figure 5', 'Figure 6']
    """
    figure, axes = panels(4, 5.6, shared="y")
    biased, unit = free[~free["normalize"]], free[free["normalize"]]
    trained = plain[plain["normalize"]]
    trained_panels(axes[:2], biased, biased, ("Figure 2: raw, bias", "Figure 3: raw, bias"))
    trained_panels(axes[2:], trained, unit, ("Figure 5: norm 1", "Figure 6: norm 1"))
    return figure


def robust_laws(left: pd.DataFrame, right: pd.DataFrame, free: pd.DataFrame, needed: float) -> Figure:
    """Draw lengths after adversarial training over the law for one image, a panel for each part of WUMA Figure 4.

    Parameters
    ----------
    left, right : DataFrame
        The drop at each dimension and the cliff at each width, both with their intervals.
    free : DataFrame
        The table `trained-room`, with the dimension.
    needed : float
        The law's constant for attacks of length 0.2 on all images.

    Examples
    --------
    >>> ends = {"length": [0.2], "low": [0.1], "high": [0.3]}
    >>> run = {"width": 1000, "constant": 10, "d": 100, "relative": 0.3, "first_relative": 0.2, "most": 0.5}
    >>> free = pd.DataFrame([run | {"normalize": True, "bias": False, "input": 1.0}])
    >>> cliff = pd.DataFrame({"middle": [9.0], "low": [8.0], "high": [10.0]}, index=[300])
    >>> len(robust_laws(pd.DataFrame(ends, index=[100]), cliff, free, 10.0).axes)
    2
    """
    figure, (drop, cliff) = panels(2, 3.2, shared="y")
    drop_panel(drop, left, free[free["normalize"]])
    cliff_panel(cliff, right, needed)
    return figure


def trained_panels(axes: Sequence[Axes], runs: pd.DataFrame, known: pd.DataFrame, titles: tuple[str, str]) -> None:
    """Draw networks after plain training, by width and by the constant, with what the images leave of the law.

    Examples
    --------
    >>> run = {"width": 1000, "constant": 10, "d": 100, "relative": 0.3, "first_relative": 0.2, "most": 0.5}
    >>> runs = pd.DataFrame([run | {"bias": False, "input": 1.0}])
    >>> axes = Figure().subplots(1, 2)
    >>> trained_panels(axes, runs, runs, ("one", "two"))
    >>> [ax.get_legend_handles_labels()[1] for ax in axes]
    [['$m$ = 1,000'], ['$C_0$ = 10']]
    """
    ten, wide = runs[runs["constant"] == CONSTANT], runs[runs["width"] == 1000]
    curves(axes[0], ten, "width", "$m$ = {:,d}")
    curves(axes[1], wide, "constant", "$C_0$ = {:g}")
    for ax, title in zip(axes[:2], titles, strict=True):
        limits(ax, known)
        ax.set(title=title, **OVER)
        ax.legend(fontsize=9, loc="upper right", ncols=2)
        dimensions(ax)


def drop_panel(ax: Axes, left: pd.DataFrame, known: pd.DataFrame) -> None:
    """Draw the drop at each dimension over the law.

    Examples
    --------
    >>> run = {"width": 1000, "constant": 10, "d": 100, "relative": 0.3, "first_relative": 0.2, "most": 0.5}
    >>> ax = Figure().subplots()
    >>> ends = pd.DataFrame({"length": [0.2], "low": [0.1], "high": [0.3]}, index=[100])
    >>> drop_panel(ax, ends, pd.DataFrame([run | {"bias": False, "input": 1.0}]))
    >>> ax.get_title()
    'Figure 4, left'
    """
    whole = np.array([theory.lazy_length(d, CONSTANT) for d in left.index])
    with_bars(ax, left.index, *(left[name] / whole for name in ("length", "low", "high")))
    limits(ax, known)
    ax.set(title="Figure 4, left", **OVER)
    dimensions(ax)


def cliff_panel(ax: Axes, right: pd.DataFrame, needed: float) -> None:
    """Draw the cliff at each width over the law.

    Examples
    --------
    >>> ax = Figure().subplots()
    >>> cliff_panel(ax, pd.DataFrame({"middle": [9.0], "low": [8.0], "high": [10.0]}, index=[300]), 10.0)
    >>> ax.get_xlabel()
    'width $m$'
    """
    reached = [ATTACK / right[name].map(lambda constant: theory.lazy_length(DIM, constant)) for name in right]
    with_bars(ax, right.index, *reached)
    ax.axhline(ATTACK / theory.lazy_length(DIM, needed), **plots.LIMIT)
    ax.set(xscale="log", title="Figure 4, right", xlabel="width $m$", **OVER)


def law_of(runs: pd.DataFrame) -> list[float]:
    """Return the law's length for each run, with a bias unit where there is one.

    Examples
    --------
    >>> law_of(pd.DataFrame({"d": [100], "constant": [3.0]})) == [theory.lazy_length(100, 3.0)]
    True
    """
    bias = bias_of(runs) if "bias" in runs else 0.0 * runs["d"]
    cells = zip(runs["d"], runs["constant"], bias, strict=True)
    return [theory.lazy_length(d, constant, bias=unit) for d, constant, unit in cells]


def bias_of(runs: pd.DataFrame) -> pd.Series:
    """Return the size of the bias unit's input over that of the images, 0 where there is none.

    Examples
    --------
    >>> bias_of(pd.DataFrame({"input": [2.0, 2.0], "bias": [True, False]})).tolist()
    [0.5, 0.0]
    """
    return (1 / runs["input"]).where(runs["bias"], 0.0)


def means(runs: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """Return the mean over runs of measured over law at every d, and half its 95 % interval, 0 for up to two runs.

    Examples
    --------
    >>> law = theory.lazy_length(100, 3.0)
    >>> mean, half = means(pd.DataFrame({"d": 100, "constant": 3.0, "relative": [law, 2 * law]}))
    >>> mean.tolist(), half.tolist()
    ([1.5], [0.0])
    """
    over = runs.assign(over=runs["relative"] / law_of(runs)).groupby("d")["over"].agg(["mean", "sem", "count"])
    half = over["sem"] * stats.t.ppf(0.975, (over["count"] - 1).clip(lower=1))
    return over["mean"], half.where(over["count"] > 2, 0)


def curves(ax: Axes, runs: pd.DataFrame, by: str, label: str) -> None:
    """Draw a curve of measured over law for each value of a column.

    Examples
    --------
    >>> ax = Figure().subplots()
    >>> runs = pd.DataFrame({"width": [30, 100], "d": 100, "constant": 3.0, "relative": 0.1})
    >>> curves(ax, runs, "width", "m = {}")
    >>> ax.get_legend_handles_labels()[1]
    ['m = 30', 'm = 100']
    """
    for (value, group), marker, shift in zip(runs.groupby(by), plots.MARKERS, ASIDE, strict=False):
        mean, half = means(group)
        ax.errorbar(mean.index * shift, mean, half, marker=marker, ms=4, capsize=2, lw=1, label=label.format(value))


def limits(ax: Axes, known: pd.DataFrame) -> None:
    r"""Draw what the images leave of the law at :math:`C_0 = 10`: the most, and one step of gradient descent.

    Examples
    --------
    >>> run = {"width": 1000, "constant": 10, "d": 100, "first_relative": 0.2, "most": 0.5, "bias": False, "input": 1.0}
    >>> ax = Figure().subplots()
    >>> limits(ax, pd.DataFrame([run]))
    >>> [line.get_linestyle() for line in ax.lines]
    ['-', '--']
    """
    runs = known[(known["constant"] == CONSTANT) & (known["width"] == 1000)]
    first = runs.assign(relative=runs["first_relative"])
    ax.plot(means(first)[0], **plots.LIMIT | {"linestyle": "-"})
    cells = zip(runs["d"], runs["most"], bias_of(runs), strict=True)
    most = [theory.lazy_length(d, CONSTANT * share, value=0, bias=unit) for d, share, unit in cells]
    ax.plot(means(runs.assign(relative=most))[0], **plots.LIMIT)


def with_bars(ax: Axes, at: pd.Index, middle: pd.Series, low: pd.Series, high: pd.Series) -> None:
    """Draw points with intervals that need not be symmetric.

    Examples
    --------
    >>> ax = Figure().subplots()
    >>> with_bars(ax, pd.Index([1]), pd.Series([2.0]), pd.Series([1.0]), pd.Series([4.0]))
    >>> ax.collections[0].get_segments()[0][:, 1].tolist()
    [1.0, 4.0]
    """
    ax.errorbar(at, middle, [np.abs(middle - low), np.abs(high - middle)], fmt="o", ms=4, capsize=2)
