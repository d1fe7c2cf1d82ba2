"""Figures of *One gradient step* and its record."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from scipy import stats
from torch import Tensor

from advlib.attacks import smallest_flip
from advlib.network import Network
from advlib.pages import plots
from advlib.pages.pictures.drawing import (
    DOT,
    LEGEND,
    WIDTH,
    arrow,
    blank,
    half_plane,
    panel,
    panels,
    plain_ticks,
    sketch,
)
from advlib.rays import Ray
from advlib.theory import Limits

FAINT: dict[str, Any] = {"color": "C0", "linestyle": "-", "lw": 0.9, "alpha": 0.6}


def turned(net: Network, x: Tensor, delta: Tensor, noise: Tensor) -> Figure:
    """Draw an image, a step, the image after it and after noise as long, with what a network reads, zero or one.

    Examples
    --------
    >>> net = Network([torch.tensor([[1.0, 0.0, 0.0, 0.0]])], torch.ones(1))
    >>> figure = turned(net, *torch.eye(4)[:3, None])
    >>> [ax.get_xlabel() for ax in figure.axes]
    ['one', '', 'one', 'one']
    """
    figure = blank(WIDTH, 1.9)
    named = {"$x$": x, r"$5\,\delta$": 5 * delta, r"$x + \delta$": x + delta, "$x$ + noise": x + noise}
    for ax, (name, image) in zip(figure.subplots(1, len(named)), named.items(), strict=True):
        side = round(image.numel() ** 0.5)
        ink = float(image.abs().max())
        look = {"cmap": "RdGy", "vmin": -ink} if image is named[r"$5\,\delta$"] else {"cmap": "Greys", "vmin": 0}
        ax.imshow(image.reshape(side, side).numpy(), vmax=ink, **look)
        ax.set(title=name, xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
        if "5" not in name:
            ax.set_xlabel("one" if net(image) > 0 else "zero", fontweight="bold")
    return figure


def linear() -> Figure:
    r"""Draw a linear function in the plane: levels, its gradient, and the shortest way from x to its zeros.

    Examples
    --------
    >>> "$f = 0$" in [text.get_text() for text in linear().axes[0].texts]
    True
    """
    figure, ax = sketch((-2.4, 3.0), (-1.5, 1.9))
    w = np.array([0.5, 0.87])
    along = np.array([w[1], -w[0]])
    half_plane(ax, -5 * along, 5 * along, -w)
    for level in (-1, 1.5):
        ax.plot(*np.array([level * w - 5 * along, level * w + 5 * along]).T, color="0.75", linestyle="-", lw=0.8)
    x = 1.5 * w + 1.2 * along
    arrow(ax, tuple(x), tuple(1.2 * along), "C1", "$|f(x)| \\, / \\, \\|w\\|$", (0.75, -0.1))
    arrow(ax, tuple(-1.2 * along), tuple(w - 1.2 * along), "C0", "$w$", (-0.25, -0.05))
    ax.plot(*x, "o", **DOT)
    ax.text(x[0] + 0.13, x[1], "$x$")
    ax.text(-1.75, 1.2, "$f = 0$", ha="right")
    ax.text(-1.6, -0.9, "other sign")
    return figure


def values(walks: np.ndarray) -> Figure:
    r"""Draw how the values of networks add up, neuron by neuron, between the roots of the mean square, one a row.

    Examples
    --------
    >>> len(values(np.zeros((2, 5))).axes[0].lines)
    4
    """
    figure, ax = panel(2.8)
    k = walks.shape[-1]
    neurons = np.arange(1, k + 1)
    ax.plot(neurons, walks.T, **FAINT)
    root = np.sqrt(neurons / (2 * k))
    ax.plot(neurons, root, label=r"$\pm\sqrt{\ell / 2k}$", **plots.LIMIT)
    ax.plot(neurons, -root, **plots.LIMIT)
    ax.set(xlabel=r"neurons added up, $\ell$", ylabel="value so far", ylim=(-2.1, 2.1))
    ax.legend(**LEGEND, loc="upper left")
    return figure


def squares(lengths: np.ndarray) -> Figure:
    r"""Draw how the squared lengths of gradients add up, neuron by neuron, over the line to one half, one a row.

    Examples
    --------
    >>> len(squares(np.zeros((2, 5))).axes[0].lines)
    3
    """
    figure, ax = panel(2.8)
    neurons = np.arange(1, lengths.shape[-1] + 1)
    ax.plot(neurons, lengths.T, **FAINT)
    ax.plot(neurons, neurons / (2 * neurons[-1]), label=r"$\ell / 2k$", **plots.LIMIT)
    ax.set(xlabel=r"neurons added up, $\ell$", ylabel="squared length so far", ylim=(0, None))
    ax.legend(**LEGEND, loc="upper left")
    return figure


def switches(before: np.ndarray, after: np.ndarray) -> Figure:
    """Draw each neuron's preactivation after the step against that before, and those near zero once more, larger.

    Examples
    --------
    >>> figure = switches(np.array([1.0, 0.1, -2.0]), np.array([1.1, -0.1, -2.1]))
    >>> [len(line.get_xdata()) for line in figure.axes[0].lines[-2:]]
    [2, 1]
    """
    figure, ax = panel(3.4)
    near = ax.inset_axes((0.57, 0.05, 0.4, 0.4))
    for axes, reach, size in ((ax, 3.5, 2.0), (near, 0.25, 3.5)):
        _sides(axes, before, after, reach, size)
    near.set(xticks=[], yticks=[])
    near.spines[:].set_visible(True)
    ax.indicate_inset_zoom(near, edgecolor="black")
    ax.set(xlabel=r"$w_\ell \cdot x$", ylabel=r"$w_\ell \cdot (x + \delta)$")
    ax.legend(**LEGEND, loc="upper left", markerscale=2, handletextpad=0.2)
    return figure


def _sides(ax: Axes, before: np.ndarray, after: np.ndarray, reach: float, size: float) -> None:
    for corner in ((-reach, 0), (0, -reach)):
        ax.add_patch(Rectangle(corner, reach, reach, color="C4", alpha=0.25, lw=0))
    ax.plot([-reach, reach], [-reach, reach], **plots.LIMIT)
    over = before * after < 0
    ax.plot(before[~over], after[~over], "o", color="C0", ms=size, label="keeps its side")
    ax.plot(before[over], after[over], "D", color="C1", ms=size, label="switches")
    ax.set(xlim=(-reach, reach), ylim=(-reach, reach), aspect="equal")


def rays(net: Network, x: Tensor, reach: float = 5) -> Figure:
    """Draw f along the gradient at some inputs, with its first zeros, over the tangents at the start.

    Examples
    --------
    >>> net = Network([torch.eye(2)], torch.ones(2))
    >>> len(rays(net, torch.ones(1, 2)).axes[0].lines)
    4
    """
    figure, ax = panel(3.2)
    flip = smallest_flip(net, x)
    steps = torch.linspace(0, reach, 201, dtype=x.dtype)[:, None]
    towards = -flip.value.sign()
    along = Ray(net, x, towards[:, None] * net.gradient(x))
    ax.plot(steps, flip.value + steps * towards * flip.gradient_norm**2, "-", color="0.6", lw=0.8)
    plots.rays(ax, steps.numpy(), along(steps).numpy(), flip.step.abs().numpy())
    ax.set(xlabel=r"step $|\eta|$", ylabel=r"$f(x + \eta \nabla f(x))$")
    return figure


def lengths(table: pd.DataFrame, widths: tuple[int, ...]) -> Figure:
    r"""Draw mean lengths of the flipping perturbation against the dimension, and the input's.

    Examples
    --------
    >>> table = pd.DataFrame({"dim": [10, 100], "width": [10, 10], "perturbation": [1.0, 0.9]})
    >>> lengths(table, (10,)).axes[0].get_legend_handles_labels()[1]
    ['input', 'step, k = 10']
    """
    figure, ax = panel(3.2)
    dims = np.unique(table["dim"])
    ax.plot(dims, np.sqrt(dims), label="input", **plots.LIMIT)
    for i, (marker, width) in enumerate(zip(plots.MARKERS, widths, strict=False)):
        cells = table[table["width"] == width].sort_values("dim")
        ax.plot(cells["dim"], cells["perturbation"], marker=marker, color=f"C{i}", label=f"step, k = {width:,}")
    plain_ticks(ax, dims)
    ax.set(xlabel="dimension $d$", ylabel="length", ylim=(0, None))
    ax.legend(**LEGEND, loc="upper left")
    return figure


def scales(values: np.ndarray, norms: np.ndarray, limit: Limits) -> Figure:
    """Draw what values and gradient norms are found, over their limits.

    Examples
    --------
    >>> from advlib.theory import limits
    >>> len(scales(np.zeros(3), np.ones(3), limits("relu")).axes)
    2
    """
    figure, (left, right) = panels(2, 3.1)
    grid = np.linspace(-2.5, 2.5, 201)
    plots.law(left, values, grid, stats.norm.pdf(grid, scale=limit.value_std), label="limit")
    left.set_xlabel("$f(x)$")
    right.hist(norms, bins=60, color="#9ecae1")
    right.axvline(limit.gradient_norm, label=r"limit $1/\sqrt{2}$", **plots.LIMIT)
    right.set(xlabel=r"$\|\nabla f(x)\|$", xlim=(0, 1), ylabel="draws")
    right.legend(loc="upper left")
    return figure


def relative(dims: np.ndarray, shares: Sequence[np.ndarray]) -> Figure:
    """Draw lengths of the step relative to the input, mean and 10th to 90th percentile, over the two laws.

    Examples
    --------
    >>> len(relative(np.array([10, 100]), [np.ones(3), np.ones(2)]).axes[0].lines)
    5
    """
    figure, ax = panel(3.2)
    mean = np.array([r.mean() for r in shares])
    low, high = (np.array([np.quantile(r, q) for r in shares]) for q in (0.1, 0.9))
    ax.errorbar(dims, mean, (mean - low, high - mean), fmt="o", capsize=3, label="measured")
    first_order = np.sqrt(2 / (np.pi * dims))
    ax.plot(dims, first_order, label=r"limit $\sqrt{2/(\pi d)}$", **plots.LIMIT)
    ax.plot(dims, first_order + 1 / (np.pi * dims), ":", color="black", label=r"with $1/(\pi d)$ added")
    ax.set(xscale="log", yscale="log", xlabel="dimension $d$", ylabel=r"$\|\delta\| \, / \, \|x\|$")
    ax.legend()
    return figure


def steps(table: pd.DataFrame, limit: Limits) -> Figure:
    """Draw the smallest flipping step and the gradient's norm against the width.

    Examples
    --------
    >>> from advlib.theory import limits
    >>> table = pd.DataFrame({"d": [10], "k": [10], "step": [1.1], "norm": [0.7]})
    >>> len(steps(table, limits("relu")).axes)
    2
    """
    figure, (left, right) = panels(2, 3.4)
    plots.bands(left, table, "step", limit=limit.mean_step)
    left.set(ylabel=r"smallest step $|\eta|$", ylim=(0, 2))
    plots.bands(right, table, "norm", limit=limit.gradient_norm)
    right.set(ylabel=r"$\|\nabla f(x)\|$", ylim=(0, 1.2))
    right.legend(ncols=2, loc="lower right")
    return figure
