"""Figures of the record of *Deferred decisions*."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.figure import Figure
from scipy import stats
from torch import Tensor

from advlib import theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import LEGEND, key, panel, panels

MEANS = {"flipped": "fraction flipped", "step": r"smallest step $|\eta|$", "norm": r"$\|\nabla f(x)\|$"}


def cross_check(z: pd.DataFrame, names: Sequence[str]) -> Figure:
    """Draw the shares of comparisons that are at most so many standard errors off, beside the normal distribution.

    Examples
    --------
    >>> cross_check(pd.DataFrame({"step": [0.0, 1.0]}), ["step"]).axes[0].get_legend_handles_labels()[1]
    ['step', 'normal']
    """
    figure, ax = panel(3.0)
    for i, (name, style) in enumerate(zip(names, ("-", "--", ":"), strict=False)):
        ax.ecdf(z[name].dropna(), color=f"C{i}", linestyle=style, label=name)
    grid = np.linspace(-3.5, 3.5, 200)
    ax.plot(grid, stats.norm.cdf(grid), label="normal", **plots.LIMIT)
    ax.set(xlabel="standard errors", ylabel="share of cells")
    ax.legend(**LEGEND)
    return figure


def costs(table: pd.DataFrame) -> Figure:
    """Draw time and memory of a draw against the width, deferred and dense, and what dense weights would take.

    Examples
    --------
    >>> row = {"depth": 1, "width": 10, "matrices": "deferred", "seconds": 1.0, "mib": 1.0, "entries": 10}
    >>> [len(ax.lines) for ax in costs(pd.DataFrame([row])).axes]
    [2, 3]
    """
    figure, (left, right) = panels(2, 3.6)
    colors = plots.shades(6)
    for color, marker, (layers, cells) in zip(colors, plots.MARKERS, table.groupby("depth"), strict=False):
        never, formed = (cells[cells["matrices"] == kind] for kind in ("deferred", "dense"))
        style: dict[str, Any] = {"color": color, "marker": marker}
        for ax, column in ((left, "seconds"), (right, "mib")):
            ax.plot(never["width"], never[column], linestyle="-", label=f"L = {layers}", **style)
            ax.plot(formed["width"], formed[column], linestyle="--", mfc="white", **style)
        right.plot(never["width"], 4 * never["entries"] / 2**20, ":", color=color, lw=1)
    left.set_ylabel("seconds a draw")
    right.set_ylabel("MiB")
    for ax in (left, right):
        ax.set(xscale="log", yscale="log", xlabel="width $k$")
    right.legend(*left.get_legend_handles_labels(), ncols=2, loc="upper left")
    return figure


def million(cells: pd.DataFrame, rerun: Mapping[str, Tensor], width: int) -> Figure:
    """Draw fraction, step and gradient norm of six-layer networks against their width, and a live run at one width.

    Examples
    --------
    >>> import torch
    >>> row = {f"he_{name}{error}": 1.0 for name in MEANS for error in ("", "_se")}
    >>> rerun = dict.fromkeys(MEANS, torch.ones(2))
    >>> len(million(pd.DataFrame([row | {"dim": 10, "width": 10}]), rerun, 5000).axes)
    4
    """
    figure, (*axes, names) = panels(4, 5.4)
    limit = theory.limits("relu", depth=6, gain=2**0.5)
    colors = plots.shades(cells["dim"].nunique())
    for ax, (name, sample) in zip(axes, rerun.items(), strict=True):
        for color, marker, (dim, of_dim) in zip(colors, plots.MARKERS, cells.groupby("dim"), strict=False):
            row = of_dim.sort_values("width")
            style: dict[str, Any] = {"color": color, "marker": marker, "capsize": 2, "label": f"d = {dim}"}
            ax.errorbar(row["width"], row[f"he_{name}"], row[f"he_{name}_se"], **style)
        error = sample.std() / sample.numel() ** 0.5
        ax.errorbar([width], sample.mean(), error, fmt="*", ms=11, color="C1", zorder=4)
        ax.set(xscale="log", xlabel="width $k$", ylabel=MEANS[name])
    for ax, value in zip(axes[1:], (limit.mean_step, limit.gradient_norm), strict=True):
        ax.axhline(value, **plots.LIMIT)
    key(names, axes[0])
    return figure
