"""Figures of *How often, how far* and its record."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats

from advlib.pages import plots
from advlib.pages.pictures.drawing import DOT, LEGEND, arrow, panel, sketch, spread

INSIDE: dict[str, Any] = {"fontsize": 10, "handlelength": 1.4, "borderaxespad": 0.2}


def circle() -> Figure:
    r"""Draw the plane of the input and its gradient: the ray of the attack, and the arc that it is seen on.

    Examples
    --------
    >>> "$x + \\eta \\nabla f(x)$" in [text.get_text() for text in circle().axes[0].texts]
    True
    """
    figure, ax = sketch((-0.25, 3.2), (-0.2, 2.5))
    turn = np.linspace(-0.1, np.pi / 2 + 0.1, 100)
    x = np.array([0, 2.0])
    way = np.array([2.4, -0.2])
    moved = x + 0.8 * way
    seen = 2 * moved / np.linalg.norm(moved)
    ax.plot(2 * np.cos(turn), 2 * np.sin(turn), color="0.6", lw=1.2, linestyle="-")
    arc = np.linspace(np.arctan2(*seen[::-1]), np.pi / 2, 50)
    ax.plot(2 * np.cos(arc), 2 * np.sin(arc), color="C1", lw=3.2, linestyle="-")
    ax.plot(*np.array([np.zeros(2), moved]).T, **plots.LIMIT)
    arrow(ax, x, x + 1.25 * way, "C0")
    ax.plot(*np.array([x, moved]).T, "o", linestyle="none", **DOT)
    ax.plot(*seen, "s", color="C1", ms=7, zorder=3)
    angle = np.linspace(arc[0], np.pi / 2, 30)
    ax.plot(0.6 * np.cos(angle), 0.6 * np.sin(angle), color="black", lw=1, linestyle="-")
    for place, name in {
        (-0.17, 2.1): "$x$",
        (1.6, 2.08): r"$x + \eta \nabla f(x)$",
        (0.27, 0.68): r"$\theta$",
        (-0.15, -0.12): "0",
    }.items():
        ax.text(*place, name)
    ax.plot([0, 0], [0, 2], color="black", lw=1, linestyle="-")
    return figure


def bells(drawn: Mapping[int, np.ndarray], std: float) -> Figure:
    """Draw the values of networks of two widths, and the bell that they tend to.

    Examples
    --------
    >>> axes = bells({2: np.zeros(3), 100: np.ones(3)}, 0.7).axes[0]
    >>> axes.get_legend_handles_labels()[1]
    ['k = 2', 'k = 100', 'normal']
    """
    figure, ax = panel(2.8)
    looks: list[dict[str, Any]] = [
        {"color": "C1", "histtype": "step", "lw": 1.5, "linestyle": "-"},
        {"color": "C4", "alpha": 0.6},
    ]
    for look, (k, values) in zip(looks, drawn.items(), strict=True):
        ax.hist(values, bins=61, range=(-2.5, 2.5), density=True, label=f"k = {k}", **look)
    grid = np.linspace(-2.5, 2.5, 201)
    ax.plot(grid, stats.norm.pdf(grid, scale=std), label="normal", **plots.LIMIT)
    ax.set(xlabel="$f(x)$", ylabel="density", ylim=(0, 1))
    ax.legend(**LEGEND)
    return figure


def ways(angles: np.ndarray, curves: Mapping[str, np.ndarray]) -> Figure:
    """Draw networks along circles through the input, three ways.

    Parameters
    ----------
    angles : array of shape (m,)
    curves : mapping of str to array of shape (n, m)
        What the way is called, and the values of n networks.

    Examples
    --------
    >>> len(ways(np.linspace(0, 1, 3), {name: np.ones((2, 3)) for name in "abc"}).axes[0].lines)
    7
    """
    figure, ax = panel(3.4)
    ax.axhline(0, color="black", lw=0.8, linestyle="-")
    looks: list[dict[str, Any]] = [
        {"color": "0.6", "linestyle": ":"},
        {"color": "C1", "linestyle": "--"},
        {"color": "C0", "linestyle": "-"},
    ]
    for look, (name, values) in zip(looks, curves.items(), strict=True):
        ax.plot(angles, values.T, lw=1.3, label=[name, *[None] * (len(values) - 1)], **look)
    ax.set(xlabel=r"angle $\theta$ from $x$", ylabel="network", ylim=(-4, 3.6), xlim=(0, angles[-1]))
    ax.legend(**LEGEND, loc="upper right")
    return figure


def half_bell(values: np.ndarray, steps: np.ndarray, std: float) -> Figure:
    """Join some values to the steps that they take, and draw the laws of both, each on its axis.

    Examples
    --------
    >>> figure = half_bell(np.linspace(0.1, 2, 50), np.linspace(0.2, 4, 50), 0.7)
    >>> len(figure.axes[0].lines)
    34
    """
    figure, ax = panel(3.4)
    for height, step in zip(values[:30], steps[:30], strict=True):
        ax.plot([0, step], [height, 0], color="0.55", lw=0.8, linestyle="-", marker="")
    _hang(ax, values, 2.5, 0.9, orientation="horizontal", color="C4", alpha=0.7)
    _hang(ax, steps, 5, 1.6, color="C1", alpha=0.6, hatch="//", edgecolor="white", lw=0)
    heights = np.linspace(0, 2.5, 200)
    across = np.linspace(0, 5, 200)
    ax.plot(-0.9 * 2 * stats.norm.pdf(heights, scale=std), heights, **plots.LIMIT)
    ax.plot(across, -1.6 * 2 * stats.norm.pdf(across, scale=2 * std), **plots.LIMIT)
    ax.axhline(0, color="black", lw=0.8, linestyle="-")
    ax.axvline(0, color="black", lw=0.8, linestyle="-")
    ax.set(xlim=(-1.2, 5), ylim=(-1.1, 2.5), xticks=range(6), yticks=[0, 1, 2])
    ax.set(xlabel=r"smallest step $|\eta|$", ylabel="$|f(x)|$")
    ax.grid(visible=False)
    return figure


def _hang(ax: Axes, values: np.ndarray, end: float, size: float, **look: Any) -> None:
    """Hang a histogram below an axis, its density so many times as large."""
    weights = np.full(len(values), -size * 40 / end / len(values))
    ax.hist(values, bins=40, range=(0, end), weights=weights, **look)


def kept(table: pd.DataFrame, wide: Mapping[int, float]) -> Figure:
    """Draw the share of signs that one step does not flip against the width, over what is left at infinite width.

    Examples
    --------
    >>> cells = pd.DataFrame({"dim": [10, 10, 500], "width": [10, 1000, 10], "flipped": [0.9, 0.97, 0.93]})
    >>> kept(cells, {10: 0.03}).axes[0].get_legend_handles_labels()[1]
    ['d = 10', 'd = 500', 'laws']
    """
    figure, ax = panel(3.4)
    colors = plots.shades(table["dim"].nunique())
    for marker, color, (d, cells) in zip(plots.MARKERS, colors, table.groupby("dim"), strict=False):
        share = (1 - cells["flipped"]).where(cells["flipped"] < 1)
        ax.plot(cells["width"], share, color=color, marker=marker, linestyle="-", label=f"d = {d}")
    for share in wide.values():
        ax.plot([300, table["width"].max()], [share, share], **plots.LIMIT)
    k = np.linspace(10, 34, 50)
    ax.plot(k, 2 * 0.75**k - 0.5**k, label="laws", **plots.LIMIT)
    ax.set(xscale="log", yscale="log", xlabel="width $k$", ylabel="share not flipped", ylim=(5e-5, 4))
    ax.legend(**INSIDE, ncols=3, loc="upper center")
    return figure


def steps(table: pd.DataFrame, level: float) -> Figure:
    """Draw the mean smallest step against the width, with a standard deviation around the largest dimension's.

    Examples
    --------
    >>> cells = pd.DataFrame({"dim": [10, 500, 500], "width": [10, 10, 99], "step": [1.6, 1.4, 1.3], "step_std": 1})
    >>> len(steps(cells, 1.1).axes[0].lines)
    3
    """
    figure, ax = panel(3.2)
    colors = plots.shades(table["dim"].nunique())
    for marker, color, (d, cells) in zip(plots.MARKERS, colors, table.groupby("dim"), strict=False):
        ax.plot(cells["width"], cells["step"], color=color, marker=marker, linestyle="-", label=f"d = {d}")
    last = table[table["dim"] == table["dim"].max()]
    spread(ax, last["width"], last["step"], last["step_std"])
    ax.axhline(level, **plots.LIMIT)
    ax.set(xscale="log", xlabel="width $k$", ylabel=r"smallest step $|\eta|$", ylim=(0, 4.2))
    ax.legend(**INSIDE, ncols=3, loc="upper center")
    return figure
