"""Figures of *The gradient, taken apart* and its record."""

from collections.abc import Mapping, Sequence
from itertools import pairwise, product
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from torch import Tensor

from advlib import depth
from advlib.pages import plots
from advlib.pages.pictures.drawing import LEGEND, arrow, panel, panels, sketch

AT_X: dict[str, Any] = {"facecolor": "C4", "alpha": 0.5}
AT_Y: dict[str, Any] = {"facecolor": "C1", "alpha": 0.6, "hatch": "//", "edgecolor": "white"}


def exchange(layers: int) -> Figure:
    """Draw the gradient's layers, those at x exchanged for those at y one by one, and the terms between.

    Examples
    --------
    >>> figure = exchange(2)
    >>> len(figure.axes[0].patches), sum(text.get_text().startswith("$A") for text in figure.axes[0].texts)
    (6, 2)
    """
    figure, ax = sketch((-1.1, layers + 1.9), (-layers - 0.35, 1.35))
    for row in range(layers + 1):
        for j in range(layers):
            at, style = ("y", AT_Y) if j < row else ("x", AT_X)
            ax.add_patch(Rectangle((j + 0.06, -row + 0.12), 0.88, 0.62, **style))
            ax.text(j + 0.5, -row + 0.43, f"${at}$", ha="center", va="center")
    for j in range(1, layers + 1):
        ax.text(j - 0.5, 0.95, f"$D_{j}$", ha="center")
        ax.annotate(
            "", (layers + 0.25, -j + 0.4), (layers + 0.25, 1.4 - j), arrowprops={"arrowstyle": "-|>", "color": "black"}
        )
        ax.text(layers + 0.5, -j + 0.9, f"$A_{j}$", va="center")
    ax.text(-0.1, 0.43, "$\\nabla f(x)$", ha="right", va="center")
    ax.text(-0.1, -layers + 0.43, "$\\nabla f(y)$", ha="right", va="center")
    return figure


def differ() -> Figure:
    """Draw a term: below a layer the neurons that are on at y, above it those at x, in it the few that differ.

    Examples
    --------
    >>> [text.get_text() for text in differ().axes[0].texts][:3]
    ['on at $y$', 'differ', 'on at $x$']
    """
    figure, ax = sketch((-0.6, 6.6), (-0.9, 4.4))
    on = [[0, 1, 2, 3, 4], [0, 2, 3], [1, 3], [0, 1, 4], [1, 2, 4], [2]]
    looks = [("o", "black"), ("s", "C1"), ("D", "black"), ("o", "C0"), ("o", "C0"), ("o", "black")]
    for k, pair in enumerate(pairwise(on)):
        for ends in product(*pair):
            ax.plot([1.2 * k, 1.2 * (k + 1)], ends, color="0.55", linestyle="-", lw=0.8, zorder=1)
    for k, (mark, color) in enumerate(looks):
        off = [a for a in range(5) if a not in on[k] and 0 < k < 5]
        ax.plot([1.2 * k] * len(off), off, mark, color="0.75", mfc="white", ms=8, zorder=2)
        ax.plot([1.2 * k] * len(on[k]), on[k], mark, color=color, ms=9, zorder=3)
    for at, text in ((1.2, "on at $y$"), (2.4, "differ"), (4.2, "on at $x$")):
        ax.text(at, -0.75, text, ha="center")
    return figure


def between() -> Figure:
    r"""Draw two inputs and the kinks of many neurons: those that pass between the inputs switch.

    Examples
    --------
    >>> [text.get_text() for text in between().axes[0].texts if "$" in text.get_text()]
    ['$x$', '$y$', '$\\theta$']
    """
    figure, ax = sketch((-1.6, 1.6), (-1.15, 1.15))
    x, y = 0.12 * np.pi, 0.34 * np.pi
    turns = np.pi * (np.arange(21) + np.random.default_rng(3).uniform(0.1, 0.9, 21)) / 21
    for turn in turns:
        style: dict[str, Any] = {"color": "C1", "lw": 2} if x < turn < y else {"color": "0.7", "lw": 0.9}
        across = np.cos(turn)
        up = np.sin(turn)
        ax.plot([-across, across], [-up, up], linestyle="-", **style)
    for turn, name, color in ((x, "$x$", "C0"), (y, "$y$", "C2")):
        arrow(ax, (0, 0), (1.05 * np.cos(turn), 1.05 * np.sin(turn)), color)
        _beside(ax, turn, name)
    _beside(ax, (x + y) / 2, "$\\theta$")
    return figure


def _beside(ax: Axes, turn: float, name: str) -> None:
    """Write a name outside the circle."""
    ax.text(1.16 * np.cos(turn), 1.16 * np.sin(turn), name, ha="center", va="center")


def cancelling(rows: Sequence[Tensor]) -> Figure:
    """Draw how long sums of the first rows of several networks are, with the root law, and what they would be aligned.

    Parameters
    ----------
    rows : sequence of Tensor of shape (n, d)
        The rows that switch, with their weights.

    Examples
    --------
    >>> cancelling([torch.eye(3)]).axes[0].get_legend_handles_labels()[1]
    ['all aligned', 'random signs', 'sums']
    """
    figure, ax = panel(3.0)
    squares = torch.stack([row.square().sum(-1) for row in rows]).mean(0)
    sums = torch.stack([row.cumsum(0).norm(dim=-1) for row in rows], -1)
    count = np.arange(1, len(squares) + 1)
    ax.plot(count, squares.sqrt().cumsum(0), color="C1", linestyle="-.", label="all aligned")
    ax.plot(count, squares.cumsum(0).sqrt(), label="random signs", zorder=3, **plots.LIMIT)
    ax.plot(count, sums, color="C0", linestyle="-", lw=0.8)
    ax.plot([], [], color="C0", linestyle="-", lw=0.8, label="sums")
    ax.set(xlabel="switched rows added", ylabel="length of the sum", ylim=(0, 3 * float(sums.max())))
    ax.legend(**LEGEND)
    return figure


def shares(angle: float, layers: int) -> np.ndarray:
    """Return what share of each layer's neurons differs, in wide layers, between inputs at this angle.

    Examples
    --------
    >>> float(shares(0.1, 2)[0]) == 0.1 / np.pi
    True
    """
    return depth.angles(torch.tensor(angle, dtype=torch.float64), layers - 1).numpy() / np.pi


def right_angles(drawn: Tensor, angle: float) -> Figure:
    """Draw how the relative change grows term by term, the law of it, and what terms of one direction would make.

    Examples
    --------
    >>> right_angles(torch.tensor([0.2, 0.3]), 0.1).axes[0].get_legend_handles_labels()[1]
    ['if all pointed one way', 'law', 'drawn']
    """
    figure, ax = panel(3.0)
    count = np.arange(1, len(drawn) + 1)
    share = shares(angle, len(drawn))
    ax.plot(count, np.cumsum(np.sqrt(2 * share)), color="C1", linestyle="-.", label="if all pointed one way")
    ax.plot(count, np.sqrt(2 - 2 * np.cumprod(1 - share)), label="law", **plots.LIMIT)
    ax.plot(count, drawn, "o", color="C0", label="drawn")
    ax.set(xlabel="terms added", ylabel="change, over $\\|\\nabla f(x)\\|$", ylim=(0, None))
    ax.legend(**LEGEND)
    return figure


def falling(dims: Sequence[int], found: Mapping[str, Sequence[float]], layers: int) -> Figure:
    """Draw the relative change of the gradient over a distance of one against the dimension.

    Examples
    --------
    >>> falling([10, 100], {"aside": [0.5, 0.3]}, 3).axes[0].get_legend_handles_labels()[1]
    ['aside', 'law aside']
    """
    figure, ax = panel(3.0)
    for i, (marker, (name, changes)) in enumerate(zip(plots.MARKERS, found.items(), strict=False)):
        ax.plot(dims, changes, marker, color=f"C{i}", label=name)
    law = (2 * layers / np.pi) ** 0.5 * np.array(dims) ** -0.25
    ax.plot(dims, law, label="law aside", **plots.LIMIT)
    ax.set(xscale="log", xlabel="dimension $d$", ylabel="change, over $\\|\\nabla f(x)\\|$", ylim=(0, None))
    ax.legend(**LEGEND)
    return figure


def spread(found: Mapping[str, Tensor], angle: float, layers: int) -> Figure:
    """Draw what share of networks change their gradient by less than so much, and the root mean square in wide ones.

    Examples
    --------
    >>> spread({"even": torch.tensor([0.2, 0.4])}, 0.1, 4).axes[0].get_legend_handles_labels()[1]
    ['even', 'law of the mean']
    """
    figure, ax = panel(3.0)
    for i, (name, changes) in enumerate(found.items()):
        ax.step(changes.sort().values, np.arange(1, len(changes) + 1) / len(changes), color=f"C{i}", label=name)
    mean = np.sqrt(2 - 2 * np.prod(1 - shares(angle, layers)))
    ax.axvline(mean, label="law of the mean", **plots.LIMIT)
    ax.set(xlabel="change, over $\\|\\nabla f(x)\\|$", ylabel="share of networks below", xlim=(0, 2), ylim=(0, 1.02))
    ax.legend(**LEGEND, loc="lower right")
    return figure


def terms(angles: Tensor, each: Tensor, whole: Tensor, error: Tensor) -> Figure:
    """Draw the squares of the terms and of the whole change against the angle, as lengths, with their laws.

    Parameters
    ----------
    angles : Tensor of shape (n,)
    each : Tensor of shape (n, layers)
        Mean squares of the terms, relative to the gradient's.
    whole, error : Tensor of shape (n,)
        That of the whole change, and its standard error.

    Examples
    --------
    >>> angles = torch.tensor([0.1, 1.0])
    >>> len(terms(angles, torch.ones(2, 3), torch.ones(2), torch.ones(2)).axes)
    2
    """
    figure, (left, right) = panels(2, 3.2, shared="y")
    paths = depth.angles(angles, each.shape[1] - 1)
    for j, (marker, squares) in enumerate(zip(plots.MARKERS, each.mT, strict=False)):
        left.plot(angles, squares.sqrt(), marker, color=f"C{j}", label=f"layer {j + 1}")
    left.plot(angles, (2 * paths[0] / torch.pi).sqrt(), label="law, layer 1", **plots.LIMIT)
    left.set(xscale="log", yscale="log", ylabel="relative length")
    right.errorbar(angles, whole.sqrt(), error / (2 * whole.sqrt()), fmt="o", label="whole change")
    right.plot(angles, (2 * (1 - (1 - paths / torch.pi).prod(0))).sqrt(), label="law", **plots.LIMIT)
    for ax in (left, right):
        ax.set(xscale="log", xlabel=r"angle $\theta_0$")
        ax.legend(**LEGEND)
    return figure
