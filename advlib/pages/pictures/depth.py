"""Figures of *Depth* and its record."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Wedge
from scipy import stats
from torch import Tensor

from advlib import depth, theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import LEGEND, arrow, panel, sketch

WAYS = {"flipped": "one step flips", "attacked": "best attack flips", "both_signs": "both signs found"}


def both_on(degrees: float) -> Figure:
    r"""Draw two inputs, and the rows of the neurons that are on for each and for both.

    Examples
    --------
    >>> [text.get_text() for text in both_on(60).axes[0].texts if text.get_text()]
    ['on for both', 'new', 'lost', '$x$', '$y$', '$\\theta$']
    """
    figure, ax = sketch((-1.9, 1.9), (-1.25, 1.3))
    x = 90 + degrees / 2
    y = x - degrees
    for turn, face, hatch in (((y - 90, y + 90), "C1", "//"), ((x - 90, x + 90), "C0", "\\\\")):
        ax.add_patch(Wedge((0, 0), 1, *turn, facecolor=face, alpha=0.18))
        ax.add_patch(Wedge((0, 0), 1, *turn, facecolor="none", hatch=hatch, edgecolor=face, lw=0.8))
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2, "alpha": 0.9}
    half = degrees / 2
    for angle, far, name in ((90, 0.62, "on for both"), (y - 90 + half, 0.66, "new"), (x + 90 - half, 0.66, "lost")):
        ax.text(*place(angle, far), name, ha="center", va="center", bbox=box)
    for angle, color, name in ((x, "C0", "$x$"), (y, "C1", "$y$")):
        arrow(ax, (0, 0), place(angle, 1.22), color, name, place(angle, 0.71))
    ax.text(0, 0.2, "$\\theta$", ha="center", bbox=box)
    return figure


def place(degrees: float, far: float) -> tuple[float, float]:
    """Return the point so far from the origin in a direction.

    Examples
    --------
    >>> place(0, 2)
    (2.0, 0.0)
    """
    turn = math.radians(degrees)
    return far * math.cos(turn), far * math.sin(turn)


def rate(drawn: Mapping[int, Tensor]) -> Figure:
    r"""Draw 3 pi over the angle behind each layer, of networks that start at so many degrees, and of the map.

    Examples
    --------
    >>> line, dots, _ = rate({90: depth.angles(math.pi / 2, 4)}).axes[0].lines
    >>> np.allclose(line.get_ydata(), dots.get_ydata())
    True
    """
    figure, ax = panel(3.0)
    for i, (marker, (degrees, angles)) in enumerate(zip(plots.MARKERS, drawn.items(), strict=False)):
        ax.plot(3 * math.pi / depth.angles(math.radians(degrees), len(angles) - 1), **plots.LIMIT)
        ax.plot(3 * math.pi / angles, marker, color=f"C{i}", ms=4, linestyle="none", label=f"from {degrees}°")
    ax.plot([], [], label="infinite width", **plots.LIMIT)
    ax.set(xlabel="layer $i$", ylabel=r"$3\pi \,/\, \theta_i$", ylim=(0, None))
    ax.legend(**LEGEND)
    return figure


def slope(depths: Sequence[int]) -> Figure:
    r"""Draw how much of the gradient's fall is left at each angle, in units of c = 3 pi / L, and its limit.

    Examples
    --------
    >>> [line.get_label() for line in slope((10, 100)).axes[0].lines]
    ['L = 10', 'L = 100', 'limit', 'best: 4/27']
    """
    figure, ax = panel(3.0)
    u = np.linspace(0, 3, 200)
    for i, layers in enumerate(depths):
        c = 3 * math.pi / layers
        fall = -theory.wide.correlation(c * torch.from_numpy(u), layers)[1] / c
        ax.plot(u, fall, color=f"C{i}", label=f"L = {layers:,}")
    ax.plot(u, u / (1 + u) ** 3, label="limit", **plots.LIMIT)
    ax.plot([0.5], [4 / 27], "o", color="black", label="best: 4/27", linestyle="none")
    ax.set(xlabel=r"angle $\theta \,/\, c$", ylabel=r"what is left of the fall / $c$")
    ax.legend(**LEGEND)
    return figure


def fan(dim: int, layers: int, curves: int) -> Figure:
    r"""Draw the mean of the network along the gradient from evenly likely values, and which of these change sign.

    Examples
    --------
    >>> labels = fan(10_000, 200, 20).axes[0].get_legend_handles_labels()[1]
    >>> labels == [f"flipped: {round(20 * theory.flip_probability(10_000, 200))} of 20", "not flipped"]
    True
    """
    figure, ax = panel(3.2)
    u = np.linspace(0, 3, 200)
    r, steepness = (m.numpy() for m in theory.wide.correlation(3 * math.pi / layers * torch.from_numpy(u), layers))
    starts = stats.halfnorm.ppf((np.arange(curves) + 0.5) / curves)
    paths = starts[:, None] * r + steepness * dim**0.5
    flipped = paths.min(axis=1) < 0
    ax.plot(u, paths[flipped].T, color="C1", linestyle="-", lw=1.2)
    ax.plot(u, paths[~flipped].T, color="C0", linestyle="--", lw=1.2)
    ax.plot([], [], color="C1", linestyle="-", label=f"flipped: {flipped.sum()} of {curves}")
    ax.plot([], [], color="C0", linestyle="--", label="not flipped")
    ax.axhline(0, color="black", linestyle="-", lw=1.2)
    ax.set(xlabel=r"angle $\theta \,/\, c$", ylabel="mean of $F$", ylim=(None, 3))
    ax.legend(**LEGEND, ncols=2, loc="upper center")
    return figure


def law(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw the share of inputs that some step flips against L / sqrt(d), for six dimensions, and the depth law.

    Examples
    --------
    >>> rows = pd.DataFrame({"dim": [10, 1000], "depth": [3, 30], "flipped": [0.8, 0.8]})
    >>> law(Figure().subplots(), rows).get_legend_handles_labels()[1][:2]
    ['the law', '$d = 10$']
    """
    x = np.geomspace(0.08, 14, 200)
    ax.plot(x, [theory.flip_probability(10**6, 1000 * each) for each in x], label="the law", **plots.LIMIT)
    for i, (marker, power) in enumerate(zip(plots.MARKERS, range(1, 7), strict=False)):
        cells = table[table["dim"] == 10**power]
        name = f"$d = 10^{power}$" if power > 2 else f"$d = {10**power}$"
        x = cells["depth"] / cells["dim"] ** 0.5
        style: dict[str, Any] = {"color": f"C{i}", "linestyle": "none"}
        ax.plot(x, cells["flipped"], marker, label=name, **style)
    ax.set(xscale="log", ylim=(0, 1.03), xlabel=r"$L / \sqrt{d}$", ylabel="share flipped")
    ax.set(xticks=[0.1, 0.3, 1, 3, 10], xticklabels=["0.1", "0.3", "1", "3", "10"])
    return ax


def one_curve(table: pd.DataFrame) -> Figure:
    """Draw `law` alone.

    Examples
    --------
    >>> rows = pd.DataFrame({"dim": [10], "depth": [3], "flipped": [0.8]})
    >>> len(one_curve(rows).axes)
    1
    """
    figure, ax = panel(3.4)
    law(ax, table).legend(**LEGEND)
    return figure


def ways_down(cells: pd.DataFrame) -> Figure:
    """Draw what still changes sign against the depth: by one step, by the best attack, and anywhere on the sphere.

    Examples
    --------
    >>> row = {way: [1.0] for way in WAYS} | {f"{way}_se": [0.1] for way in WAYS}
    >>> ways_down(pd.DataFrame(row | {"depth": [1]})).axes[0].get_legend_handles_labels()[1] == [*WAYS.values()]
    True
    """
    figure, ax = panel(3.0)
    for i, (way, label) in enumerate(WAYS.items()):
        ax.errorbar(cells["depth"], cells[way], cells[f"{way}_se"], marker=plots.MARKERS[i], color=f"C{i}", label=label)
    ax.set(xscale="log", xlabel="depth $L$", ylabel="share", ylim=(-0.05, 1.05))
    ax.legend(**LEGEND)
    return figure
