"""Figures of *Trained and still attackable* and its record."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle
from torch import Tensor

from advlib import theory
from advlib.pages import plots
from advlib.pages.pictures.drawing import LEGEND, WIDTH, arrow, blank, panel, panels, plain_ticks, sketch

SIDES = (25, 100, 400)
"""The dimensions that are marked."""

ASIDE = (0.94, 0.98, 1.02, 1.06)
"""By which factor markers stand beside their dimension, so that none covers another."""

KNOWN = {"most": plots.LIMIT, "first": plots.LIMIT | {"linestyle": "-"}}
"""How the two shares are drawn that are known before training."""


def grid(rows: Mapping[str, Sequence[Tensor]], below: Sequence[str], *, signed: bool = False) -> Figure:
    """Draw rows of square pictures, each row with its name, and words below the columns.

    Parameters
    ----------
    rows : mapping from a name to Tensors of shape (side * side,)
    below : sequence of str
    signed : bool
        Whether the middle grey is zero, so that pictures of two signs can be read.

    Examples
    --------
    >>> import torch
    >>> len(grid({"x": [torch.ones(4)], "y": [torch.ones(4)]}, ["here"]).axes)
    2
    """
    figure = blank(WIDTH, 0.25 + WIDTH / len(below) * len(rows))
    axes = figure.subplots(len(rows), len(below), squeeze=False)
    for line, (name, pictures) in zip(axes, rows.items(), strict=True):
        line[0].set_ylabel(name)
        for ax, picture in zip(line, pictures, strict=True):
            side = round(len(picture) ** 0.5)
            most = picture.abs().max().item() if signed else None
            limits = {"vmin": -most, "vmax": most} if most is not None else {}
            ax.imshow(picture.reshape(side, side).numpy(), cmap="gray_r", **limits)
            ax.grid(visible=False)
            ax.set(xticks=[], yticks=[])
    for ax, word in zip(axes[-1], below, strict=True):
        ax.set_xlabel(word)
    return figure


def fan() -> Figure:
    r"""Draw the images at which a neuron is on as arrows of length 1, and their mean with those at which it is off.

    Examples
    --------
    >>> "off: count 0" in [text.get_text() for text in fan().axes[0].texts]
    True
    """
    figure, ax = sketch((-0.7, 1.7), (-0.3, 1.15))
    on = np.radians([4, 14, 25, 58, 70, 82])
    ends = np.array([np.cos(on), np.sin(on)]).T
    for i, end in enumerate(ends):
        arrow(ax, (0, 0), end, "C4", "$y_i x_i$" if i == 0 else "", (0.68, -0.14))
    ax.add_patch(Circle((0, 0), 1, fill=False, edgecolor="0.6", linestyle=":"))
    ax.plot([-0.06, -0.02, 0.05, -0.05], [-0.06, 0.06, -0.07, 0.0], "o", color="0.5", ms=4)
    ax.text(-0.6, -0.24, "off: count 0")
    arrow(ax, (0, 0), ends.sum(0) / 10, "C1", "$\\mu_s$", (0.33, 0.13))
    return figure


def edge(pull: Tensor, travel: Tensor) -> Figure:
    r"""Draw how far one long step takes every row when the first is at the edge, and how far training took it.

    Parameters
    ----------
    pull : Tensor of shape (m,)
        The lengths of :math:`\mu_s`.
    travel : Tensor of shape (m,)
        How far each row has come in training, over the radius.

    Examples
    --------
    >>> import torch
    >>> edge(torch.tensor([1.0, 2.0]), torch.tensor([0.4, 1.0])).axes[0].lines[0].get_ydata().tolist()
    [1.0, 0.5]
    """
    figure, ax = panel(2.9)
    order = pull.argsort(descending=True)
    ax.plot((pull[order] / pull.max()).numpy(), color="black", linestyle="-", zorder=3, label="one long step")
    ax.plot(travel[order].numpy(), "o", color="C0", ms=3, label="trained")
    ax.axhline(1, **plots.LIMIT)
    ax.set(xlabel="neurons, the hardest pulled first", ylabel="way to the edge", ylim=(0, 1.15))
    ax.legend(**LEGEND, loc="lower left")
    return figure


def lengths(runs: pd.DataFrame) -> Figure:
    """Draw the lengths that flip trained networks against the dimension, with what the ball allows one image.

    Examples
    --------
    >>> runs = pd.DataFrame({"constant": [3.0, 3.0], "d": [36, 81], "relative": [0.2, 0.1]})
    >>> lengths(runs).axes[0].get_legend_handles_labels()[1]
    ['$C_0$ = 3', 'law']
    """
    figure, ax = panel(3.2)
    for i, (constant, group) in enumerate(runs.groupby("constant")):
        line = group.groupby("d")["relative"].mean()
        law = [theory.lazy_length(d, constant) for d in line.index]
        ax.plot(line.index, law, **plots.LIMIT | {"color": f"C{i}"})
        ax.plot(line, plots.MARKERS[i], color=f"C{i}", label=f"$C_0$ = {constant:g}")
    ax.plot([], [], label="law", **plots.LIMIT)
    ax.set(yscale="log", ylabel=r"$\|\delta\| / \|x\|$", ylim=(0.015, 1.2))
    ax.legend(**LEGEND, loc="lower left")
    dimensions(ax)
    return figure


def shares(ax: Axes, runs: pd.DataFrame) -> Axes:
    """Draw the share of the room that training used, from the lowest to the highest run, with what is known before.

    Examples
    --------
    >>> runs = pd.DataFrame({"constant": [3.0], "d": [36], "share": [0.3], "most": [0.5], "first": [0.4]})
    >>> len(shares(Figure().subplots(), runs).lines)
    5
    """
    for i, (constant, group) in enumerate(runs.groupby("constant")):
        seen = group.groupby("d")["share"].agg(["mean", "min", "max"])
        bars = np.array([seen["mean"] - seen["min"], seen["max"] - seen["mean"]])
        look: dict[str, Any] = {"color": f"C{i}", "capsize": 2, "label": f"$C_0$ = {constant:g}"}
        ax.errorbar(seen.index * ASIDE[i], seen["mean"], bars, fmt=plots.MARKERS[i], **look)
    for name, label in (("most", r"$\beta$"), ("first", r"$\alpha$")):
        ax.plot(runs.groupby("d")[name].mean(), label=label, **KNOWN[name])
    ax.set(ylim=(0, 0.85))
    ax.legend(**LEGEND, ncols=2, loc="upper center")
    dimensions(ax)
    return ax


def room(runs: pd.DataFrame) -> Figure:
    """Draw `shares` alone.

    Examples
    --------
    >>> runs = pd.DataFrame({"constant": [3.0], "d": [36], "share": [0.3], "most": [0.5], "first": [0.4]})
    >>> len(room(runs).axes)
    1
    """
    figure, ax = panel(3.2)
    shares(ax, runs).set_ylabel("share of the room")
    return figure


def rooms(runs: pd.DataFrame) -> Figure:
    """Draw `shares` for inputs of norm 1, and for raw pixels with a bias unit.

    Examples
    --------
    >>> row = {"constant": 3.0, "d": 36, "share": 0.3, "most": 0.5, "first": 0.4}
    >>> len(rooms(pd.DataFrame([row | {"normalize": True}, row | {"normalize": False}])).axes)
    2
    """
    figure, axes = panels(2, 3.3, shared="y")
    for ax, unit in zip(axes, (True, False), strict=True):
        title = "norm 1" if unit else "raw pixels, bias unit"
        shares(ax, runs[runs["normalize"] == unit]).set(title=title, ylabel="share of the room")
    return figure


def histograms(values: Mapping[str, np.ndarray], mark: float) -> Figure:
    """Draw histograms one above the other, on one scale, with a mark in each.

    Examples
    --------
    >>> len(histograms({"start": np.ones(3), "end": np.ones(3)}, 0.5).axes)
    2
    """
    figure = blank(WIDTH, 1.15 * len(values))
    axes = figure.subplots(len(values), 1, sharex=True)
    longest = max(float(np.nanmax(each)) for each in values.values())
    for ax, (name, each) in zip(axes, values.items(), strict=True):
        ax.hist(each, np.linspace(0, longest, 50))
        ax.axvline(mark, color="black", ls=":")
        ax.set_title(name, fontsize=10, loc="right", y=0.6)
    axes[-1].set_xlabel(r"$\|\delta\|$, with $\|x\| = 1$")
    figure.supylabel("images")
    return figure


def dimensions(ax: Axes) -> None:
    """Let the horizontal axis be that of dimensions.

    Examples
    --------
    >>> ax = Figure().subplots()
    >>> dimensions(ax)
    >>> ax.get_xlabel()
    'dimension $d$'
    """
    plain_ticks(ax, SIDES)
    ax.set_xlabel("dimension $d$")
