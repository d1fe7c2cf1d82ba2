"""Figures of the record of *Many layers*."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy import stats
from torch import Tensor

from advlib.pages import plots
from advlib.pages.pictures.drawing import LEGEND, panels
from advlib.pages.pictures.many_layers import shares

LINEAR = 0.6745
"""Median step of a linear function, times √d, in many dimensions."""


def scale(images: Mapping[str, Tensor], radii: Mapping[str, np.ndarray]) -> Figure:
    """Draw mean and range of the images' lengths over the roots of the widths, and the radii found over the shape's.

    Examples
    --------
    >>> import torch
    >>> figure = scale({"one": torch.ones(5, 2)}, {"one": np.ones(2)})
    >>> [len(axes.lines) for axes in figure.axes]
    [3, 1]
    """
    figure, (left, right) = panels(2, 3.4)
    for j, (marker, (name, lengths)) in enumerate(zip(plots.MARKERS, images.items(), strict=False)):
        layers = np.arange(1, lengths.shape[1] + 1)
        at = layers + 0.12 * (j - 1.5)
        left.vlines(at, lengths.amin(0), lengths.amax(0), color=f"C{j}", lw=1.2)
        left.plot(at, lengths.mean(0), marker, color=f"C{j}", label=name)
        right.plot(layers, radii[name], marker + "-", color=f"C{j}")
    left.plot(layers, 2.0 ** (-layers / 2), ":", color="black", lw=1.2)
    left.plot(layers, 2.0**-layers, **plots.LIMIT)
    left.set(yscale="log", ylabel=r"$\|f_i(x)\| / \sqrt{d_i}$")
    right.set(ylabel="radius found, over the shape's", ylim=(0, 1.05))
    for ax in (left, right):
        ax.set(xlabel="layer $i$", xticks=layers)
    left.legend(**LEGEND, loc="lower left")
    return figure


def rates(rate: pd.DataFrame, live: pd.DataFrame) -> Figure:
    """Draw median steps and shares that flip against the dimension, for three layers and for six.

    Examples
    --------
    >>> row = {"form": "one", "dim": 30, "depth": 3, "relative_median": 0.1, "flipped": 0.9, "flipped_se": 0.01}
    >>> table = pd.DataFrame([row])
    >>> len(rates(table, table).axes)
    4
    """
    figure, axes = panels(4, 6.2)
    for above, below, depth in zip(axes[:2], axes[2:], (3, 6), strict=True):
        _forms(above, below, rate[rate["depth"].eq(depth)])
        above.set(xscale="log", yscale="log", title=f"{depth} hidden layers", xlabel="dimension $d$")
        above.set(ylabel=r"$\|\eta \nabla f(x)\| \, / \, \|x\|$")
        below.set(xscale="log", title=f"{depth} hidden layers", xlabel="dimension $d$")
        below.set(ylabel="share that flips", ylim=(0, 1.05))
    axes[1].sharey(axes[0])
    seen = live[np.isfinite(live["relative_median"])]
    axes[0].plot(seen["dim"], seen["relative_median"], "x", color="black", ms=6)
    axes[2].plot(live["dim"], live["flipped"], "x", color="black", ms=6, label="live")
    axes[2].legend(**LEGEND)
    return figure


def _forms(above: Axes, below: Axes, rate: pd.DataFrame) -> None:
    """Draw the six forms of one depth, and the law."""
    for j, (marker, (name, line)) in enumerate(zip(plots.MARKERS, rate.groupby("form", sort=False), strict=False)):
        line = line.sort_values("dim")
        style: dict[str, Any] = {"color": f"C{j}", "marker": marker, "ms": 4, "ls": "-", "label": name}
        seen = line[np.isfinite(line["relative_median"])]
        above.plot(seen["dim"], seen["relative_median"], **style)
        below.errorbar(line["dim"], line["flipped"], line["flipped_se"], **style)
    dims = np.geomspace(30, 3000, 50)
    above.plot(dims, stats.beta(0.5, (dims - 1) / 2).median() ** 0.5, **plots.LIMIT)


def too_narrow(narrow: pd.DataFrame) -> Figure:
    """Draw the share that flips and the median step times √d against the width of the narrowest layer.

    Examples
    --------
    >>> row = {"shape": "pyramid", "narrowest": 2.0, "dim": 100, "flipped": 0.2, "flipped_se": 0.01, "scaled": 0.9}
    >>> len(too_narrow(pd.DataFrame([row])).axes)
    2
    """
    figure, (left, right) = panels(2, 3.6)
    shares(left, narrow).legend(**LEGEND)
    for j, (marker, (_, line)) in enumerate(zip(plots.MARKERS, narrow.groupby(["shape", "dim"]), strict=False)):
        seen = line[np.isfinite(line["scaled"])].sort_values("narrowest")
        right.plot(seen["narrowest"], seen["scaled"], marker + "-", color=f"C{j}")
    right.axhline(LINEAR, **plots.LIMIT)
    right.set(xscale="log", yscale="log", xlabel="narrowest layer $n$", ylabel=r"median step $\times \sqrt{d}$")
    right.set_yticks([0.7, 1, 2, 4], ["0.7", "1", "2", "4"], minor=False)
    right.yaxis.minorticks_off()
    return figure
