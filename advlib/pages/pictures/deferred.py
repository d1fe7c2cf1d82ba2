"""Figures of *Deferred decisions* and its record."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from advlib import theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import DOT, LEGEND, arrow, panel, plane, sketch


def rows(reaches: np.ndarray, seed: int) -> Figure:
    """Draw five rows of a matrix in the plane: the answer says how far each reaches along x, and leaves a line open.

    Examples
    --------
    >>> figure = rows(np.array([-1.0, 0.5]), seed=0)
    >>> len(figure.axes[0].lines)
    4
    """
    figure, ax = sketch((-3.2, 3.2), (-2.0, 2.3))
    rng = np.random.default_rng(seed)
    x = np.array([0.35, 0.94])
    across = np.array([x[1], -x[0]])
    for i, reach in enumerate(reaches):
        places = reach * x + rng.standard_normal((150, 1)) * across
        ax.plot(*places.T, ".", color=f"C{i}", ms=3, alpha=0.35)
        ax.plot(*(reach * x), plots.MARKERS[i], **DOT | {"color": f"C{i}"})
    tip = 2.1 * x
    arrow(ax, -1.9 * x, tip, "black")
    ax.text(tip[0] - 0.3, tip[1] - 0.1, "$x$")
    ax.text(0.95, 2.0, "known: how far along $x$")
    ax.text(-3.1, -1.9, "open: where across")
    return figure


def blocks(height: int, width: int, below: int, right: int) -> Figure:
    """Draw a turned matrix: the columns and rows that answers decide, and the block that is open.

    Examples
    --------
    >>> [text.get_text() for text in blocks(6, 8, 2, 3).axes[0].texts]
    ['answers $Ax$', 'answers $A^T y$', 'open, as on the first day']
    """
    figure, ax = sketch((-0.2, width + 0.2), (-0.2, height + 0.2))
    ax.add_patch(Rectangle((right, 0), width - right, height - below, facecolor="0.88", edgecolor="none"))
    ax.add_patch(Rectangle((0, 0), right, height, facecolor="C0", alpha=0.3, hatch="//", edgecolor="white"))
    ax.add_patch(
        Rectangle((0, height - below), width, below, facecolor="C1", alpha=0.3, hatch="\\\\", edgecolor="white")
    )
    for i in range(height + 1):
        ax.plot([0, width], [i, i], color="white", linestyle="-", lw=1)
    for j in range(width + 1):
        ax.plot([j, j], [0, height], color="white", linestyle="-", lw=1)
    box = {"facecolor": "white", "edgecolor": "none", "pad": 2}
    style: dict[str, Any] = {"ha": "center", "va": "center", "bbox": box}
    ax.text(right / 2, (height - below) / 2, "answers $Ax$", rotation=90, **style)
    ax.text((width + right) / 2, height - below / 2, "answers $A^T y$", **style)
    ax.text((width + right) / 2, (height - below) / 2, "open, as on the first day", ha="center", va="center")
    return figure


def answer() -> Figure:
    """Draw a new answer in space: the part along what the other side asked is known, the part across it is fresh.

    Examples
    --------
    >>> [text.get_text() for text in answer().axes[0].texts if text.get_text()]
    ['span of the $y$', 'known', 'fresh', '$Aq$']
    """
    figure, ax = sketch((-2.7, 3.2), (-1.2, 2.6))
    shadow = np.array([1.75, 0.25])
    tip = np.array([1.75, 1.85])
    plane(ax, "span of the $y$")
    ax.plot([shadow[0], tip[0]], [shadow[1] - 1.1, tip[1] + 0.45], color="C1", linestyle=":", lw=1.6)
    arrow(ax, (0, 0), shadow, "C2", "known", (0.0, -0.35))
    arrow(ax, shadow, tip, "C1", "fresh", (0.45, 0.0))
    arrow(ax, (0, 0), tip, "C0", "$Aq$", (-0.3, 0.1))
    ax.plot(0, 0, "o", **DOT)
    return figure


def turns(lengths: Mapping[str, np.ndarray]) -> Figure:
    """Draw the shares of matrices whose last answer is at most so long, a curve for each way to draw them.

    Examples
    --------
    >>> turns({"dense": np.arange(3.0)}).axes[0].get_legend_handles_labels()[1]
    ['dense']
    """
    figure, ax = panel(3.0)
    for i, ((name, values), style) in enumerate(zip(lengths.items(), ("-", ":", "--"), strict=False)):
        ax.ecdf(np.asarray(values), color=f"C{i}", linestyle=style, lw=2.4 if style == ":" else 1.6, label=name)
    most = np.quantile(next(iter(lengths.values())), 0.99)
    ax.set(xlabel="length of the last answer", ylabel="share of matrices", xlim=(0, most))
    ax.legend(**LEGEND)
    return figure


def memory(costs: pd.DataFrame, layers: int) -> Figure:
    """Draw the memory that one draw of a network adds, deferred, and what its weights would take.

    Examples
    --------
    >>> row = {"depth": 6, "width": 1000, "matrices": "deferred", "mib": 30.0, "entries": 5e6}
    >>> [line.get_label() for line in memory(pd.DataFrame([row]), 6).axes[0].lines]
    ['all weights', 'deferred']
    """
    figure, ax = panel(3.0)
    cells = costs[(costs["depth"] == layers) & (costs["matrices"] == "deferred")].sort_values("width")
    ax.plot(cells["width"], 4 * cells["entries"] / 2**20, "s", color="C1", linestyle="--", label="all weights")
    ax.plot(cells["width"], cells["mib"], "o", color="C0", linestyle="-", label="deferred")
    ax.set(xscale="log", yscale="log", xlabel="width $k$", ylabel="memory")
    ax.set_yticks([1, 2**10, 2**20], labels=["1 MiB", "1 GiB", "1 TiB"])
    ax.minorticks_off()
    ax.legend(**LEGEND)
    return figure


def steps(cells: pd.DataFrame) -> Figure:
    """Draw the mean flipping step of deep networks against their width, for each dimension, and its limit.

    Examples
    --------
    >>> row = {"depth": 6, "dim": 10, "width": 1000, "he_step": 1.0, "he_step_se": 0.1}
    >>> steps(pd.DataFrame([row])).axes[0].get_legend_handles_labels()[1]
    ['limit', 'd = 10']
    """
    figure, ax = panel(3.2)
    (layers,) = cells["depth"].unique()
    for i, (d, of_dim) in enumerate(cells.groupby("dim")):
        row = of_dim.sort_values("width")
        style: dict[str, Any] = {"marker": plots.MARKERS[i], "color": f"C{i}", "capsize": 2}
        ax.errorbar(row["width"], row["he_step"], row["he_step_se"], label=f"d = {d}", **style)
    ax.axhline(theory.limits("relu", depth=int(layers), gain=2**0.5).mean_step, label="limit", **plots.LIMIT)
    ax.set(xscale="log", xlabel="width $k$", ylabel=r"mean flipping step $|\eta|$", ylim=(0, None))
    ax.legend(**LEGEND, ncols=2)
    return figure
