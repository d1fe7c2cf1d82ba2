"""Figures of *Deeper random networks*."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.figure import Figure

from advlib import theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import LEGEND, panel
from advlib.theory.wide import correlation

DOTS: dict[str, Any] = {"linestyle": "none", "ms": 6}


def halves(drawn: Mapping[str, Sequence[float]], powers: Mapping[str, float]) -> Figure:
    """Draw means over networks of some depths, and the power of two that each follows.

    Parameters
    ----------
    drawn : mapping of str to sequence of float
        What was measured, and its mean at one, two, ... hidden layers over its limit at none.
    powers : mapping of str to float
        How often each is doubled in a layer.

    Examples
    --------
    >>> halves({"step": [1.4, 2.0]}, {"step": 0.5}).axes[0].get_legend_handles_labels()[1]
    ['step', 'laws']
    """
    figure, ax = panel(3.0)
    for i, (marker, (name, means)) in enumerate(zip(plots.MARKERS, drawn.items(), strict=False)):
        depths = np.arange(1, len(means) + 1)
        ax.plot(depths, 2.0 ** (powers[name] * depths), **plots.LIMIT | {"color": f"C{i}"})
        ax.plot(depths, means, color=f"C{i}", marker=marker, label=name, **DOTS)
    ax.plot([], [], label="laws", **plots.LIMIT)
    ax.set(xlabel="hidden layers $L$", ylabel="plain weights", ylim=(2**-6.5, 2**6.5))
    ax.set_yscale("log", base=2)
    ax.legend(**LEGEND, loc="upper left", ncols=2)
    return figure


def rulers(along: np.ndarray, values: np.ndarray, zero: float, factor: float) -> Figure:
    """Draw one network along its gradient, with the plain ruler below and left and that of He above and right.

    Parameters
    ----------
    along, values : array of shape (m,)
        Steps and values of the plain network.
    zero : float
        The plain step at which the sign changes.
    factor : float
        How many times as large the He network's value is.

    Examples
    --------
    >>> len(rulers(np.linspace(0, 2, 3), np.linspace(1, -1, 3), 1.0, 2.0).axes[0].child_axes)
    2
    """
    figure, ax = panel(3.2)
    ax.axhline(0, color="black", lw=0.8, linestyle="-")
    ax.plot(along, values, color="C0", linestyle="-", lw=2)
    ax.plot(zero, 0, "o", color="C1", ms=8, zorder=3)
    ax.set(xlabel=r"step $|\eta|$, plain", ylabel="network, plain", xlim=(0, along[-1]))
    above = ax.secondary_xaxis("top", functions=_times(1 / factor))
    above.set_xlabel(r"step $|\eta|$, He")
    right = ax.secondary_yaxis("right", functions=_times(factor))
    right.set_ylabel("network, He")
    return figure


def _times(factor: float) -> Any:
    """What takes one ruler to another, and back."""
    return (lambda value: value * factor), (lambda value: value / factor)


def paths(dim: int, depths: Sequence[int], start: float) -> Figure:
    """Draw the mean path of infinitely wide networks of some depths against their gradient, and the tangent.

    Examples
    --------
    >>> paths(100, (1, 6), 1.5).axes[0].get_legend_handles_labels()[1]
    ['tangent', 'L = 1', 'L = 6']
    """
    figure, ax = panel(3.0)
    length = np.linspace(0, 2.9, 200)
    theta = torch.from_numpy(length) / dim**0.5
    ax.axhline(0, color="black", lw=0.8, linestyle="-")
    ax.plot(length, start - (dim - 1) ** 0.5 * theta.numpy(), label="tangent", **plots.LIMIT)
    for i, depth in enumerate(depths):
        r, slope = correlation(theta, depth)
        path = (r * start + slope * (dim - 1) ** 0.5).numpy()
        ax.plot(length, path, color=f"C{i}", label=f"L = {depth}")
        zero = length[np.argmax(path < 0)]
        ax.plot(zero, 0, plots.MARKERS[i], color=f"C{i}", ms=7, zorder=3)
    ax.set(xlabel=r"length of the way, $\sqrt{d}\,\theta$", ylabel="mean path", xlim=(0, 2.9))
    ax.legend(**LEGEND)
    return figure


def delay(drawn: Mapping[int, Mapping[int, float]]) -> Figure:
    r"""Draw mean lengths of flipping perturbations against :math:`L / \sqrt d`, and their first order.

    Parameters
    ----------
    drawn : mapping of int to mapping of int to float
        The dimension, then the depth, then the mean.

    Examples
    --------
    >>> len(delay({100: {1: 0.83, 2: 0.86}}).axes[0].lines)
    2
    """
    figure, ax = panel(3.0)
    x = np.linspace(0, 0.65, 50)
    ax.plot(x, (2 / math.pi) ** 0.5 + x / math.pi, label="first order", **plots.LIMIT)
    for i, (marker, (d, means)) in enumerate(zip(plots.MARKERS, drawn.items(), strict=False)):
        ax.plot(
            np.array([*means]) / d**0.5, [*means.values()], color=f"C{i}", marker=marker, label=f"d = {d:,}", **DOTS
        )
    ax.set(xlabel=r"$L / \sqrt{d}$", ylabel=r"mean $\|\delta\|$", ylim=(0.75, None))
    ax.legend(**LEGEND)
    return figure


def growth(cells: pd.DataFrame) -> Figure:
    """Draw mean steps of deep networks on both rulers against the depth, with their limits.

    Examples
    --------
    >>> len(growth(pd.DataFrame({"depth": [2, 3], "plain_step": [2, 3], "he_step": [0.6, 0.7]})).axes[0].lines)
    4
    """
    figure, ax = panel(3.0)
    depths = [*range(1, 7)]
    for i, (name, gain) in enumerate({"plain": 1.0, "He": 2**0.5}.items()):
        limit = [theory.limits(depth=depth, gain=gain).mean_step for depth in depths]
        ax.plot(depths, limit, **plots.LIMIT)
        ax.plot(cells["depth"], cells[f"{name.lower()}_step"], plots.MARKERS[i], color=f"C{i}", label=name, **DOTS)
    ax.set(xlabel="hidden layers $L$", ylabel=r"mean step $|\eta|$", ylim=(0.4, 16))
    ax.set_yscale("log", base=2)
    ax.yaxis.set_major_formatter("{x:g}")
    ax.legend(**LEGEND)
    return figure


def widths(cells: pd.DataFrame) -> Figure:
    """Draw the share that flips on the He ruler against the width, for each depth.

    Examples
    --------
    >>> table = pd.DataFrame({"depth": [2, 2, 6], "dim": 500, "width": [10, 30, 10], "he_flipped": [0.9, 0.99, 0.5]})
    >>> widths(table).axes[0].get_legend_handles_labels()[1]
    ['L = 2', 'L = 6']
    """
    figure, ax = panel(3.0)
    colors = plots.shades(cells["depth"].nunique())
    for marker, color, (depth, rows) in zip(plots.MARKERS, colors, cells.groupby("depth"), strict=False):
        drawn = rows.sort_values("width")
        ax.plot(drawn["width"], drawn["he_flipped"], color=color, marker=marker, linestyle="-", label=f"L = {depth}")
    ax.set(xscale="log", xlabel="width $k$", ylabel="share flipped")
    ax.legend(**LEGEND, loc="lower right")
    return figure


def cap(cells: pd.DataFrame, most: float) -> Figure:
    """Draw the share that flips by steps of at most so much on both rulers, with what the plain one lets through.

    Examples
    --------
    >>> cells = pd.DataFrame({"depth": [2, 3], "plain_flipped": [1, 0.99], "he_flipped": [1, 1]})
    >>> len(cap(cells, 20).axes[0].lines)
    3
    """
    figure, ax = panel(3.0)
    depth = np.linspace(1.8, 6.2, 100)
    ax.plot(depth, [math.erf(most / 2 ** (L / 2) / 2**0.5) for L in depth], label="most, plain", **plots.LIMIT)
    for i, name in enumerate(("plain", "He")):
        ax.plot(cells["depth"], cells[f"{name.lower()}_flipped"], plots.MARKERS[i], color=f"C{i}", label=name, **DOTS)
    ax.set(xlabel="hidden layers $L$", ylabel="share flipped")
    ax.legend(**LEGEND, loc="lower left")
    return figure
