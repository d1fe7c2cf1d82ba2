"""Figures of the record of *Adversarial training*: where its networks withstand, and what turns that."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from advlib.pages import plots
from advlib.pages.pictures.drawing import panels, plain_ticks

TITLES = {"width": "width $m$", "d": "dimension $d$", "radius": "radius $V$", "attack_radius": "attack's length"}


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


def controls(rates: pd.Series, lengths: pd.Series, apart: float) -> Figure:
    """Draw where half of the images withstand, over the law, at several learning rates and for several attacks.

    Parameters
    ----------
    rates, lengths : Series
        By learning rate and run, and by the attack's length and run. What no radius reaches is not a number, and not
        drawn.
    apart : float
        Half the distance at which the nearest image of the other digit lies, for the image in the middle.

    Examples
    --------
    >>> half = pd.Series([1.1, 0.9], index=pd.MultiIndex.from_tuples([(0.5, 0), (0.5, 1)]))
    >>> [len(ax.lines) for ax in controls(half, half, 0.4).axes]
    [3, 4]
    """
    figure, axes = panels(2, 3.2, shared="y")
    runs_and_mean(axes[0], rates)
    runs_and_mean(axes[1], lengths)
    axes[1].axvline(apart, color="C2", linestyle=":", label="half-way to the other digit")
    for ax, ticks in zip(axes, ((0.05, 0.15, 0.5), (0.1, 0.2, 0.4)), strict=True):
        ax.axhline(1, **plots.LIMIT)
        plain_ticks(ax, ticks)
        ax.legend(fontsize=8)
    axes[0].set(xlabel="learning rate", ylabel="half withstand, over the law's $V^*$", ylim=(0, 1.3))
    axes[1].set(xlabel="attack's length")
    return figure


def runs_and_mean(ax: Axes, halves: pd.Series) -> None:
    """Draw a mark for each run and a line through the means of their logarithms."""
    means = np.exp(np.log(halves).groupby(level=0).mean())
    ax.plot(halves.index.get_level_values(0), halves, "o", color="C0", ms=5, label="a run")
    ax.plot(means.index, means, color="C0", linestyle="-", lw=1, label="mean")
